"""The chain's arithmetic: pure, so that writing and verifying cannot differ."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

# The columns that the hash covers, in one place: all of them.
COLUMNS = (
    "id",
    "day",
    "at",
    "act",
    "target",
    "target_label",
    "subject",
    "by_key",
    "by_label",
    "address",
    "words",
    "changes",
    "reason",
    "document",
    "previous_hash",
)
BEGINNING = "0" * 64


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def mac(purpose: str, content: Mapping[str, Any]) -> str:
    """The keyed hash of this content; the purpose keeps a line from passing for a head."""
    text = json.dumps(
        {name: _plain(value) for name, value in content.items()},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    message = f"{purpose}\n{text}".encode("utf-8", "surrogatepass")
    return hmac.new(settings.AUDIT_KEY.encode(), message, sha256).hexdigest()


def line_hash(columns: Mapping[str, Any]) -> str:
    """The hash of one line of the trail, over all its columns and the hash before."""
    return mac("line", {name: columns[name] for name in COLUMNS})
