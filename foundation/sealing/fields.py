"""A column that the database holds only as ciphertext."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from foundation.sealing.cipher import UnsealError, seal, unseal

_SHOWN = 4
_MASK = "****"
# A shorter value would be given away by its last characters.
_SHORTEST_SHOWN = 8


def mask_of(value: str) -> str:
    """The last four characters, for the page; nothing when nothing is recorded."""
    if not value:
        return ""
    return _MASK + (value[-_SHOWN:] if len(value) >= _SHORTEST_SHOWN else "")


class Sealed:
    """A sealed value. Printed, it shows its mask; only `open()` tells it."""

    __slots__ = ("context", "token")

    def __init__(self, token: str, context: str) -> None:
        self.token = token
        self.context = context

    def open(self) -> str:
        """The value itself."""
        return unseal(self.token, self.context) if self.token else ""

    @property
    def masked(self) -> str:
        """The last four characters, for the page; nothing when nothing is recorded."""
        if not self.token:
            return ""
        try:
            value = self.open()
        except UnsealError:
            return "（无法解密）"
        return mask_of(value)

    def __bool__(self) -> bool:
        return bool(self.token)

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"<Sealed {self.masked}>"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sealed):
            return self.token == other.token or self.open() == other.open()
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.context)


class _SealedAttribute(DeferredAttribute):
    """Seals a text the moment it is assigned."""

    def __set__(self, instance: models.Model, value: "str | Sealed | None") -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


if TYPE_CHECKING:
    _Set = TypeVar("_Set", contravariant=True)
    _Get = TypeVar("_Get", covariant=True)

    class _Text(models.TextField[_Set, _Get]):
        # What the type checker's plugin reads: what may be assigned, and what is read.
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any
else:
    # At run time Django's fields take no type parameters; subscribing is answered by the field.
    _Set = _Get = None
    _Text = {(None, None): models.TextField}


class SealedTextField(_Text[_Set, _Get]):
    """Assign a text, read a `Sealed`. Empty stays empty, so that "is it recorded?" needs no key."""

    descriptor_class = _SealedAttribute

    @property
    def context(self) -> str:
        """Where this column is: what is sealed here opens only here."""
        return f"{self.model._meta.label_lower}.{self.attname}"

    def to_python(self, value: Any) -> Sealed:
        if isinstance(value, Sealed):
            if value.context == self.context or not value.token:
                return value
            return self.to_python(value.open())
        return Sealed(seal(str(value), self.context) if value else "", self.context)

    def from_db_value(self, value: str | None, *_: object) -> Sealed:
        return Sealed(value or "", self.context)

    def get_prep_value(self, value: Any) -> str:
        return self.to_python(value).token

    def get_default(self) -> Sealed:
        return self.to_python(super().get_default())

    def value_to_string(self, obj: models.Model) -> str:
        return self.to_python(self.value_from_object(obj)).token
