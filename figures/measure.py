"""One figure in a process of its own, on a fresh database beside the one that is configured."""

import importlib
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2
from django.core.management import call_command
from psycopg2 import sql


def main(name: str, out: str) -> None:
    """Make the database `figures_NAME`, run the figure, drop the database again."""
    address = os.environ["DATABASE_URL"]
    scratch = f"figures_{name}"
    _replace(address, scratch)
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(address)._replace(path=f"/{scratch}"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingbian_supervision.settings")
    os.environ["DEMO"] = "1"
    django.setup()
    call_command("migrate", verbosity=0)
    figures = importlib.import_module(f"figures.{name}").run()
    Path(out).write_text(json.dumps([one.as_json() for one in figures], ensure_ascii=False))
    django.db.connections.close_all()
    _drop(address, scratch)


def _replace(address: str, name: str) -> None:
    _drop(address, name)
    _say(address, sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"), name)


def _drop(address: str, name: str) -> None:
    _say(address, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)


def _say(address: str, words: sql.SQL, name: str) -> None:
    connection = psycopg2.connect(address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(words.format(sql.Identifier(name)))
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
