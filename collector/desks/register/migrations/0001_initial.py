import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ingest", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sale",
            fields=[
                ("id", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("sequence", models.BigIntegerField()),
                (
                    "sale",
                    models.CharField(
                        db_index=True, help_text="UUID, in hexadecimal.", max_length=32
                    ),
                ),
                ("receipt", models.CharField(db_index=True, max_length=40)),
                ("register", models.CharField(max_length=20)),
                ("number", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("sale", "sale"), ("return", "return")], max_length=10
                    ),
                ),
                ("day", models.DateField(db_index=True, help_text="Business day.")),
                ("opened", models.DateTimeField()),
                ("completed", models.DateTimeField(db_index=True)),
                (
                    "completed_local",
                    models.CharField(
                        help_text="The moment of completion as the device wrote it, with offset.",
                        max_length=40,
                    ),
                ),
                ("cashier", models.CharField(max_length=40)),
                ("market", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("decimals", models.SmallIntegerField()),
                ("gross_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("rounding_minor", models.BigIntegerField()),
                ("payable_minor", models.BigIntegerField()),
                ("items_milli", models.BigIntegerField()),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ingest.device"
                    ),
                ),
            ],
            options={
                "ordering": ["-completed", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "sale",
                        "payment",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("payment", models.IntegerField()),
                ("tender", models.CharField(max_length=30)),
                ("amount_minor", models.BigIntegerField()),
                ("tendered_minor", models.BigIntegerField()),
                ("change_minor", models.BigIntegerField()),
                ("reference", models.CharField(blank=True, max_length=100)),
                (
                    "sale",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payments",
                        to="register.sale",
                    ),
                ),
            ],
            options={
                "ordering": ["payment"],
            },
        ),
        migrations.CreateModel(
            name="SaleLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "sale",
                        "line",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("line", models.IntegerField()),
                ("article", models.CharField(db_index=True, max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("category", models.CharField(max_length=60)),
                ("unit", models.CharField(max_length=5)),
                ("quantity_milli", models.BigIntegerField()),
                ("unit_price_minor", models.BigIntegerField()),
                ("discount_minor", models.BigIntegerField()),
                ("gross_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("tax_class", models.CharField(max_length=30)),
                ("rate_bp", models.IntegerField()),
                ("source", models.CharField(max_length=20)),
                (
                    "sale",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="register.sale",
                    ),
                ),
            ],
            options={
                "ordering": ["line"],
            },
        ),
        migrations.CreateModel(
            name="SaleTax",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "sale",
                        "tax_class",
                        "rate_bp",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tax_class", models.CharField(max_length=30)),
                ("letter", models.CharField(max_length=5)),
                ("rate_bp", models.IntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("gross_minor", models.BigIntegerField()),
                (
                    "sale",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taxes",
                        to="register.sale",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "sale taxes",
                "ordering": ["rate_bp", "tax_class"],
            },
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.UniqueConstraint(
                fields=("device", "sale"), name="a_sale_counts_once"
            ),
        ),
    ]
