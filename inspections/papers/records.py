"""The papers of a visit that has taken place: the record to be signed on site, and the sheet that sums it up.

Each is worded once, for PDF and Word. What the portal does not know is left to a pen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from foundation.clock.queries import county_day
from foundation.clock.words import day_words
from foundation.documents.paper import Chapter, Paper, Table
from foundation.law.models import LegalBasis
from inspections.models import (
    Answer,
    ChecklistArea,
    Finding,
    Inspection,
    Mode,
    Photo,
    Signature,
    SignatureRole,
    Value,
)
from inspections.papers.pictures import Pictures, signer
from inspections.papers.wording import (
    RIGHTS,
    address_of,
    code_of,
    doubt_of,
    filled,
    mark_of,
    moment_words,
    numbered,
    origin_of,
    people_of,
    texts_of,
    time_words,
)
from inspections.queries.records import Line, PartRecord
from institutions.models import Post

RECORD = "现场检查笔录"
_DRAFT = "（草稿，检查未结论）"
_PEN = "＿" * 8
_DAY = "　　年　　月　　日"
_FOOT = f"现场负责人签名：{_PEN}　检查人员签名：{_PEN}{_PEN}"
_DIGITS = "一二三四五六七八九"
# As many departments as ever go together, and more.
_ORDINALS = [f"{tens}{one}" for tens in ("", "十", "二十") for one in ("", *_DIGITS)][1:]


def worded_record(
    inspection: Inspection,
    record: Sequence[PartRecord],
    *,
    procedure: Iterable[LegalBasis],
    signatures: Sequence[Signature],
    photos: Sequence[Photo],
    at: datetime,
) -> Paper:
    """现场检查笔录: when, where and who, what was told, what each department saw, what the place says; and the
    photos."""
    pictures = Pictures()
    site = next((one for one in signatures if one.role == SignatureRole.SITE), None)
    rows = [
        ("检查时间", _times(inspection)),
        ("检查地点", address_of(inspection) or "未登记"),
        ("被检查单位", str(inspection.place)),
        ("统一社会信用代码", code_of(inspection) or "未登记"),
        ("法定代表人", _representative(inspection)),
        ("现场负责人", _person_on_site(site)),
        ("检查事项", inspection.scope),
        ("检查人员", people_of(record)),
        ("记录人", str(inspection.concluded_by or inspection.begun_by)),
        ("补录说明", _lateness(inspection)),
    ]
    chapters = [
        Chapter("告知和出示证件", _told(inspection, record, procedure)),
        Chapter(
            "检查情况",
            [f"按{inspection.checklist}检查：{_counted(record)}。"],
            below=_ordered([Chapter(_heading(part), _seen(part)) for part in record], "（{}）"),
        ),
        Chapter("检查结论", [inspection.conclusion or "尚未作出结论。"]),
        _opinion(pictures, signatures),
        _officers(pictures, signatures),
    ]
    chapters = _ordered(chapters, "{}、")
    if photos:
        shown = [pictures.photo(one) for one in photos]
        chapters.append(Chapter("附：现场照片", pictures=shown, is_appendix=True))
    paper = _paper(inspection, RECORD, at, filled(rows), chapters)
    return replace(paper, files=pictures.files)


def worded_joint_record(
    inspection: Inspection,
    record: Sequence[PartRecord],
    *,
    areas: Iterable[ChecklistArea],
    at: datetime,
) -> Paper:
    """校外培训机构联合检查记录表: each area met or not, the problems, what follows, and who signs."""
    rows = [
        ("机构名称", str(inspection.place)),
        ("统一社会信用代码", code_of(inspection) or "未登记"),
        ("培训类别", _categories(inspection)),
        ("法定代表人", _representative(inspection)),
        ("地址", address_of(inspection) or "未登记"),
        ("任务来源", origin_of(inspection)),
        ("检查时间", _times(inspection)),
        ("检查组", people_of(record)),
    ]
    signers = [f"{part.section.department}：{_PEN}　{_DAY}" for part in record]
    chapters = [
        Chapter("检查项目", table=_areas(record, areas)),
        _problems(record),
        Chapter("检查结论", [inspection.conclusion or "尚未作出结论。"]),
        Chapter("签名", [f"机构负责人：{_PEN}　{_DAY}", *signers]),
    ]
    return _paper(inspection, joint_title(record), at, filled(rows), _ordered(chapters, "{}、"))


def joint_title(record: Sequence[PartRecord]) -> str:
    """What the sheet is called; of one department alone it is no joint one."""
    return f"校外培训机构{'联合' if len(record) > 1 else ''}检查记录表"


def _paper(
    inspection: Inspection,
    title: str,
    at: datetime,
    facts: list[tuple[str, str]],
    chapters: list[Chapter],
) -> Paper:
    return Paper(
        subject=inspection.approval.subject.name,
        title=title if inspection.concluded_at else f"{title}{_DRAFT}",
        number=inspection.record_number or "未编号",
        mark=mark_of(inspection),
        at=inspection.concluded_at or at,
        facts=facts,
        chapters=chapters,
        foot=_FOOT,
    )


def _ordered(chapters: Iterable[Chapter], form: str) -> list[Chapter]:
    """一、二、 or （一）（二） before their headings."""
    return [
        replace(one, heading=f"{form.format(ordinal)}{one.heading}")
        for ordinal, one in zip(_ORDINALS, chapters, strict=False)
    ]


def _times(inspection: Inspection) -> str:
    if inspection.begun_at is None:
        return ""
    on = county_day(inspection.begun_at)
    begun = f"{day_words(on)}{time_words(inspection.begun_at)}"
    if inspection.ended_at is None:
        return f"{begun}至＿＿＿＿"
    ended_on = county_day(inspection.ended_at)
    return (
        f"{begun}至{day_words(ended_on) if ended_on != on else ''}{time_words(inspection.ended_at)}"
    )


def _lateness(inspection: Inspection) -> str:
    """Why it came in on a later day, or was on another day than planned."""
    if not inspection.late_reason or inspection.begun_at is None:
        return ""
    on, words = county_day(inspection.begun_at), []
    if on != inspection.planned_on:
        words.append(f"原定{day_words(inspection.planned_on)}检查")
    if inspection.concluded_at and county_day(inspection.concluded_at) != on:
        words.append(f"{day_words(county_day(inspection.concluded_at))}录入系统")
    return "；".join([*words, f"理由：{inspection.late_reason}"])


def _representative(inspection: Inspection) -> str:
    """Whoever answers for the institution in law, or else who runs it."""
    if inspection.institution is None:
        return ""
    people = {one.post: one.name for one in inspection.institution.representatives.all()}
    return people.get(Post.LEGAL) or people.get(Post.PRINCIPAL) or "未登记"


def _categories(inspection: Inspection) -> str:
    if inspection.institution is None:
        return inspection.site.subjects if inspection.site else ""
    return "、".join(str(one) for one in inspection.institution.categories.all()) or "未登记"


def _told(
    inspection: Inspection, record: Sequence[PartRecord], procedure: Iterable[LegalBasis]
) -> list[str]:
    bases, subject = list(procedure), inspection.approval.subject.name
    among = f"等{len(record)}个部门" if len(record) > 1 else ""
    grounds = "、".join(texts_of(bases, by_article=True))
    notice = inspection.approval.notice_number
    return [
        f"我们是{subject}{among}的检查人员，现依照{grounds}{doubt_of(bases)}，"
        f"向你出示执法证件{f'和《行政检查通知书》（{notice}）' if notice else ''}，并告知：",
        *numbered(RIGHTS),
        "现场负责人确认：□已看清执法证件　□已收到通知书　□已知道权利",
        f"是否申请检查人员回避：□不申请　□申请，对象和理由：{_PEN}",
    ]


def _person_on_site(site: Signature | None) -> str:
    """Who was in charge on site; the number of the identity card is written by hand, and kept on paper only."""
    name = site.name if site and site.name else _PEN
    post = site.post if site and site.post else _PEN
    return f"姓名：{name}　职务：{post}\n身份证号：{_PEN}{_PEN}\n电话：{_PEN}"


def _opinion(pictures: Pictures, signatures: Sequence[Signature]) -> Chapter:
    """What the place says of the record: signed on a screen, refused, or left to a pen."""
    rows = [one for one in signatures if one.role != SignatureRole.OFFICER]
    is_settled = any(one.evidence or one.refused for one in rows if one.role == SignatureRole.SITE)
    pens = [
        f"现场负责人签名：{_PEN}　{_DAY}",
        f"拒绝签名或者不在场的，注明情况和理由：{_PEN}",
        f"见证人签名：{_PEN}　{_DAY}",
    ]
    lines = [
        "□已阅读（已听读）本笔录，与现场情况一致　□有异议，说明如下：",
        _PEN * 4,
        *(_signed(one) for one in rows if not one.evidence),
        *([] if is_settled else pens),
    ]
    return Chapter("现场负责人意见", lines, pictures=pictures.signatures(rows))


def _officers(pictures: Pictures, signatures: Sequence[Signature]) -> Chapter:
    rows = [one for one in signatures if one.role == SignatureRole.OFFICER]
    lines = [
        *(_signed(one) for one in rows if not one.evidence),
        f"检查人员：{_PEN}{_PEN}",
        f"记录人：{_PEN}　{_DAY}",
    ]
    return Chapter("检查人员签名", lines, pictures=pictures.signatures(rows))


def _signed(one: Signature) -> str:
    """Who signed on paper, or would not; what was written on a screen is a picture with its caption."""
    who, on = signer(one), moment_words(one.signed_at)
    if one.refused:
        return f"{who}于{on}拒绝签名，理由：{one.refused}。见证人：{one.witness}。"
    return f"{who}于{on}签在纸质表上。"


def _heading(part: PartRecord) -> str:
    people = "、".join(str(one) for one in part.people)
    return f"{part.section.department.name}（{people}）" if people else str(part.section)


def _counted(record: Iterable[PartRecord]) -> str:
    """How many items were met, not met and so on, each item once whoever looked."""
    values = {line.item.pk: line.value for part in record for line in part.lines}
    said = [(label, list(values.values()).count(value)) for value, label in Value.choices]
    said.append(("未填写或者结果不一致", list(values.values()).count(None)))
    return "，".join(f"{label}{count}项" for label, count in said if count) or "没有检查项"


def _seen(part: PartRecord) -> list[str]:
    """What the department saw: what is fine by areas, the rest in words. What others saw, they say."""
    lines = [one for one in part.lines if one.is_own]
    summed = [
        f"{label}：{words}。"
        for value, label in ((Value.MET, "合格"), (Value.NOT_APPLICABLE, "不适用"))
        if (words := _summed([one for one in lines if one.value == value]))
    ]
    noted = [
        f"{one.item.code}（{Value(one.value).label}）：{words}"
        for one in lines
        if one.value in (Value.MET, Value.NOT_APPLICABLE) and (words := _notes(one))
    ]
    wrong = [words for one in lines if one.value == Value.NOT_MET for words in _wrong(one)]
    others = [f"检查表以外的问题：{_problem(one)}" for one in part.others if not one.is_withdrawn]
    unseen = [
        f"未查：{one.item}。原因：{_notes(one)}"
        for one in lines
        if one.value == Value.NOT_LOOKED_AT
    ]
    disputed = [f"检查结果不一致，尚未采信：{one.item}" for one in lines if one.is_disputed]
    said = [*summed, *noted, *wrong, *others, *unseen, *disputed]
    return said or [_unsaid(part)]


def _unsaid(part: PartRecord) -> str:
    """Why a department says nothing of its own."""
    if not part.lines:
        return "检查表中没有由本部门检查的项。"
    if part.unanswered:
        return "还没有检查结果。"
    return "所负责的检查项由本组其他部门检查。"


def _summed(lines: Sequence[Line]) -> str:
    """A 办学资质2项（A1、A2）, area by area."""
    found: dict[ChecklistArea, list[str]] = {}
    for one in lines:
        found.setdefault(one.item.area, []).append(one.item.code)
    return "；".join(
        f"{area.code} {area}{len(codes)}项（{'、'.join(codes)}）" for area, codes in found.items()
    )


def _notes(line: Line) -> str:
    said: list[Answer] = [one for one in line.answers if one.value == line.value and one.note]
    return "；".join(dict.fromkeys(one.note for one in said))


def _wrong(line: Line) -> list[str]:
    """Not met: each problem, or where another department describes it the item alone."""
    notes = f"（{words}）" if (words := _notes(line)) else ""
    found = [f"：{_problem(one)}" for one in line.standing] or ["。"]
    return [f"不合格：{line.item}{notes}{one}" for one in found]


def _problem(finding: Finding) -> str:
    fixed = f"：{finding.fixed_words}" if finding.fixed_at else ""
    return f"{finding.fact}（{finding.get_severity_display()}；{finding.outcome}{fixed}）"


def _areas(record: Iterable[PartRecord], areas: Iterable[ChecklistArea]) -> Table:
    """Yes where all that was looked at is fine; what is not names its items."""
    lines: dict[int, dict[int, Line]] = {}
    lookers: dict[int, dict[str, None]] = {}
    for part in record:
        for one in part.lines:
            lines.setdefault(one.item.area_id, {})[one.item.pk] = one
            if one.is_own:
                lookers.setdefault(one.item.area_id, {})[str(part.section)] = None
    rows = [
        _area(one, list(lines.get(one.pk, {}).values()), list(lookers.get(one.pk, {})))
        for one in areas
    ]
    return Table(
        ("检查类别", "是", "否", "不适用", "未查", "检查部门"), (3.4, 0.8, 2.6, 1.6, 1.8, 3), rows
    )


def _area(area: ChecklistArea, lines: Sequence[Line], lookers: Sequence[str]) -> list[str]:
    codes = {
        value: "、".join(one.item.code for one in lines if one.value == value)
        for value in Value.values
    }
    is_met = codes[Value.MET] and not codes[Value.NOT_MET]
    return [
        f"{area.code} {area}",
        "√" if is_met else "",
        f"√（{codes[Value.NOT_MET]}）" if codes[Value.NOT_MET] else "",
        codes[Value.NOT_APPLICABLE],
        codes[Value.NOT_LOOKED_AT] if lines else "全部",
        "、".join(lookers) or "本次未检查",
    ]


def _problems(record: Iterable[PartRecord]) -> Chapter:
    rows = [
        [
            str(number),
            finding.item.code if finding.item else "",
            finding.fact,
            str(part.section),
            finding.get_mode_display(),
            _term(finding),
        ]
        for number, (part, finding) in enumerate(
            ((part, one) for part in record for one in part.findings), start=1
        )
    ]
    heading = "存在问题和处理意见"
    if not rows:
        return Chapter(heading, ["没有发现问题。"])
    heads = ("序号", "检查项", "存在问题", "部门", "处理意见", "整改期限")
    return Chapter(heading, table=Table(heads, (1, 1.2, 5, 2, 1.8, 2.2), rows))


def _term(finding: Finding) -> str:
    if finding.fixed_at:
        return "已当场改正"
    if finding.mode == Mode.ON_THE_SPOT:
        return "当场"
    return f"建议{finding.days}天内" if finding.days else ""
