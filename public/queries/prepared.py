"""Questions that the database plans once: planning one of them takes longer than answering it."""

from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections

# Which names each connection knows; a connection that has ended took them along.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """A question with $1, $2 … in it, prepared on each connection when it is first asked there.

    Two of the same name are the same question.
    """

    def __init__(self, name: str, sql: str) -> None:
        # Only a name that begins so may be executed by a page that reads.
        self._name = f"read_{name}"
        self._sql = sql

    def ask(self, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of the answer."""
        slots = f"({', '.join(['%s'] * len(values))})" if values else ""
        own = connections[DEFAULT_DB_ALIAS]
        with own.cursor() as cursor:
            known = _known.setdefault(own.connection, set())
            if self._name not in known:
                cursor.execute(f"PREPARE {self._name} AS {self._sql.strip()}", None)
                known.add(self._name)
            cursor.execute(f"EXECUTE {self._name}{slots}", values or None)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
