"""What the office itself keeps: wrong passwords, so that guessing is slow."""

from __future__ import annotations

from django.db import models


class SignInTries(models.Model):
    """Wrong passwords in a row from one place, for one name or for any.

    Kept in the database, because several processes serve the pages.
    """

    place = models.CharField(primary_key=True, max_length=64, help_text="SHA-256, hexadecimal.")
    wrong = models.IntegerField(default=0)
    until_s = models.FloatField(default=0, help_text="Seconds since 1970.")

    class Meta:
        """Words for Django."""

        verbose_name_plural = "sign-in tries"

    def __str__(self) -> str:
        return f"{self.wrong} wrong"
