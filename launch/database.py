"""Asks the database a few plain questions; runs inside the virtual environment, where the driver is.

Exit status: 0 yes, 1 no, 2 the database does not answer.
"""

import os
import sys

import psycopg2

YES, NO, SILENT = 0, 1, 2


def address() -> str:
    """DATABASE_URL as the driver itself understands it."""
    url = os.environ["DATABASE_URL"]
    return "postgresql://" + url.partition("://")[2]


def is_empty(connection: "psycopg2.extensions.connection") -> bool:
    """Nobody has an account in it yet."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('accounts_user')")
        if cursor.fetchone() == (None,):
            return True
        cursor.execute("select not exists (select 1 from accounts_user)")
        return cursor.fetchone() == (True,)


def reset(connection: "psycopg2.extensions.connection") -> bool:
    """Take everything out of it."""
    with connection.cursor() as cursor:
        cursor.execute("drop schema public cascade; create schema public")
    connection.commit()
    return True


def main(question: str) -> int:
    """One question or act, by its name."""
    try:
        connection = psycopg2.connect(address(), connect_timeout=5)
    except psycopg2.OperationalError as error:
        print(str(error).strip(), file=sys.stderr)
        return SILENT
    acts = {"answers": lambda _: True, "is-empty": is_empty, "reset": reset}
    return YES if acts[question](connection) else NO


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
