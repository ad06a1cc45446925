from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SignInTries",
            fields=[
                (
                    "place",
                    models.CharField(
                        help_text="SHA-256, hexadecimal.",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("wrong", models.IntegerField(default=0)),
                ("until_s", models.FloatField(default=0, help_text="Seconds since 1970.")),
            ],
            options={
                "verbose_name_plural": "sign-in tries",
            },
        ),
    ]
