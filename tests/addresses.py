"""Every address of the portal, with the arguments of rows that are there: for doors, nonsense and axe."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from foundation.accounts.models import DepartmentKind, Role, User
from foundation.actor import CONSOLE
from foundation.attachments.actions import store
from foundation.attachments.models import Attachment
from foundation.clock.queries import now, today
from foundation.law.models import LegalBasis
from inspections.actions.checklists import draft_checklist
from inspections.models import CampaignTask, ChecklistItem, Draw, Inspection, Receipt
from institutions.actions import imports
from institutions.actions.parts import PARTS, remove_part
from institutions.actions.sites import delete_site, report_site, take_measure
from institutions.models import (
    Campus,
    Custody,
    Fee,
    ImportRun,
    IssueKind,
    ListEntry,
    ListIssue,
    RemovedRow,
    Representative,
    Scan,
    SiteMeasure,
    StateChange,
    UnlicensedSite,
)
from institutions.workflow import InstitutionState, IssueState
from tests import make, samples

# The columns of doors.csv: a stranger, each role, and somebody who was here and is disabled.
STRANGER, DISABLED = "stranger", "disabled"
PEOPLE = (STRANGER, *Role.values, DISABLED)
_PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """Every address by its full name, as the resolver has it."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _below(one, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}", one


def names() -> list[str]:
    return [name for name, _ in patterns()]


class Cast:
    """One person for each column, and the session in which they have signed in."""

    def __init__(self) -> None:
        town = make.department("town", name="测试镇", kind=DepartmentKind.TOWN)
        homes = {
            Role.OFFICER: make.department(),
            Role.DEPARTMENT_HEAD: make.department(),
            Role.TOWN: town,
        }
        self.people = {
            str(role): make.user(f"the-{role}", role=role, department=homes.get(role))
            for role in Role
        }
        self.people[DISABLED] = make.user("the-disabled", role=Role.HEAD)
        self._sessions = {who: _session_of(person) for who, person in self.people.items()}
        self.people[DISABLED].is_active = False
        self.people[DISABLED].save(update_fields=["is_active"])

    def browser(self, who: str, **given: Any) -> Client:
        """A browser in which this person has signed in; a stranger's is empty."""
        client = Client(raise_request_exception=False, **given)
        if who != STRANGER:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._sessions[who]
        return client


def _session_of(person: User) -> str:
    return make.sign_in(Client(), person).cookies[settings.SESSION_COOKIE_NAME].value


