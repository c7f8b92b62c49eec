"""Questions that the database plans once: planning one of them takes longer than answering it."""

from typing import Any
from weakref import WeakSet

from django.db import connection


class Prepared:
    """A question with $1, $2 … in it, prepared on each connection when it is first asked there."""

    def __init__(self, name: str, sql: str) -> None:
        # Only a name that begins so may be executed by a page that reads.
        self._name = f"read_{name}"
        self._sql = sql
        self._known: WeakSet[Any] = WeakSet()

    def ask(self, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of the answer."""
        slots = f"({', '.join(['%s'] * len(values))})" if values else ""
        with connection.cursor() as cursor:
            if connection.connection not in self._known:
                cursor.execute(f"PREPARE {self._name} AS {self._sql.strip()}", None)
                self._known.add(connection.connection)
            cursor.execute(f"EXECUTE {self._name}{slots}", values or None)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
