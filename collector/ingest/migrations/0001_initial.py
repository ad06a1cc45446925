import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                (
                    "register",
                    models.CharField(
                        help_text="Number of the register on receipts.", max_length=20
                    ),
                ),
                (
                    "public_key",
                    models.TextField(help_text="Ed25519 key that signs its journal, as PEM."),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("revoked", models.DateTimeField(blank=True, null=True)),
                ("last_seen", models.DateTimeField(blank=True, null=True)),
                (
                    "link",
                    models.CharField(
                        choices=[("online", "online"), ("offline", "offline")],
                        default="offline",
                        max_length=7,
                    ),
                ),
                (
                    "reported",
                    models.JSONField(default=dict, help_text="What its last birth message said."),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("device", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("stranger", "unknown device"),
                            ("revoked", "revoked device"),
                            ("torn", "torn batch"),
                            ("forged", "forged batch"),
                            ("fork", "fork in the chain"),
                            ("unreadable", "unreadable entry"),
                            ("doubled", "sale recorded twice"),
                        ],
                        max_length=20,
                    ),
                ),
                ("sentence", models.CharField(max_length=300)),
                (
                    "evidence",
                    models.BinaryField(
                        help_text="The first message that caused it, at most 256 KiB.", null=True
                    ),
                ),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("times", models.BigIntegerField(default=1)),
                (
                    "settled",
                    models.DateTimeField(
                        blank=True,
                        help_text="When a person said it has been dealt with.",
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ["-last_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("device", "kind", "sentence"), name="alarm_raised_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "device",
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
                (
                    "hash",
                    models.CharField(
                        help_text="SHA-256 of the bytes, in hexadecimal.", max_length=64
                    ),
                ),
                (
                    "previous",
                    models.CharField(help_text="Hash of the entry before.", max_length=64),
                ),
                ("type", models.CharField(max_length=100)),
                (
                    "time",
                    models.DateTimeField(help_text="The device's clock when it made the entry."),
                ),
                ("raw", models.BinaryField()),
                ("received", models.DateTimeField()),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="ingest.device",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "entries",
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "device",
                        "epoch",
                        "sequence",
                        "hash",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("sequence", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("signature", models.CharField(help_text="Ed25519, base64.", max_length=100)),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="ingest.device",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Watermark",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "device",
                        "epoch",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("sequence", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("updated", models.DateTimeField()),
                ("projected", models.BigIntegerField(default=0)),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="ingest.device",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Fork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("sequence", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("raw", models.BinaryField()),
                ("reason", models.CharField(max_length=300)),
                ("received", models.DateTimeField()),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ingest.device"
                    ),
                ),
            ],
            options={
                "ordering": ["-received", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("device", "epoch", "sequence", "hash"), name="fork_named_once"
                    )
                ],
            },
        ),
    ]
