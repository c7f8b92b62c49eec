"""The plainest row of each kind. Say only what the test is about; the rest is unremarkable."""

import io
import json
import time
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.test import Client
from PIL import Image

from foundation.accounts.client import session_digest
from foundation.accounts.middleware import OPENED, SEEN
from foundation.accounts.models import Department, DepartmentKind, Role, StaffSession, User
from foundation.attachments.actions import keep
from foundation.attachments.kinds import PNG
from foundation.attachments.models import Evidence
from foundation.clock.queries import now
from foundation.law.content import starting_limits
from foundation.law.models import LegalBasis, Limit
from foundation.numbering.actions import next_number
from foundation.web.models import PublicMark
from inspections.actions.draws import draw_lots, fix_list, prepare_draw
from inspections.models import (
    BEGUN,
    Answer,
    Approval,
    Campaign,
    CampaignTask,
    Checklist,
    ChecklistArea,
    ChecklistItem,
    Disclosure,
    Draw,
    FaceCheck,
    Finding,
    Inspection,
    Inspector,
    Photo,
    PlannedInspection,
    Receipt,
    Section,
    Signature,
)
from inspections.queries.draws import drawable, possible_places
from inspections.workflow import CampaignState, ChecklistState, DrawState, InspectionState
from institutions.codes import licence_key
from institutions.keys import key_columns
from institutions.models import Category, Institution, Licence
from institutions.workflow import InstitutionState

_numbers = count(1)

# Long enough for every rule about passwords, and nobody's.
PASSWORD = "unremarkable-words-4711"  # noqa: S105 -- of the tests' people only


def department(
    code: str = "jiaoti",
    *,
    name: str = "",
    kind: str = DepartmentKind.MEMBER,
    is_enforcement_subject: bool | None = None,
) -> Department:
    """A department; asked for twice by the same code, it is the same one."""
    subject = kind == DepartmentKind.MEMBER
    row, _ = Department.objects.get_or_create(
        code=code,
        defaults={
            "name": name or f"测试{code}局",
            "short_name": name[:20] or f"{code}局",
            "kind": kind,
            "is_enforcement_subject": subject
            if is_enforcement_subject is None
            else is_enforcement_subject,
        },
    )
    return row


@cache
def _password_hash() -> str:
    """Hashing is slow on purpose; the same password is hashed once a run."""
    return make_password(PASSWORD)


def user(
    username: str = "",
    *,
    role: str = Role.OFFICE,
    department: Department | None = None,
    name: str = "",
    must_change_password: bool = False,
) -> User:
    """A person with an account that works at once."""
    username = username or f"person{next(_numbers)}"
    return User.objects.create(
        username=username,
        password=_password_hash(),
        role=role,
        name=name or f"人员{username}",
        department=department or office(),
        must_change_password=must_change_password,
        date_joined=now(),
    )


def sign_in(client: Client, user: User) -> Client:
    """This browser, with the person signed in as the sign-in page would do it."""
    client.force_login(user)
    session = client.session
    session[OPENED] = session[SEEN] = int(time.time())
    session.save()
    moment = now()
    StaffSession.objects.create(
        user=user,
        key_digest=session_digest(session.session_key),
        device="测试浏览器",
        role=user.role,
        department=user.department,
        started_at=moment,
        last_seen_at=moment,
    )
    return client


def office() -> Department:
    """The office itself."""
    return department("office", name="测试双减办", kind=DepartmentKind.OFFICE)


def town(name: str = "测试镇") -> Department:
    """A town of the county, by its name."""
    code = f"town-{sum(map(ord, name))}"
    return department(code, name=name, kind=DepartmentKind.TOWN)


def category(code: str = "WH", name: str = "文化艺术类", sort_order: int = 30) -> Category:
    """A kind of training; asked for twice by the same code, it is the same one."""
    row, _ = Category.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "lead_department": department("wenlv"),
            "sort_order": sort_order,
        },
    )
    return row


def institution(name: str = "", **given: Any) -> Institution:
    """An institution in state 正常, with the columns of search and order as an act would set them."""
    n = next(_numbers)
    name = name or f"定边县测试{n}培训学校"
    plain: dict[str, Any] = {
        "state": InstitutionState.NORMAL,
        "state_on": date(2023, 1, 5),
        "created_at": datetime(2023, 1, 5, 1, tzinfo=UTC),
        "changed_at": datetime(2023, 1, 5, 1, tzinfo=UTC),
    }
    row = Institution(name=name, **plain | given)
    columns = key_columns(
        name=name,
        short_name=row.short_name,
        address=row.address,
        actual_address=row.actual_address,
        town=row.town.short_name if row.town else "",
        credit_code=row.credit_code,
    )
    for field, value in asdict(columns).items():
        setattr(row, field, value)
    row.save()
    return row


