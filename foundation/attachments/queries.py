"""Which files belong to nothing, and which lack their copy."""

from typing import TypeVar

from django.db.models import Exists, ManyToOneRel, Model, OuterRef, QuerySet

from foundation.attachments.models import Evidence

_Row = TypeVar("_Row", bound=Model)


def held_by_nothing(rows: "QuerySet[_Row]") -> "QuerySet[_Row]":
    """Those that no row of any table points at, deleted ones of the office included: owners stand above, and are found by the models."""
    for relation in rows.model._meta.get_fields(include_hidden=True):
        # A link of many to many is two keys of a table between, and is found by them.
        if isinstance(relation, ManyToOneRel):
            owners = relation.related_model._base_manager
            rows = rows.exclude(Exists(owners.filter(**{relation.field.name: OuterRef("pk")})))
    return rows


def without_copy() -> QuerySet[Evidence]:
    """What has arrived and has no copy for pages yet."""
    return Evidence.objects.filter(shown=None)
