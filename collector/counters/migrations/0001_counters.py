import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("enrolment", "0002_profiles_move_out"),
        ("ingest", "0007_more_was_spent"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            # The table came along from collector.enrolment.
            state_operations=[
                migrations.CreateModel(
                    name="Profile",
                    fields=[
                        (
                            "name",
                            models.CharField(max_length=40, primary_key=True, serialize=False),
                        ),
                        (
                            "settings",
                            models.TextField(help_text="TOML, such as [printer] and [terminal]."),
                        ),
                        ("changed", models.DateTimeField()),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name="profile",
            name="changed_by",
            field=models.CharField(blank=True, default="", max_length=150),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="ingest.device",
                    ),
                ),
                (
                    "settings",
                    models.TextField(
                        blank=True, help_text="Its own, as TOML, where it has no profile."
                    ),
                ),
                (
                    "told",
                    models.TextField(help_text="Null while it was never told anything.", null=True),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("changed", models.DateTimeField()),
                ("changed_by", models.CharField(blank=True, max_length=150)),
                (
                    "profile",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counters",
                        to="counters.profile",
                    ),
                ),
            ],
            options={
                "ordering": ["device"],
            },
        ),
    ]