def licence(institution: Institution, **given: Any) -> Licence:
    """A licence in use until the end of 2099, unless said otherwise."""
    plain: dict[str, Any] = {
        "number": f"16108257{next(_numbers):07}",
        "valid_until": date(2099, 12, 31),
    }
    values = plain | given
    return Licence.objects.create(
        institution=institution, number_key=licence_key(values["number"]), **values
    )


def mark() -> str:
    """What the public pages were last told; nothing before the first change."""
    return PublicMark.objects.values_list("mark", flat=True).first() or ""


def limits() -> None:
    """The law's figures as a new portal has them."""
    rows = [Limit(**asdict(line)) for line in starting_limits().values()]
    Limit.objects.bulk_create(rows, ignore_conflicts=True)


def basis(article: str = "第十二条", **given: Any) -> LegalBasis:
    """A provision that nobody has verified yet."""
    plain: dict[str, Any] = {"title": "测试管理办法", "number": "测试令第1号"}
    return LegalBasis.objects.create(article=article, **plain | given)


def checklist(*, is_draft: bool = False, effective_on: date = date(2023, 1, 1)) -> Checklist:
    """A released version with two areas of two items each, or a draft of one."""
    row = Checklist.objects.create(drafted_at=datetime(2023, 1, 1, 1, tzinfo=UTC))
    for code, name in (("A", "办学资质"), ("F", "消防安全管理")):
        area = ChecklistArea.objects.create(checklist=row, code=code, name=name)
        for place in (1, 2):
            item(area, number=place)
    return row if is_draft else release(row, effective_on)


def item(area: ChecklistArea, *, number: int, text: str = "") -> ChecklistItem:
    """An item of a draft, which one department looks at."""
    row = ChecklistItem.objects.create(
        area=area,
        number=number,
        position=number,
        text=text or f"第{number}项符合要求",
        severity=2,
        mode="in_time",
        default_days=7,
    )
    row.departments.add(department())
    return row


def release(row: Checklist, effective_on: date = date(2023, 1, 1)) -> Checklist:
    """The draft as somebody else would have released it."""
    releaser = User.objects.filter(username="releaser").first() or user("releaser")
    at = datetime(2023, 1, 1, 1, tzinfo=UTC)
    row.number = next_number(series="checklist", by=releaser.actor, at=at)
    row.state, row.effective_on = ChecklistState.RELEASED, effective_on
    row.released_at, row.released_by = at, releaser
    row.save(update_fields=["state", "number", "effective_on", "released_at", "released_by"])
    return row


def campaign(
    title: str = "测试专项行动", *, state: str = CampaignState.RUNNING, **given: Any
) -> Campaign:
    """A campaign of a week in July 2023, with one area and one institution, planned by nobody."""
    moment = datetime(2023, 7, 1, 1, tzinfo=UTC)
    row = Campaign.objects.create(
        title=title,
        goals="全覆盖检查",
        starts_on=date(2023, 7, 5),
        ends_on=date(2023, 7, 11),
        organiser=office(),
        checklist=Checklist.objects.filter(state=ChecklistState.RELEASED).first() or checklist(),
        notice_number="定双减办〔2023〕5号",
        notice_on=date(2023, 7, 4),
        state=state,
        planned_at=moment,
        **given,
    )
    row.key_areas.add(row.checklist.areas.all()[0])
    PlannedInspection.objects.create(campaign=row, institution=institution(), added_at=moment)
    return row


def task(campaign: Campaign, department: Department, **given: Any) -> CampaignTask:
    """What this department owes by the end; it becomes a member if it is none."""
    campaign.members.get_or_create(department=department, defaults={"is_subject": True})
    plain: dict[str, Any] = {"title": f"{department}的任务", "due_on": campaign.ends_on}
    return CampaignTask.objects.create(campaign=campaign, department=department, **plain | given)


def inspector(department: Department, **given: Any) -> User:
    """An officer who holds a certificate."""
    person = user(department=department, **{"role": Role.OFFICER} | given)
    person.certificate_no = f"6108259{person.pk:05}"
    person.save(update_fields=["certificate_no"])
    return person


