# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""Which file holds which entries, and the hash of each of them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models

from appliance.journal import archive as file_format
from appliance.journal.entry import Watermark
from collector.ingest.models import Device


class Archive(models.Model):
    """A file of entries of one device and epoch without a gap, proven before it was recorded.

    The rows of its entries go in steps. Up to ``cleared`` only the file has them, above it only
    the table ``ingest_entry``.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False)
    epoch = models.IntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    previous = models.CharField(max_length=64, help_text="Hash of the entry before the first.")
    hash = models.CharField(max_length=64, help_text="Hash of the last entry.")
    file = models.CharField(max_length=200)
    folder = models.CharField(max_length=500, help_text="Where it was written to.")
    sha256 = models.CharField(max_length=64, help_text="Of the file as it was written.")
    size = models.BigIntegerField(help_text="Of the file, in bytes.")
    raw_size = models.BigIntegerField(help_text="Of its entries before compression, in bytes.")
    made = models.DateTimeField()
    cleared = models.BigIntegerField(help_text="Up to here the rows are gone.")
    opening = models.BinaryField(
        null=True, help_text="The epoch's first entry, where the file begins with it."
    )
    announced = models.IntegerField(
        default=0, help_text="In which epoch of the directory the device was told."
    )

    class Meta:
        ordering = ["device", "epoch", "first"]
        constraints = [
            models.UniqueConstraint(fields=["device", "epoch", "first"], name="archived_once")
        ]

    def __str__(self) -> str:
        return self.file

    @property
    def until(self) -> Watermark:
        """The last entry's place."""
        return Watermark(self.epoch, self.last, self.hash)

    @property
    def path(self) -> Path:
        """Where the file is: as it was written, or moved to the folder that the settings name."""
        written = Path(self.folder) / self.file
        return written if written.exists() else settings.BALIE_ARCHIVE / self.file


class Piece(models.Model):
    """A batch within a file: where it lies, and the hashes of its entries."""

    archive = models.ForeignKey(Archive, on_delete=models.CASCADE, related_name="pieces")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    offset = models.BigIntegerField(help_text="In the file, in bytes.")
    length = models.IntegerField(help_text="In the file, in bytes.")
    hashes = models.BinaryField(help_text="SHA-256 of each entry, 32 bytes, in order.")
    received = models.DateTimeField(help_text="When the last of them came.")

    class Meta:
        ordering = ["archive", "first"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "first"], name="piece_recorded_once")
        ]

    def __str__(self) -> str:
        return f"{self.archive_id} {self.first} to {self.last}"

    @property
    def place(self) -> file_format.Piece:
        """The batch as the file's format knows it."""
        return file_format.Piece(self.first, self.offset, self.length, bytes(self.hashes))
