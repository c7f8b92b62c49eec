"""Many rows at once: PostgreSQL's COPY, for acts that write thousands of rows in one transaction."""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_ARRAY_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})

Encoder = Callable[[Any], str]


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """Numbers for rows that are about to be written, so that their children can name them."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def copy_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    constant: Mapping[str, Any] | None = None,
) -> int:
    """Write rows of these fields; `constant` holds what is the same in every row."""
    constant = _with_defaults(model, names, constant or {})
    fixed = [_encoder(model, name)(value) for name, value in constant.items()]
    lines = _lines(model, names, rows, fixed)
    if not lines:
        return 0
    columns = [_column(model, name) for name in (*names, *constant)]
    _copy(model._meta.db_table, columns, lines)
    return len(lines)


def rewrite_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Put new values into rows that exist. The first of each row's values is its primary key."""
    lines = _lines(model, ("pk", *names), rows, [])
    if not lines:
        return 0
    table = model._meta.db_table
    columns = [_column(model, name) for name in names]
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS rewritten")
        cursor.execute(
            f'CREATE TEMP TABLE rewritten ON COMMIT DROP AS SELECT "id", {listed} '  # noqa: S608 -- names of our own columns
            f'FROM "{table}" WITH NO DATA'
        )
        _copy("rewritten", ['"id"', *columns], lines)
        sets = ", ".join(f"{column} = rewritten.{column}" for column in columns)
        cursor.execute(
            f'UPDATE "{table}" SET {sets} FROM rewritten WHERE "{table}"."id" = rewritten."id"'  # noqa: S608 -- names of our own columns
        )
        cursor.execute("DROP TABLE rewritten")
    return len(lines)


def _lines(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    fixed: Sequence[str],
) -> list[str]:
    encoders = [_encoder(model, name) for name in names]
    tail = "".join("\t" + part for part in fixed) + "\n"
    return [
        "\t".join([encode(value) for encode, value in zip(encoders, row, strict=True)]) + tail
        for row in rows
    ]


def _copy(table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        _copy_in(cursor, f'COPY "{table}" ({", ".join(columns)}) FROM STDIN', "".join(lines))


def _copy_in(cursor: CursorWrapper, sql: str, text: str) -> None:
    with connection.wrap_database_errors:
        cursor.cursor.copy_expert(sql, io.StringIO(text))


def _with_defaults(
    model: type[models.Model], names: Sequence[str], constant: Mapping[str, Any]
) -> dict[str, Any]:
    """The constants, and for every column that nobody names what an empty form would give."""
    named = {*names, *constant}
    rest = {
        field.name: field.get_default()
        for field in model._meta.concrete_fields
        if not field.primary_key and not named & {field.name, field.attname}
    }
    return {**rest, **constant}


def _column(model: type[models.Model], name: str) -> str:
    if name == "pk":
        return '"id"'
    return connection.ops.quote_name(str(_field(model, name).column))


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", model._meta.get_field(name))


def _encoder(model: type[models.Model], name: str) -> Encoder:
    if name in ("pk", "id"):
        return str
    field = _field(model, name)
    if isinstance(field, ArrayField):
        return _array
    if isinstance(field, models.JSONField):
        return _json
    if type(field) in (models.CharField, models.TextField):
        return _text
    return lambda value: _any(field.get_prep_value(value))


def _text(text: str) -> str:
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


def _array(values: Sequence[str]) -> str:
    if not values:
        return "{}"
    joined = "\n".join(values)
    # A search row has a hundred terms: they are looked at together, and hardly ever one by one.
    if '"' in joined or "\\" in joined or joined.count("\n") >= len(values):
        return _text("{" + ",".join([f'"{one.translate(_ARRAY_ESCAPES)}"' for one in values]) + "}")
    return '{"' + joined.replace("\n", '","') + '"}'


def _json(value: Any) -> str:
    return _text(json.dumps(value, ensure_ascii=False))


def _any(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return _text(str(value))
