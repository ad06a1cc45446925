from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_what_packing_weighs"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="stock_elsewhere",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Place, quantity_milli and at of each other place.",
            ),
        ),
    ]
