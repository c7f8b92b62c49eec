"""The rows of the list: their template is read once, and each row's words are put into its slots."""

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from html import escape
from operator import attrgetter

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from public.pages import Place

register = template.Library()
_NAMES = tuple(field.name for field in fields(Place))
_words_of = attrgetter(*_NAMES)
_BETWEEN = "\0"  # PostgreSQL stores none


@register.simple_tag
def place_rows(places: Iterable[Place]) -> SafeString:
    """All rows of a page: `{% place_rows found.places %}`."""
    return SafeString(
        "".join(_row(has_note=bool(place.note)) % _escaped(place) for place in places)
    )


def _escaped(place: Place) -> dict[str, str]:
    words = escape(_BETWEEN.join(_words_of(place))).split(_BETWEEN)
    return dict(zip(_NAMES, words, strict=True))


@cache
def _row(*, has_note: bool) -> str:
    """The row's template with a named slot for each word; without a note it has no place for one."""
    slots = {name: f"slot-{name}-slot" for name in _NAMES if has_note or name != "note"}
    html = render_to_string("public/_place.html", {"place": Place(**slots)}).replace("%", "%%")
    for name, slot in slots.items():
        html = html.replace(slot, f"%({name})s")
    return html
