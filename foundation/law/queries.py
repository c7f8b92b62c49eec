"""What the law's figures and provisions are at present."""

from collections.abc import Iterable

from django.db.models import QuerySet

from foundation.law.content import starting_limits
from foundation.law.models import LegalBasis, Limit


def limit(key: str) -> int:
    """The figure under this key."""
    return limits(key)[key]


def limits(*keys: str) -> dict[str, int]:
    """Several figures by one question; what was not loaded yet is as in the starting file."""
    return {key: value for key, value in _values(keys).items() if value is not None}


def cap(key: str) -> int | None:
    """A figure that may be empty: nothing sets such a limit."""
    return _values([key])[key]


def may_be_empty(key: str) -> bool:
    """Is this a figure that a portal starts without?"""
    return key in starting_limits() and starting_limits()[key].value is None


def _values(keys: Iterable[str]) -> dict[str, int | None]:
    found = dict(Limit.objects.filter(key__in=keys).values_list("key", "value"))
    return {key: found[key] if key in found else starting_limits()[key].value for key in keys}


def all_limits() -> QuerySet[Limit]:
    """Every figure, for the page."""
    return Limit.objects.select_related("verified_by", "changed_by")


def all_bases() -> QuerySet[LegalBasis]:
    """Every provision, in the order of the texts."""
    return LegalBasis.objects.select_related("verified_by", "changed_by")
