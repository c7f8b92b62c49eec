"""What could be taken for the place that is being written: in the register and among the unlicensed."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from institutions.codes import licence_key, tidy_code
from institutions.models import Institution, Licence, UnlicensedSite
from institutions.naming import likeness, name_key, similar_keys, spelling

# More look-alikes than these help nobody to decide.
_MOST = 10
_ONLY_FOR_SEARCH = ("search_text", "search_terms")


@dataclass(frozen=True)
class LookAlike:
    """A row that could be the one that is being written, and why."""

    row: Institution | UnlicensedSite
    why: str

    @property
    def is_site(self) -> bool:
        return isinstance(self.row, UnlicensedSite)


def look_alikes(
    name: str, credit_code: str = "", address: str = "", besides: int | None = None
) -> list[LookAlike]:
    """Institutions of the same code or address, the same name, the same sound, or one character apart."""
    code = tidy_code(credit_code)
    near = _near(name)
    if code:
        near |= Q(credit_code=code)
    if address:
        near |= Q(address=address) | Q(actual_address=address)
    rows = Institution.objects.standing().filter(near, ~Q(pk=besides)).select_related("town")
    found = (
        LookAlike(
            row,
            _why(
                likeness(row.name, name),
                "统一社会信用代码相同" if code and row.credit_code == code else "",
                "地址相同" if address and address in (row.address, row.actual_address) else "",
            ),
        )
        for row in rows.defer(*_ONLY_FOR_SEARCH)
    )
    return [alike for alike in found if alike.why][:_MOST]


def site_look_alikes(
    rows: QuerySet[UnlicensedSite], name: str, address: str = "", besides: int | None = None
) -> list[LookAlike]:
    """Of these places without licence, those of a similar name or of the same address."""
    near = _near(name)
    if address:
        near |= Q(address=address)
    found = (
        LookAlike(
            row,
            _why(
                likeness(row.name, name),
                "地址相同" if address and row.address == address else "",
            ),
        )
        for row in rows.filter(near, ~Q(pk=besides)).defer(*_ONLY_FOR_SEARCH)
    )
    return [alike for alike in found if alike.why][:_MOST]


def same_licence(number: str, besides: int | None = None) -> list[LookAlike]:
    """Other institutions that have a licence of this number."""
    key = licence_key(number)
    if not key:
        return []
    licences = Licence.objects.filter(number_key=key, institution__deleted_at=None)
    rows = licences.exclude(institution=besides).select_related("institution__town")
    found = {row.institution_id: row.institution for row in rows[:_MOST]}
    return [LookAlike(institution, "许可证号相同") for institution in found.values()]


def _near(name: str) -> Q:
    near = Q(name_key__in=similar_keys(name)) | Q(sort_key=spelling(name))
    return near | Q(name_key__regex=_one_apart(name_key(name)))


def _one_apart(key: str) -> str:
    """A pattern for keys with one character more or another one; keys hold no sign of patterns."""
    more = (f"{key[:at]}.{key[at:]}" for at in range(len(key) + 1))
    other = (f"{key[:at]}.{key[at + 1 :]}" for at in range(len(key)))
    return f"^({'|'.join((*more, *other))})$"


def _why(*reasons: str) -> str:
    return "，".join(filter(None, reasons))
