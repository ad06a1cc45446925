"""Rows past Django's objects; the same on PostgreSQL by ``test_postgresql.py``."""

import pytest
from django.db import IntegrityError, connection, transaction

from collector.ingest.models import Signature
from collector.ingest.sql import FEW, insert_all, insert_new, without_waiting


def row(sequence, device="register-2"):
    return (device, 1, sequence, "a" * 64, "b" * 88)


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
def test_few_and_many_rows_are_kept_alike(db, till, count):
    insert_all(connection, Signature, [row(number) for number in range(count)])
    assert insert_new(connection, Signature, [row(count - 1), row(count)]) == 1
    assert Signature.objects.count() == count + 1


@pytest.mark.parametrize("count", [1, FEW + 1])
def test_a_row_that_was_there_is_refused_however_many_come(db, till, count):
    insert_all(connection, Signature, [row(0)])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all(connection, Signature, [row(number) for number in range(count)])
    assert Signature.objects.count() == 1


def test_what_is_sent_without_waiting_is_kept_or_refused_as_it_would_be_otherwise(db, till):
    with transaction.atomic(), without_waiting(connection):
        insert_all(connection, Signature, [row(1)])
        insert_new(connection, Signature, [row(1), row(2)])
    assert Signature.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic(), without_waiting(connection):
        insert_all(connection, Signature, [row(1)])
    assert Signature.objects.count() == 2
