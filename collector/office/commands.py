"""The lines that open the office: ``web`` serves the pages, ``user`` lets people in.

A password is read from standard input or asked for twice; it is never an argument, where every
process on the machine could read it, and never printed.
"""

# ruff: noqa: T201  # a command speaks by printing

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from collector.office.access import ROLES

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse gives the type no public name


def add_commands(subparsers: Subparsers) -> None:
    """Add ``web`` and ``user`` to ``balie-collector``."""
    web = subparsers.add_parser("web", help="serve the pages, until told to stop")
    web.add_argument("--address", default="127.0.0.1", help="address to listen on")
    web.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    web.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    web.set_defaults(run=_web)
    parser = subparsers.add_parser("user", help="people who may sign in to the pages")
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="let somebody in; the password comes from standard input")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", action="append", required=True, choices=list(ROLES), dest="roles")
    add.set_defaults(run=_add)
    password = actions.add_parser("password", help="give somebody another password")
    password.add_argument("name", metavar="NAME")
    password.set_defaults(run=_password)


def _web(arguments: argparse.Namespace) -> None:
    from collector.office.serving import Pages  # noqa: PLC0415  # only this command serves

    host = f"[{arguments.address}]" if ":" in arguments.address else arguments.address
    print(f"The back office is at http://{host}:{arguments.port}/", flush=True)
    Pages(f"{host}:{arguments.port}", arguments.workers).run()


def _add(arguments: argparse.Namespace) -> None:
    from django.contrib.auth.models import Group, User  # noqa: PLC0415  # models load after apps

    if User.objects.filter(username=arguments.name).exists():
        raise SystemExit(
            f"Expected a new name, found that {arguments.name} has an account already. "
            f"For another password: balie-collector user password {arguments.name}."
        )
    user = User(username=arguments.name)
    _set_password(user)
    user.groups.set(Group.objects.filter(name__in=arguments.roles))
    print(f"{arguments.name} can sign in as {', '.join(arguments.roles)}.")


def _password(arguments: argparse.Namespace) -> None:
    from django.contrib.auth.models import User  # noqa: PLC0415  # models load after apps

    user = User.objects.filter(username=arguments.name).first()
    if user is None:
        raise SystemExit(
            f"Expected somebody with an account, found none called {arguments.name}. "
            f"Make one with: balie-collector user add {arguments.name} --role ROLE."
        )
    _set_password(user)
    print(f"{arguments.name} has another password. Where they were signed in, they no longer are.")


def _set_password(user: User) -> None:
    from django.contrib.auth.password_validation import validate_password  # noqa: PLC0415  # the same

    password = _read_password()
    try:
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
    except ValidationError as refused:
        raise SystemExit(" ".join(refused.messages)) from refused
    user.set_password(password)
    user.save()


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise SystemExit("Expected the same password twice, found two different ones. Try again.")
    return password
