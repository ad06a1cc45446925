"""``balie-collector user``: passwords come from standard input and are never shown."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User

from collector.__main__ import main

SECRET = "paard-batterij-nietje"


@pytest.fixture
def typed(monkeypatch):
    def typed(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return typed


def test_somebody_is_let_in_with_roles(db, typed, capsys):
    typed(SECRET + "\n")
    assert main(["user", "add", "jan", "--role", "finance", "--role", "stock"]) == 0
    jan = User.objects.get(username="jan")
    assert jan.check_password(SECRET)
    assert set(jan.groups.values_list("name", flat=True)) == {"finance", "stock"}
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("password", "said"), [("", "too short"), ("jan", "too short"), ("password123", "too common")]
)
def test_a_weak_password_is_refused_with_the_reason(db, typed, password, said):
    typed(password + "\n")
    with pytest.raises(SystemExit, match=said):
        main(["user", "add", "jan", "--role", "manager"])
    assert not User.objects.exists()


def test_a_name_is_given_once(db, typed):
    typed(SECRET)
    main(["user", "add", "jan", "--role", "manager"])
    with pytest.raises(SystemExit, match="user password jan"):
        main(["user", "add", "jan", "--role", "manager"])


def test_a_name_no_database_would_take_is_refused(db, typed):
    typed(SECRET)
    with pytest.raises(SystemExit, match="valid username"):
        main(["user", "add", "jan jansen!", "--role", "manager"])


def test_another_password_ends_the_sessions_of_the_old_one(db, typed, client):
    typed(SECRET)
    main(["user", "add", "jan", "--role", "manager"])
    client.force_login(User.objects.get(username="jan"))
    typed("another-long-one")
    main(["user", "password", "jan"])
    assert client.get("/").status_code == 302
    typed(SECRET)
    with pytest.raises(SystemExit, match="user add nobody --role"):
        main(["user", "password", "nobody"])


def test_an_unknown_role_is_refused(db):
    with pytest.raises(SystemExit):
        main(["user", "add", "jan", "--role", "king"])