@dataclass
class County:
    """Rows in the states that the addresses ask for: one of each, all of one small county."""

    cast: Cast

    def __post_init__(self) -> None:
        self._results: dict[str, int] = {}
        self.office = self.cast.people[Role.OFFICE]
        self.town = self.cast.people[Role.TOWN].department
        self.listed = make.institution("定边县青禾艺术培训学校", town=self.town)
        self.unverified = make.institution(
            "定边县待核验培训学校", state=InstitutionState.UNVERIFIED
        )
        self.deleted = make.institution(
            "定边县误登培训学校", deleted_at=now(), deleted_by=self.office, deleted_reason="重复"
        )
        make.limits()
        self.published = self._issue(IssueState.PUBLISHED, 1)
        self.draft = self._issue(IssueState.DRAFT, None)
        self.other = self.cast.people[Role.ADMIN].sign_ins.get()

    @cached_property
    def paper(self) -> Attachment:
        return store(upload=ContentFile(_PDF, name="文书.pdf"), by=self.office.actor)

    @cached_property
    def basis(self) -> LegalBasis:
        return make.basis()

    @cached_property
    def draft_item(self) -> ChecklistItem:
        """An item in the draft that somebody else has begun, so that everybody of rank may release."""
        make.checklist()
        draft = draft_checklist(by=self.cast.people[DISABLED].actor)
        return ChecklistItem.objects.select_related("area").filter(area__checklist=draft)[0]

    @cached_property
    def task(self) -> CampaignTask:
        """A task of the officer's department in a running campaign, with a proof and a notice."""
        campaign = make.campaign(notice=self.paper, planned_by=self.cast.people[DISABLED])
        task = make.task(campaign, self.cast.people[Role.OFFICER].department)
        task.proofs.add(self.paper)
        return task

    @cached_property
    def inspection(self) -> Inspection:
        """A visit that the officer's department plans and leads, in the coming days, with its two people."""
        lead = self.cast.people[Role.OFFICER].department
        ahead = today() + timedelta(days=3)
        return make.inspection(lead=lead, institution=self.listed, planned_on=ahead)

    @cached_property
    def draws(self) -> dict[str, Draw]:
        """A draw of the officer's department in each state."""
        home = [self.cast.people[Role.OFFICER].department]
        states = ("draft", "fixed", "drawn")
        return {one: make.draw(self.office, state=one, departments=home) for one in states}

    @cached_property
    def approved(self) -> Inspection:
        """A visit of the same department that may take place, with its papers."""
        lead = self.cast.people[Role.OFFICER].department
        ahead = today() + timedelta(days=3)
        return make.inspection(state="approved", lead=lead, planned_on=ahead)

    @cached_property
    def beginning(self) -> Inspection:
        """A visit that may begin, to which the officer and the head of the department go."""
        return self._visit("approved")

    @cached_property
    def running(self) -> Inspection:
        """One that has begun, with an answer, a problem and a photo of the officer's, and a signature."""
        row = self._visit("running", begun_at=now())
        make.answer(row, self.item, self.cast.people[Role.OFFICER])
        make.finding(row, self.cast.people[Role.OFFICER])
        make.face_check(make.photo(row, self.cast.people[Role.OFFICER]))
        written = make.evidence(self.cast.people[Role.OFFICER], "signature")
        make.signature(row, on_paper=False, evidence=written)
        return row

    @cached_property
    def item(self) -> ChecklistItem:
        """An item of the released checklist."""
        return ChecklistItem.objects.filter(area__checklist__state="released")[0]

    @cached_property
    def receipt(self) -> Receipt:
        """What the officer's phone has sent and could not be taken in."""
        return make.receipt(self.cast.people[Role.OFFICER])

    def result(self, state: str) -> int:
        """A concluded visit whose result is so far public."""
        if state not in self._results:
            lead = self.cast.people[Role.OFFICER].department
            visit = make.inspection(state="concluded", lead=lead, institution=self.listed)
            self._results[state] = make.disclosure(state=state, inspection=visit).inspection_id
        return self._results[state]

    def _visit(self, state: str, **given: Any) -> Inspection:
        people = [self.cast.people[role] for role in (Role.OFFICER, Role.DEPARTMENT_HEAD)]
        for one in people:
            one.certificate_no = f"6108259{one.pk:05}"
            one.save(update_fields=["certificate_no"])
        lead = people[0].department
        return make.inspection(state=state, lead=lead, people=people, planned_on=today(), **given)

    def _issue(self, state: IssueState, number: int | None) -> ListIssue:
        lead, head = (self.cast.people[role] for role in (Role.LEAD, Role.HEAD))
        # The draft is somebody else's, so that its checker and publisher may come in.
        issue = ListIssue.objects.create(
            kind=IssueKind.WHITELIST,
            number=number,
            as_of=today(),
            publisher="测试双减办",
            entry_count=1,
            proposed_at=now(),
            proposed_by=self.office,
        )
        ListEntry.objects.create(
            issue=issue, position=1, institution=self.listed, name=self.listed.name
        )
        if state == IssueState.PUBLISHED:
            issue.state = state
            issue.checked_at, issue.checked_by = now(), lead
            issue.published_at, issue.published_by = now(), head
            issue.save()
        return issue

    @cached_property
    def change(self) -> StateChange:
        """A decision that waits for a second person, with its scanned paper."""
        return StateChange.objects.create(
            institution=self.listed,
            act="resume",
            before=InstitutionState.SUSPENDED,
            after=InstitutionState.NORMAL,
            on=date(2023, 1, 5),
            document="定教停〔2023〕1号",
            attachment=self.paper,
            made_at=now(),
            made_by=self.cast.people[DISABLED],
            needs_confirmation=True,
        )

    @cached_property
    def scan(self) -> Scan:
        return self._scanned("许可证.pdf", "licence")

    @cached_property
    def custody_scan(self) -> Scan:
        return self._scanned("监管协议.pdf", "custody")

    def _scanned(self, name: str, kind: str) -> Scan:
        kept = store(upload=ContentFile(_PDF, name=name), by=self.office.actor)
        return Scan.objects.create(institution=self.listed, attachment=kept, kind=kind)

    @cached_property
    def phone(self) -> Representative:
        return Representative.objects.create(
            institution=self.listed, post="legal", name="苏木", phone="13800000000"
        )

    @cached_property
    def campus(self) -> Campus:
        return Campus.objects.create(institution=self.listed, name="东校区", address="民生街1号")

    @cached_property
    def removed(self) -> RemovedRow:
        """A fee that was entered by mistake and taken out."""
        row = Fee.objects.create(institution=self.listed, course="素描", price="40")
        remove_part(
            institution=self.listed,
            part=PARTS["fee"],
            pk=row.pk,
            reason="误登",
            by=self.office.actor,
        )
        return self.listed.removed_rows.get()

    @cached_property
    def licence(self) -> int:
        return make.licence(self.listed).pk

    @cached_property
    def custody(self) -> Custody:
        return Custody.objects.create(institution=self.listed, mode="bank", account="6200001234")

    @cached_property
    def uploaded(self) -> ImportRun:
        upload = SimpleUploadedFile("名单.xlsx", samples.white_list(9))
        return imports.take_in(upload=upload, by=self.office.actor)[0]

    @cached_property
    def previewed(self) -> ImportRun:
        upload = SimpleUploadedFile("名单.xlsx", samples.white_list(10))
        return self._confirmed(imports.take_in(upload=upload, by=self.office.actor)[0])

    @cached_property
    def applied(self) -> ImportRun:
        upload = SimpleUploadedFile("名单.xlsx", samples.white_list(11))
        run = self._confirmed(imports.take_in(upload=upload, by=self.office.actor)[0])
        return imports.apply(run=run, by=self.office.actor)

    def _confirmed(self, run: ImportRun) -> ImportRun:
        return imports.confirm(
            by=CONSOLE,
            run=run,
            columns=run.columns,
            title=run.title,
            as_of=run.as_of,
            year=run.year,
        )

    @cached_property
    def site(self) -> UnlicensedSite:
        """A clue in the town's own town."""
        return self.place("小状元托辅班", self.town)

    def place(self, name: str, town: Any) -> UnlicensedSite:
        values = {"name": name, "town": town, "address": "献忠路3号", "found_on": today()}
        return report_site(values=values, by=self.office.actor)

    @cached_property
    def measure(self) -> SiteMeasure:
        site = self.place("飞跃英语角", self.town)
        take_measure(
            site=site,
            act="confirm",
            on=today(),
            document="",
            department=None,
            note="已查实",
            by=self.office.actor,
        )
        row = SiteMeasure.objects.get(site=site)
        row.attachment = store(upload=ContentFile(_PDF, name="笔录.pdf"), by=self.office.actor)
        row.save(update_fields=["attachment"])
        return row

    @cached_property
    def deleted_site(self) -> UnlicensedSite:
        site = self.place("误登画室", self.town)
        return delete_site(site=site, reason="重复登记", by=self.office.actor)

    def sign_in_of(self, who: str) -> int:
        """One's own sign-in; a stranger has none and names somebody else's."""
        person = self.cast.people.get(who)
        return person.sign_ins.get().pk if person else self.other.pk

    def settle(self) -> None:
        """Make every row now, so that what is undone after a visit is the visit and nothing else."""
        for name in names():
            self.path(name)

    def path(self, name: str, who: str = STRANGER) -> str:
        """The address by its name, as this person would ask for it."""
        return reverse(name, args=_ARGUMENTS[name](self, who) if name in _ARGUMENTS else [])


