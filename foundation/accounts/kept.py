"""What was typed into a form whose session had ended: carried, sealed, through the sign-in."""

import json
import re
from dataclasses import asdict, dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from foundation.accounts.client import last_person, person_digest
from foundation.clock.queries import computer_now
from foundation.sealing import UnsealError, seal, unseal

_CONTEXT = "accounts.kept"
# The field in which a form says what its fields are called.
LABELS = "labels"
_NEVER_KEPT = ("password", "totp", "csrfmiddlewaretoken", "kept")
_CODE = re.compile(r"[a-z_-]+|[0-9]{1,6}|[0-9a-f-]{36}|\{.*\}", re.DOTALL)
_GOOD_FOR_SECONDS = 12 * 3600


@dataclass(frozen=True)
class Kept:
    """The typed fields of one form, where they were going, and whose they are."""

    address: str
    person: str
    fields: list[tuple[str, str]]
    files: list[str]
    at: float

    def seal(self) -> str:
        """As one field of the sign-in form; empty when it is more than can be carried."""
        text = json.dumps(asdict(self), ensure_ascii=False)
        return "" if len(text.encode()) > settings.KEPT_TEXT_BYTES else seal(text, _CONTEXT)

    def belongs_to(self, username: str) -> bool:
        """Only the one who typed it gets it back; unknown means nobody had ever signed in here."""
        return self.person in ("", person_digest(username))

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What was typed, each beside what its field is called on the page.

        Of a field that the page does not name only what a person would recognise: not codes and what
        pages carry along.
        """
        labels = _labels_in(next((value for name, value in self.fields if name == LABELS), ""))
        return [
            (labels.get(name, ""), value)
            for name, value in self.fields
            if value.strip() and (name in labels or not _CODE.fullmatch(value))
        ]


def _labels_in(text: str) -> dict[str, str]:
    """As the form has written them; what a page of ours has not written names nothing."""
    try:
        labels = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    found = labels.items() if isinstance(labels, dict) else ()
    return {name: label for name, label in found if isinstance(label, str) and name != LABELS}


def keep(request: HttpRequest, username: str = "") -> Kept:
    """What this request has brought."""
    return Kept(
        address=request.get_full_path(),
        person=person_digest(username) if username else last_person(request),
        fields=[
            (name, value)
            for name, values in request.POST.lists()
            if not any(part in name.casefold() for part in _NEVER_KEPT)
            for value in values
            if isinstance(value, str)
        ],
        files=[str(file.name) for files in request.FILES.lists() for file in files[1]],
        at=computer_now().timestamp(),
    )


def opened(token: str) -> Kept | None:
    """Open a sealed form; nothing when it is not ours, changed, or too old."""
    if not token or len(token) > settings.KEPT_TEXT_BYTES * 2:
        return None
    try:
        given = json.loads(unseal(token, _CONTEXT))
    except (UnsealError, UnicodeError):
        return None
    kept = Kept(**given | {"fields": [(name, value) for name, value in given["fields"]]})
    fresh = computer_now().timestamp() - kept.at < _GOOD_FOR_SECONDS
    return kept if fresh else None


def is_own_address(address: str) -> bool:
    """A path on this site: never another host, whatever the slashes."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
