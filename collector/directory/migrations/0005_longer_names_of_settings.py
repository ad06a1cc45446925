from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0004_what_other_places_have"),
    ]

    operations = [
        migrations.AlterField(
            model_name="setting",
            name="key",
            field=models.CharField(max_length=80, primary_key=True, serialize=False),
        ),
    ]