def inspection(*, state: str = InspectionState.PLANNED, **given: Any) -> Inspection:
    """A visit on the tenth of July 2023 by two officers of one department, asked for where need be; one
    that runs began at nine, one that is concluded ended at eleven."""
    lead = given.pop("lead", None) or department()
    people = given.pop("people", None) or [inspector(lead), inspector(lead)]
    place = {} if given.get("site") else {"institution": given.pop("institution", institution())}
    plain: dict[str, Any] = {
        "kind": "routine",
        "organiser": lead,
        "checklist": Checklist.objects.filter(state=ChecklistState.RELEASED).first() or checklist(),
        "planned_on": date(2023, 7, 10),
        "scope": "办学资质、消防安全",
        "planned_at": datetime(2023, 7, 5, 1, tzinfo=UTC),
    }
    if state in BEGUN:
        plain |= {"begun_at": datetime(2023, 7, 10, 1, tzinfo=UTC), "begun_by": people[0]}
    if state == InspectionState.CONCLUDED:
        at = datetime(2023, 7, 10, 3, tzinfo=UTC)
        plain |= {"ended_at": at, "concluded_at": at, "concluded_by": people[0]}
        plain["conclusion"] = "未发现问题"
    row = Inspection.objects.create(lead=lead, state=state, **plain | place | given)
    section = Section.objects.create(inspection=row, department=lead)
    for person in people:
        number = "" if state == InspectionState.PLANNED else person.certificate_no
        Inspector.objects.create(
            inspection=row, section=section, user=person, certificate_no=number
        )
    if state != InspectionState.PLANNED:
        approval(row)
    return row


def takes_part(inspection: Inspection, department: Department) -> User:
    """One more department goes, with one officer."""
    section = Section.objects.create(inspection=inspection, department=department)
    person = inspector(department)
    Inspector.objects.create(
        inspection=inspection,
        section=section,
        user=person,
        certificate_no=person.certificate_no,
    )
    return person


def approval(inspection: Inspection) -> Approval:
    """Asked for by one of its inspectors, and decided by somebody else if the visit is approved."""
    asker = inspection.inspectors.all()[0].user
    decided: dict[str, Any] = {}
    if inspection.state != InspectionState.WAITING:
        head = user(role=Role.DEPARTMENT_HEAD, department=inspection.lead)
        at = datetime(2023, 7, 6, 1, tzinfo=UTC)
        decided = {"decided_at": at, "decided_by": head, "outcome": "approved"}
        decided["notice_number"] = f"{inspection.lead}检通〔2023〕{inspection.pk}号"
    return Approval.objects.create(
        inspection=inspection,
        subject=inspection.lead,
        number=f"{inspection.lead}检批〔2023〕{inspection.pk}号",
        asked_at=datetime(2023, 7, 5, 2, tzinfo=UTC),
        asked_by=asker,
        **decided,
    )


def draw(by: User, *, state: str = DrawState.DRAFT, **given: Any) -> Draw:
    """A draw of one institution out of three, for two officers of one department out of three, as its acts make it."""
    departments = given.pop("departments", None) or [department()]
    for one in departments:
        while drawable([one]).count() < 3:
            inspector(one)
    while possible_places(given.get("campaign")).count() < 3 and not given.get("campaign"):
        institution()
    plain: dict[str, Any] = {"title": "秋季双随机", "place_count": 1, "from_each": 2}
    plain |= {"campaign": None, "towns": [], "categories": [], "departments": departments}
    at = datetime(2023, 7, 5, 1, tzinfo=UTC)
    again = {name: given.pop(name) for name in ("replaces", "reason") if name in given}
    row = prepare_draw(values=plain | given, by=by.actor, at=at, **again)
    if state in (DrawState.FIXED, DrawState.DRAWN):
        source = "体彩排列5第23182期开奖号码"
        row = fix_list(draw=row, version=1, seed_source=source, by=by.actor, at=at)
    if state == DrawState.DRAWN:
        later, words = at + timedelta(days=1), "中国体彩网公布"
        row = draw_lots(draw=row, version=2, seed="73046", witness=words, by=by.actor, at=later)
    return row


