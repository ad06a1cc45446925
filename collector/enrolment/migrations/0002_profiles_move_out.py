from django.db import migrations, models


class Migration(migrations.Migration):
    """Profiles belong to the counters from now on; their table goes along as it is."""

    dependencies = [
        ("enrolment", "0001_admissions"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("Profile", "counters_profile")],
            state_operations=[migrations.DeleteModel("Profile")],
        ),
        migrations.AddField(
            model_name="admission",
            name="profile",
            field=models.CharField(
                blank=True, default="", help_text="Name of what they stand in.", max_length=40
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="admission",
            name="keeps_counter",
            field=models.BooleanField(
                default=False, help_text="Whether the counter of the replaced device stays."
            ),
        ),
        migrations.AlterField(
            model_name="admission",
            name="settings",
            field=models.TextField(
                blank=True, help_text="What stands on its counter, as TOML, when it was made."
            ),
        ),
    ]
