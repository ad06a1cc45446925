import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ingest", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("colour", models.CharField(blank=True, max_length=20)),
                ("position", models.IntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ["position", "key"],
            },
        ),
        migrations.CreateModel(
            name="Cursor",
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
                ("epoch", models.IntegerField()),
                ("sequence", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("updated", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DirectoryEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "sequence",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("sequence", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("time", models.DateTimeField()),
                ("raw", models.BinaryField()),
            ],
            options={
                "verbose_name_plural": "directory entries",
            },
        ),
        migrations.CreateModel(
            name="DirectoryHead",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("sequence", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("pin_hash", models.CharField(blank=True, max_length=200)),
                ("badge_hash", models.CharField(blank=True, max_length=200)),
                ("roles", models.JSONField(default=list)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name_plural": "people",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("value", models.JSONField(null=True)),
            ],
            options={
                "ordering": ["key"],
            },
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("code", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "gtin",
                    models.CharField(blank=True, help_text="GTIN-14.", max_length=14, null=True),
                ),
                ("name", models.CharField(max_length=200)),
                ("price_minor", models.BigIntegerField()),
                ("tax_class", models.CharField(max_length=30)),
                ("category", models.CharField(blank=True, db_index=True, max_length=60)),
                (
                    "unit",
                    models.CharField(choices=[("piece", "piece"), ("kg", "kg")], max_length=5),
                ),
                ("cost_minor", models.BigIntegerField(blank=True, null=True)),
                ("stock_milli", models.BigIntegerField(blank=True, null=True)),
                ("stock_at", models.DateTimeField(blank=True, null=True)),
                ("colour", models.CharField(blank=True, max_length=20)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("active", True)),
                        fields=("gtin",),
                        name="one_active_article_a_gtin",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuickKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.CharField(max_length=60)),
                ("page", models.IntegerField()),
                ("position", models.IntegerField()),
                ("article", models.CharField(max_length=64)),
                ("label", models.CharField(blank=True, max_length=40)),
                ("colour", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "ordering": ["category", "page", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("category", "page", "position"), name="one_key_a_place"
                    )
                ],
            },
        ),
    ]
