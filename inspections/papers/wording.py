"""What several papers of an inspection say alike: place, people, rights, provisions."""

from collections.abc import Iterable
from datetime import datetime

from foundation.clock.queries import county_day, county_zone
from foundation.clock.words import day_words
from foundation.law.models import LegalBasis
from inspections.models import Inspection, Inspector
from inspections.queries.records import PartRecord
from inspections.queries.sheets import Part

RIGHTS = (
    "检查人员少于两人或者不出示执法证件的，你单位有权拒绝检查；",
    "认为检查人员与检查事项有直接利害关系的，可以申请回避；",
    "对检查情况和处理意见，有权陈述、申辩。",
)


def time_words(moment: datetime) -> str:
    """9时5分, in the county."""
    local = moment.astimezone(county_zone())
    return f"{local.hour}时{local.minute}分"


def moment_words(moment: datetime) -> str:
    """2023年7月10日9时5分."""
    return f"{day_words(county_day(moment))}{time_words(moment)}"


def numbered(lines: Iterable[str]) -> list[str]:
    """1. the first, 2. the second."""
    return [f"{number}. {words}" for number, words in enumerate(lines, start=1)]


def filled(rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The rows that say something."""
    return [one for one in rows if one[1]]


def mark_of(inspection: Inspection) -> str:
    """By what the visit is found again."""
    return f"检查编码 {inspection.code}"


def code_of(inspection: Inspection) -> str:
    """The credit code of the place, or that it has none."""
    return inspection.institution.credit_code if inspection.institution else "无证场所"


def place_of(inspection: Inspection) -> str:
    """The place with its code and where it is."""
    said = (str(inspection.place), code_of(inspection), address_of(inspection))
    return "，".join(one for one in said if one)


def address_of(inspection: Inspection) -> str:
    """Where the inspectors go: where teaching really takes place."""
    if inspection.institution:
        return inspection.institution.actual_address or inspection.institution.address
    return inspection.site.address if inspection.site else ""


def origin_of(inspection: Inspection) -> str:
    """What gave rise to it."""
    campaign = f"（{inspection.planned.campaign}）" if inspection.planned else ""
    return f"{inspection.get_kind_display()}{campaign}"


def manner_of(inspection: Inspection, parts: list[Part]) -> str:
    """How it is done, and whether jointly."""
    return f"{inspection.get_manner_display()}{'，联合检查' if len(parts) > 1 else ''}"


def person_of(inspector: Inspector) -> str:
    """Who goes, with the number on the certificate."""
    return f"{inspector.user}（执法证号{inspector.certificate or '未登记'}）"


def people_of(parts: Iterable[Part | PartRecord]) -> str:
    """By department, those without people left out."""
    return "\n".join(
        f"{part.section.department}：{'、'.join(person_of(one) for one in part.people)}"
        for part in parts
        if part.people
    )


def texts_of(bases: Iterable[LegalBasis], *, by_article: bool) -> list[str]:
    """Each text once, with its number, and with the articles if they are wanted."""
    found: dict[tuple[str, str], list[str]] = {}
    for basis in bases:
        found.setdefault((basis.title, basis.number), []).append(basis.article)
    return [
        f"《{title}》{f'（{number}）' if number else ''}"
        f"{'、'.join(one for one in articles if one) if by_article else ''}"
        for (title, number), articles in found.items()
    ]


def doubt_of(bases: Iterable[LegalBasis]) -> str:
    """What nobody has verified says so, once for all of them."""
    verified = {one.is_verified for one in bases}
    if False not in verified:
        return ""
    return "（部分条款未核实）" if True in verified else "（条款均未核实）"
