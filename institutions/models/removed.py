"""Rows that were taken out of an institution's file, as they were: each can be put back."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from foundation.sealing import Sealed, SealedTextField
from institutions.models.institution import Institution


class RemovedRow(models.Model):
    """One such row. What was sealed in it stays the ciphertext that it was."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="removed_rows")
    kind = models.CharField("种类", max_length=40)
    label = models.CharField("内容", max_length=300)
    values = models.JSONField(encoder=DjangoJSONEncoder)
    reason = models.CharField("理由", max_length=300)
    removed_at = models.DateTimeField(editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "已删除的记录"
        ordering = ("-removed_at", "-pk")

    def __str__(self) -> str:
        return f"{self.row_type._meta.verbose_name}“{self.label}”"

    @property
    def row_type(self) -> type[models.Model]:
        return apps.get_model("institutions", self.kind)

    def keep(self, row: models.Model) -> None:
        """Take over what the row says."""
        self.kind, self.label = str(row._meta.model_name), str(row)
        self.values = {
            column.attname: _plain(column.value_from_object(row))
            for column in row._meta.concrete_fields
        }

    def row(self) -> models.Model:
        """The row as it was, with its old number; not saved."""
        columns = self.row_type._meta.concrete_fields
        given = {one.attname: _as_it_was(one, self.values[one.attname]) for one in columns}
        return self.row_type(**given)


def _plain(value: Any) -> Any:
    return value.token if isinstance(value, Sealed) else value


def _as_it_was(column: "models.Field[Any, Any]", value: Any) -> Any:
    if isinstance(column, SealedTextField):
        return Sealed(value, column.context)
    return column.to_python(value)
