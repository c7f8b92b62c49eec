"""Exactly what the public may see: frozen values, with no row behind them to wander off from."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class IssueHead:
    """A published issue: its number, its day, who published it, how many rows it was published with."""

    pk: int
    number: int
    as_of: date
    publisher: str
    published_at: datetime
    entry_count: int
    remark: str = ""


@dataclass(frozen=True)
class Place:
    """One row of a list. `url` is empty where there is no page of its own."""

    name: str
    url: str
    tone: str
    state: str
    categories: str
    town: str
    address: str
    note: str = ""


@dataclass(frozen=True)
class Known:
    """A place that is not on the list but may be named, and the text by which it is found."""

    place: Place
    text: str


@dataclass(frozen=True)
class Row:
    """One row of a download, in the order of the columns."""

    name: str
    address: str
    town: str
    categories: str
    subjects: str
    lead_department: str
    licence_number: str
    credit_code: str
    valid_until: str
    public_id: str


@dataclass(frozen=True)
class Filters:
    """What can be chosen above the list; values are the words of the rows themselves."""

    categories: tuple[str, ...]
    towns: tuple[str, ...]
    departments: tuple[str, ...]

    def chosen(self, question: "Question") -> tuple[str, str, str]:
        """What the question chose of them; a word that nobody is offered was typed, not chosen."""
        return (
            question.category if question.category in self.categories else "",
            question.town if question.town in self.towns else "",
            question.department if question.department in self.departments else "",
        )


@dataclass(frozen=True)
class Shelf:
    """The current white list on one day: its head, what left it since, and what it can be filtered by.

    `earlier` are places of older issues that this one does not hold. `positions` are those of its rows, `held` those of some of them with the texts by which they are found,
    `common` the terms that tell few of those apart, `alike` the positions of the rows that share their
    categories, town and department, in this order.
    """

    issue: IssueHead | None
    total: int
    gone: tuple[Known, ...]
    earlier: tuple[Known, ...]
    gone_keys: frozenset[int]
    gone_positions: tuple[int, ...]
    filters: Filters
    positions: tuple[int, ...]
    held: tuple[tuple[int, str], ...]
    common: frozenset[str]
    alike: tuple[tuple[tuple[str, str, str], list[int]], ...]


@dataclass(frozen=True)
class Warned:
    """The current list of places without licence, as far as they still are."""

    issue: IssueHead | None
    places: tuple[Known, ...]


@dataclass(frozen=True)
class Question:
    """What a reader asked the list for; an empty text asks for nothing.

    `is_whole` asks for all rows on one page, as somebody does who prints them.
    """

    q: str = ""
    category: str = ""
    town: str = ""
    department: str = ""
    page: int = 1
    is_whole: bool = False

    @property
    def is_filtered(self) -> bool:
        """Was anything chosen beside the words?"""
        return any((self.category, self.town, self.department))


@dataclass(frozen=True)
class Found:
    """One page of answers. `count` is exact up to its limit; `is_more` says that there are more."""

    places: tuple[Place, ...]
    count: int
    is_more: bool
    page: int
    pages: int


@dataclass(frozen=True)
class Beside:
    """What is known of a name beside the list: it left, it teaches without licence, it looks like others."""

    gone: tuple[Place, ...] = ()
    unlicensed: tuple[Place, ...] = ()
    near: tuple[Place, ...] = ()


@dataclass(frozen=True)
class LicenceFact:
    """One licence as far as it is public."""

    kind: str
    number: str
    authority: str
    scope: str
    valid_from: date | None
    valid_until: date | None
    is_long_term: bool


@dataclass(frozen=True)
class FeeFact:
    """One disclosed price."""

    course: str
    price: str
    unit: str
    refund: str


@dataclass(frozen=True)
class TeacherFact:
    """One disclosed teacher."""

    name: str
    subject: str
    qualification: str
    experience: str


@dataclass(frozen=True)
class PersonFact:
    """Who answers for the institution, by name only."""

    post: str
    name: str


@dataclass(frozen=True)
class CampusFact:
    """A further place of teaching."""

    name: str
    address: str


@dataclass(frozen=True)
class ListedIn:
    """One published issue in which the institution stood."""

    number: int
    as_of: date
    url: str


@dataclass(frozen=True)
class ResultFact:
    """What a visit has found, in numbers."""

    visited_on: date
    kind: str
    departments: str
    result: str


@dataclass(frozen=True)
class Detail:
    """One institution as the public may see it."""

    wall_url: str
    name: str
    short_name: str
    is_good: bool
    tone: str
    state: str
    since: date | None
    words: str
    document: str
    categories: str
    subjects: str
    address: str
    actual_address: str
    town: str
    credit_code: str
    registration_type: str
    profit_kind: str
    lead_department: str
    lead_phone: str
    lead_email: str
    supporting: str
    phone: str
    licences: tuple[LicenceFact, ...]
    fees: tuple[FeeFact, ...]
    teachers: tuple[TeacherFact, ...]
    people: tuple[PersonFact, ...]
    campuses: tuple[CampusFact, ...]
    custody: str
    platform: str
    last_annual: str
    listed_in: tuple[ListedIn, ...]
    results: tuple[ResultFact, ...]
    # Is the end of at least one licence recorded?
    has_validity: bool


@dataclass(frozen=True)
class WallCode:
    """What the code on a wall opens: as much as a parent grasps from one metre."""

    public_id: str
    name: str
    address: str
    categories: str
    is_good: bool
    tone: str
    state: str
    words: str


@dataclass(frozen=True)
class Contact:
    """Whom to call: a department's telephone and mail for complaints, and when that was last checked."""

    name: str
    phone: str
    email: str
    checked_on: date | None


@dataclass(frozen=True)
class PaymentRules:
    """The limits for paying in advance, as the office keeps them."""

    months: int
    lessons: int
    yuan: int


@dataclass(frozen=True)
class County:
    """What stands on public pages beside the register: whom to call, how to pay."""

    contacts: tuple[Contact, ...]
    rules: PaymentRules
