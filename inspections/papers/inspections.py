"""The papers before a visit, in the name of its lead subject: approval, notice, and sheets to fill in by hand.

Approval and notice are worded here once, for PDF and Word; a sheet is PDF only, as a pen writes on it.
"""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import segno
from django.conf import settings

from foundation.clock.queries import county_day
from foundation.clock.words import day_words
from foundation.documents.paper import Chapter, Paper
from foundation.documents.pdf import render
from foundation.law.models import LegalBasis
from inspections.models import Approval, Inspection
from inspections.papers.wording import (
    RIGHTS,
    address_of,
    doubt_of,
    filled,
    manner_of,
    mark_of,
    numbered,
    origin_of,
    people_of,
    person_of,
    place_of,
    texts_of,
)
from inspections.queries.inspections import Visits
from inspections.queries.sheets import Part, bases_of

_SHEET_HEADS = ("编号", "检查内容", "合格", "不合格", "不适用", "未查", "情况说明")
# The five 严禁 with what each forbids: 国办发〔2024〕54号.
_DISCIPLINE = (
    "严禁逐利检查，不得接受被检查企业的馈赠、报酬、福利待遇，不得参加被检查企业提供的宴请、娱乐、"
    "旅游等活动，不得由被检查企业支付消费开支或者将检查费用转嫁给企业，不得强制企业接受指定的中介服务；",
    "严禁干扰企业正常生产经营，不得刻意要求法定代表人到场；",
    "严禁任性处罚企业，不得乱查封、乱扣押、乱冻结、动辄责令停产停业；",
    "严禁下达检查指标，不得将考核考评、预算项目绩效与检查频次、罚没数额挂钩；",
    "严禁变相检查，不得以观摩、督导、考察等名义行检查之实。",
)
_OPENING = "根据下列依据，本机关决定对你单位实施行政检查。现将有关事项通知如下："
# A notice that names more of them goes beyond its two pages; the laws come first.
_MOST_TEXTS = 10


def file_name(inspection: Inspection, what: str, ending: str = "pdf") -> str:
    """What the downloaded file is called."""
    return f"{what} {inspection}.{ending}"


def worded_approval(
    inspection: Inspection,
    approval: Approval,
    *,
    parts: list[Part],
    visits: Visits,
    procedure: Iterable[LegalBasis],
) -> Paper:
    """行政检查审批表: what is asked for, and what was decided; blank where a hand is to sign."""
    rows = [
        ("检查主体", "、".join(part.section.department.name for part in parts)),
        ("检查对象", place_of(inspection)),
        ("检查事项", inspection.scope),
        ("检查依据", grounds(inspection, parts, procedure)),
        ("任务来源", origin_of(inspection)),
        ("检查方式", manner_of(inspection, parts)),
        ("检查时间", day_words(inspection.planned_on)),
        ("检查人员", people_of(parts)),
        ("协助人员", inspection.assistants),
        ("组织单位", inspection.organiser.name),
        ("本年度检查次数", visits.words if inspection.institution_id else "无证场所，不计次数"),
        ("超频次理由", approval.exception),
        ("承办人意见", _asked(approval)),
        ("负责人审批", _decision(approval)),
        ("紧急补办说明", _urgency(inspection, approval)),
    ]
    return Paper(
        subject=approval.subject.name,
        title="行政检查审批表",
        number=approval.number,
        mark=mark_of(inspection),
        at=approval.decided_at or approval.asked_at,
        facts=filled(rows),
    )