def answer(
    inspection: Inspection, item: ChecklistItem, by: User, value: str = "met", **given: Any
) -> Answer:
    """What one of its inspectors has seen at ten."""
    section = inspection.sections.get(department=by.department)
    at = datetime(2023, 7, 10, 2, tzinfo=UTC)
    return Answer.objects.create(
        uuid=uuid4(),
        inspection=inspection,
        section=section,
        item=item,
        by=by,
        value=value,
        answered_at=at,
        received_at=at,
        **given,
    )


def signature(inspection: Inspection, **given: Any) -> Signature:
    """The one in charge of the place has signed the paper sheet at ten."""
    at = datetime(2023, 7, 10, 2, tzinfo=UTC)
    plain: dict[str, Any] = {"role": "site", "name": "李四", "on_paper": True}
    plain |= {"signed_at": at, "received_at": at, "by": inspection.inspectors.all()[0].user}
    return Signature.objects.create(inspection=inspection, **plain | given)


def evidence(by: User, kind: str = "photo") -> Evidence:
    """A grey square, sent at ten, with every copy there may be."""
    at, out = datetime(2023, 7, 10, 2, tzinfo=UTC), io.BytesIO()
    Image.new("L", (8, 8), 128).save(out, "PNG")
    files = {
        name: keep(data=out.getvalue(), name="图.png", found=PNG, by=by.actor, at=at)
        for name in ("original", "shown", "stamped")
    }
    return Evidence.objects.create(id=uuid4(), kind=kind, **files)


def photo(inspection: Inspection, by: User, **given: Any) -> Photo:
    """What one of its inspectors has photographed at ten."""
    at = datetime(2023, 7, 10, 2, tzinfo=UTC)
    section = inspection.sections.get(department=by.department)
    plain: dict[str, Any] = {"section": section, "evidence": evidence(by), "by": by}
    plain |= {"taken_at": at, "received_at": at}
    return Photo.objects.create(inspection=inspection, **plain | given)


def face_check(photo: Photo) -> FaceCheck:
    """Its left half is covered in a copy."""
    out = io.BytesIO()
    Image.new("L", (8, 8), 64).save(out, "PNG")
    at = datetime(2023, 7, 10, 2, 30, tzinfo=UTC)
    copy = keep(data=out.getvalue(), name="遮挡.png", found=PNG, by=photo.by.actor, at=at)
    return FaceCheck.objects.create(
        photo=photo, areas=[[0, 0, 4, 8]], copy=copy, by=photo.by, at=at
    )


def disclosure(*, state: str = "waiting", **given: Any) -> Disclosure:
    """Of a concluded visit that has found nothing; proposed by one person and decided by another where need be."""
    visit = given.pop("inspection", None) or inspection(state=InspectionState.CONCLUDED)
    at = datetime(2023, 7, 11, 1, tzinfo=UTC)
    plain: dict[str, Any] = {
        "institution": visit.institution,
        "visited_on": visit.planned_on,
        "kind": visit.get_kind_display(),
        "departments": visit.lead.name,
        "result": "未发现问题",
        "due_on": date(2023, 8, 7),
    }
    if state != "waiting":
        plain |= {"proposed_at": at, "proposed_by": user()}
    if state in ("published", "withdrawn"):
        plain |= {"decided_at": at, "decided_by": user(role=Role.LEAD)}
    return Disclosure.objects.create(inspection=visit, state=state, **plain | given)


def receipt(by: User, **given: Any) -> Receipt:
    """What this person's phone has sent, and what could never be done."""
    moment = now()
    number, words = uuid4(), "您不是这次检查的检查人员，或者没有这次检查，不能登记。"
    plain: dict[str, Any] = {
        "id": number,
        "kind": "answer",
        "text": json.dumps({"id": str(number), "body": {"value": "met", "note": "无异常"}}),
        "sha256": "0" * 64,
        "outcome": "refused",
        "words": words,
        "answer": {},
        "received_at": moment,
        "answered_at": moment,
    }
    return Receipt.objects.create(by=by, **plain | given)


def finding(inspection: Inspection, by: User, **given: Any) -> Finding:
    """A problem outside the checklist, to be put right within a week."""
    plain: dict[str, Any] = {"fact": "安全出口上锁", "severity": 3, "mode": "in_time", "days": 7}
    return Finding.objects.create(
        uuid=uuid4(),
        inspection=inspection,
        section=inspection.sections.get(department=by.department),
        found_by=by,
        found_at=datetime(2023, 7, 10, 2, tzinfo=UTC),
        **plain | given,
    )
