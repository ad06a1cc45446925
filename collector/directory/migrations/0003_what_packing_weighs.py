from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_promotions_and_what_goods_ask"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="tare_milli",
            field=models.IntegerField(default=0, help_text="Grams its packing weighs."),
        ),
    ]