def worded_notice(
    inspection: Inspection,
    approval: Approval,
    *,
    parts: list[Part],
    visits: Visits,
    procedure: Iterable[LegalBasis],
) -> Paper:
    """行政检查通知书: to the place, with who comes, on which ground, its rights and their discipline."""
    subject = approval.subject
    phone = subject.complaint_phone or settings.OFFICE_PHONE
    rows = [
        ("检查依据", grounds(inspection, parts, procedure, _MOST_TEXTS)),
        ("检查事项", inspection.scope),
        ("检查时间", day_words(inspection.planned_on)),
        ("检查地点", address_of(inspection)),
        ("检查方式", manner_of(inspection, parts)),
        ("检查人员", people_of(parts)),
        ("本年度检查次数", visits.words if inspection.institution_id else ""),
        ("请准备", inspection.to_prepare),
    ]
    return Paper(
        subject=subject.name,
        title="行政检查通知书",
        number=approval.notice_number or "",
        mark=mark_of(inspection),
        at=approval.decided_at or approval.asked_at,
        to=f"{inspection.place}：",
        opening=_OPENING,
        facts=filled(rows),
        chapters=(
            Chapter("你单位的权利", numbered(RIGHTS)),
            Chapter("检查人员须遵守的纪律", numbered(_DISCIPLINE)),
        ),
        closing=f"监督电话：{phone}" if phone else "",
        signed=(f"{subject.name}（印章）", "　　　　年　　月　　日"),
        receipt="签收人：　　　　　签收时间：　　　年　　月　　日　　时",
    )


def sheets_pdf(
    inspections: Iterable[Inspection],
    parts: Mapping[int, list[Part]],
    addresses: Mapping[int, str],
) -> bytes:
    """Sheets to fill in by hand, one visit after the other: each department's items with boxes."""
    rows = list(inspections)
    data = {
        "title": "校外培训机构检查记录表",
        "heads": _SHEET_HEADS,
        "visits": [_sheet(one, parts[one.pk]) for one in rows],
    }
    pictures = {f"{one.code}.svg": _picture(addresses[one.pk]) for one in rows}
    return render("sheet", data, files=pictures)


def grounds(
    inspection: Inspection,
    parts: Iterable[Part],
    procedure: Iterable[LegalBasis],
    most: int | None = None,
) -> str:
    """The provisions on the way of visiting, and the texts on what is looked at, each once, the highest first.

    Their articles stand in the checklist, item by item; what nobody has verified says so.
    """
    way, asked = list(procedure), bases_of(parts)
    texts = texts_of(asked, by_article=False)
    named = "、".join([*texts_of(way, by_article=True), *texts[:most]])
    count = f"等{len(texts)}件" if most is not None and len(texts) > most else ""
    doubt = doubt_of([*way, *asked])
    return f"{named}{count}{doubt}（具体条款见{inspection.checklist}）"


def _sheet(inspection: Inspection, parts: list[Part]) -> dict[str, Any]:
    approval = inspection.approval
    return {
        "subject": approval.subject.name,
        "number": approval.notice_number or approval.number,
        "code": inspection.code,
        "picture": f"{inspection.code}.svg",
        "facts": [
            ("检查对象", place_of(inspection)),
            ("检查日期", day_words(inspection.planned_on)),
            ("检查事项", inspection.scope),
            ("检查表", str(inspection.checklist)),
        ],
        "parts": [
            {
                "name": part.section.department.name,
                "people": "；".join(person_of(one) for one in part.people) or "未确定",
                "rows": [[one.code, one.text, "□", "□", "□", "□", ""] for one in part.items],
            }
            for part in parts
        ],
    }


def _said(words: str, by: object, at: datetime) -> str:
    return f"{words}\n{by}　{day_words(county_day(at))}"


def _asked(approval: Approval) -> str:
    return _said(approval.asked_words or "提请审批", approval.asked_by, approval.asked_at)


def _decision(approval: Approval) -> str:
    if not approval.decided_at:
        return "　\n签字：　　　　　　　　年　　月　　日"
    outcome = approval.get_outcome_display()
    words = f"{outcome}：{approval.decided_words}" if approval.decided_words else outcome
    return _said(words, approval.decided_by, approval.decided_at)


def _urgency(inspection: Inspection, approval: Approval) -> str:
    if not inspection.is_urgent:
        return ""
    due = approval.completion_due_on
    return f"{inspection.urgent_reason}{f'（{day_words(due)}前补办）' if due else ''}"


def _picture(address: str) -> bytes:
    """The address of the visit's page as a QR code."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0)
    return out.getvalue()
