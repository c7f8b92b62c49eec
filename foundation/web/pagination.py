"""Lists in pages: bounded, and deaf to nonsense in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50
# No number of a row or a line of the trail is longer; all of these fit into a bigint.
_LONGEST_NUMBER = 18

# At run time Django's classes take no type parameters.
if TYPE_CHECKING:
    _Page = Page[Any]
    _Paginator = Paginator[Any]
else:
    _Page, _Paginator = Page, Paginator


@dataclass(eq=False)
class Leaf:
    """Which page this is and of how many; `query` is the rest of its address, so that links keep the filter."""

    number: int
    pages: int
    query: str

    def address(self, number: int) -> str:
        """The address of another page of the same list."""
        return f"?{self.query}&page={number}" if self.query else f"?page={number}"

    @property
    def previous_address(self) -> str:
        """The page before, or nothing."""
        return self.address(self.number - 1) if self.number > 1 else ""

    @property
    def next_address(self) -> str:
        """The page after, or nothing."""
        return self.address(self.number + 1) if self.number < self.pages else ""


class QueryPage(Leaf, _Page):
    """One page of rows."""

    def __init__(self, rows: Any, number: int, paginator: _Paginator, query: str) -> None:
        _Page.__init__(self, rows, number, paginator)
        Leaf.__init__(self, number, paginator.num_pages, query)


class _QueryPaginator(_Paginator):
    query = ""

    def page(self, number: int | str) -> QueryPage:
        found = super().page(number)
        return QueryPage(found.object_list, found.number, self, self.query)


def number_of(text: str) -> int | None:
    """The number that stands in an address; None for anything else."""
    # int() also reads other scripts' digits, and refuses thousands of them with an exception.
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def page_of(
    rows: "QuerySet[Any, Any] | Sequence[Any]", request: HttpRequest, size: int = PAGE_SIZE
) -> QueryPage:
    """The page that `?page=` asks for; the first for nonsense, the last when it asks for more."""
    number = number_of(request.GET.get("page", "")) or 1
    rest = request.GET.copy()
    rest.pop("page", None)
    paginator = _QueryPaginator(rows, size)
    paginator.query = rest.urlencode()
    return paginator.page(min(max(number, 1), paginator.num_pages))