_Arguments = Callable[[County, str], list[Any]]


def _all(arguments: _Arguments, *ends: str) -> dict[str, _Arguments]:
    return dict.fromkeys(ends, arguments)


_ARGUMENTS: dict[str, _Arguments] = {
    "accounts:end_sign_in": lambda c, who: [c.sign_in_of(who)],
    "accounts:set_role": lambda c, who: ["lead"],
    **_all(
        lambda c, who: [c.office.pk],
        *(
            f"accounts:{name}"
            for name in (
                "person",
                "amend_person",
                "reset_password",
                "disable_person",
                "enable_person",
                "unlock_person",
                "reset_second_factor",
            )
        ),
    ),
    **_all(
        lambda c, who: [c.town.code],
        "accounts:department",
        "accounts:amend_department",
        "accounts:check_phone",
        "accounts:check_email",
    ),
    **_all(
        lambda c, who: [c.basis.pk],
        "law:basis",
        "law:basis_amend",
        "law:basis_verify",
    ),
    **_all(
        lambda c, who: ["prepaid_months"],
        "law:limit",
        "law:amend",
        "law:verify",
    ),
    **_all(
        lambda c, who: [c.listed.pk],
        *(
            f"institutions:{name}"
            for name in (
                "file",
                "amend",
                "delete",
                "scan_add",
                "ruling",
                "ruling_lift",
                "contact_phone",
            )
        ),
        "institutions:wall_sheet",
    ),
    "institutions:account": lambda c, who: [c.custody.institution_id],
    "institutions:verify": lambda c, who: [c.unverified.pk],
    "institutions:decide": lambda c, who: [c.listed.pk, "suspend"],
    "institutions:confirm": lambda c, who: [c.listed.pk, c.change.pk],
    "institutions:change_paper": lambda c, who: [c.listed.pk, c.change.pk],
    "institutions:undelete": lambda c, who: [c.deleted.pk],
    "institutions:custody_scan": lambda c, who: [c.listed.pk, c.custody_scan.pk],
    "institutions:phone": lambda c, who: [c.listed.pk, c.phone.pk],
    **_all(
        lambda c, who: [c.listed.pk, c.scan.pk], "institutions:scan", "institutions:scan_remove"
    ),
    **_all(
        lambda c, who: [c.listed.pk, c.licence],
        "institutions:licence_void",
        "institutions:licence_revive",
    ),
    "institutions:part_add": lambda c, who: [c.listed.pk, "campus"],
    **_all(
        lambda c, who: [c.listed.pk, "campus", c.campus.pk],
        "institutions:part_amend",
        "institutions:part_remove",
    ),
    "institutions:row_restore": lambda c, who: [c.listed.pk, c.removed.pk],
    **_all(
        lambda c, who: [c.uploaded.pk],
        *(f"institutions:import_{name}" for name in ("columns", "kind", "file", "drop")),
    ),
    **_all(
        lambda c, who: [c.previewed.pk],
        *(
            f"institutions:import_{name}"
            for name in ("preview", "answer", "answer_all", "again", "apply", "left_over")
        ),
    ),
    **_all(
        lambda c, who: [c.applied.pk],
        *(f"institutions:import_{name}" for name in ("result", "undo", "adopt")),
    ),
    **_all(lambda c, who: ["whitelist"], "institutions:proposal", "institutions:propose"),
    "institutions:wall_sheets_pdf": lambda c, who: [1],
    **_all(
        lambda c, who: [c.draft.pk],
        *(
            f"institutions:{name}"
            for name in ("issue", "redraft", "check", "publish", "send_back", "discard")
        ),
        "institutions:issue_pdf",
        "institutions:issue_xlsx",
    ),
    **_all(
        lambda c, who: [c.site.pk],
        "institutions:site",
        "institutions:site_amend",
        "institutions:site_delete",
    ),
    "institutions:site_measure": lambda c, who: [c.site.pk, "confirm"],
    "institutions:site_paper": lambda c, who: [c.measure.site_id, c.measure.pk],
    "institutions:site_undelete": lambda c, who: [c.deleted_site.pk],
    **_all(
        lambda c, who: [c.draft_item.area.checklist_id],
        *(
            f"inspections:checklist{tail}"
            for tail in ("", "_changes", "_print", "_release", "_discard")
        ),
    ),
    "inspections:item_new": lambda c, who: [c.draft_item.area.checklist_id, "A"],
    **_all(
        lambda c, who: [c.draft_item.area.checklist_id, c.draft_item.pk],
        *(f"inspections:item_{act}" for act in ("amend", "withdraw", "up", "down")),
    ),
    **_all(
        lambda c, who: [c.task.campaign_id],
        *(
            f"inspections:campaign{tail}"
            for tail in (
                "",
                "_amend",
                "_notice",
                "_paper",
                "_members",
                "_copy",
                "_print",
                "_coverage",
                "_start",
                "_end",
                "_cancel",
                "_places",
                "_places_add",
                "_places_add_sites",
                "_places_drop",
            )
        ),
        "inspections:task_new",
    ),
    **_all(
        lambda c, who: [c.task.campaign_id, c.task.pk],
        "inspections:task",
        *(
            f"inspections:task_{act}"
            for act in ("amend", "remove", "assign", "report", "send_back")
        ),
    ),
    **_all(
        lambda c, who: [c.draws["draft"].pk],
        *(
            f"inspections:draw_{act}"
            for act in ("drop", "recuse", "recusal_withdraw", "fix", "discard")
        ),
    ),
    "inspections:draw_seed": lambda c, who: [c.draws["fixed"].pk],
    **_all(
        lambda c, who: [c.draws["drawn"].pk],
        "inspections:draw",
        "inspections:draw_list",
        "inspections:draw_result",
        "inspections:draw_again",
        "inspections:drawn_plan",
    ),
    "inspections:campaign_inspections_new": lambda c, who: [c.task.campaign_id],
    **_all(
        lambda c, who: [c.inspection.pk],
        "inspections:inspection",
        *(
            f"inspections:inspection_{act}"
            for act in ("amend", "move", "cancel", "ask", "approve", "send_back", "merge")
        ),
    ),
    **_all(
        lambda c, who: [c.approved.pk],
        *(f"inspections:{paper}_paper" for paper in ("approval", "notice", "sheet")),
        *(f"inspections:{paper}_word" for paper in ("approval", "notice")),
    ),
    "inspections:inspection_begin": lambda c, who: [c.beginning.pk],
    **_all(
        lambda c, who: [c.running.pk],
        "inspections:inspection_conclude",
        "inspections:answers_rest",
        "inspections:finding_new",
        "inspections:record_paper",
        "inspections:record_word",
        "inspections:joint_record_paper",
        "inspections:joint_record_word",
        "inspections:photo_new",
        "inspections:inspection_sign",
    ),
    "inspections:answers": lambda c, who: [c.running.pk, "A"],
    "inspections:answer_choose": lambda c, who: [c.running.pk, c.item.pk],
    **_all(
        lambda c, who: [c.running.pk, c.running.findings.get().pk],
        "inspections:finding_fix",
        "inspections:finding_term",
        "inspections:finding_withdraw",
    ),
    **_all(
        lambda c, who: [c.running.pk, c.running.photos.get().evidence_id],
        *(f"inspections:photo{tail}" for tail in ("", "_small", "_stamped", "_withdraw")),
        *(f"inspections:photo_{tail}" for tail in ("faces", "faces_picture", "covered")),
    ),
    "inspections:signature": lambda c, who: [c.running.pk, c.running.signatures.get().pk],
    "inspections:result_propose": lambda c, who: [c.result("waiting")],
    "inspections:result_decide": lambda c, who: [c.result("proposed")],
    "inspections:result_take_down": lambda c, who: [c.result("published")],
    "inspections:section_people": lambda c, who: [c.inspection.pk, c.inspection.sections.get().pk],
    "inspections:inspector_replace": lambda c, who: [
        c.inspection.pk,
        c.inspection.inspectors.all()[0].pk,
    ],
    "inspections:receipt": lambda c, who: [c.receipt.pk],
    "phone:blob": lambda c, who: [uuid4()],
    "inspections:task_proof": lambda c, who: [c.task.campaign_id, c.task.pk, c.paper.pk],
    **_all(lambda c, who: ["whitelist", c.published.number], "public:issue", "public:issue_paper"),
    **_all(lambda c, who: [c.listed.public_id], "public:institution", "public:wall"),
}
