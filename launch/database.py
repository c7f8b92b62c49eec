"""Asks the database whether it answers, or empties it; runs inside the virtual environment."""

import os
import sys

import psycopg2


def address() -> str:
    """DATABASE_URL as the driver itself understands it."""
    url = os.environ["DATABASE_URL"]
    return "postgresql://" + url.partition("://")[2]


def reset(connection: "psycopg2.extensions.connection") -> None:
    """Take everything out of it."""
    with connection, connection.cursor() as cursor:
        cursor.execute("drop schema public cascade; create schema public")


def main(word: str) -> int:
    """`answers` or `reset`."""
    try:
        connection = psycopg2.connect(address(), connect_timeout=5)
    except psycopg2.OperationalError as error:
        print(str(error).strip(), file=sys.stderr)
        return 1
    if word == "reset":
        reset(connection)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
