"""Every page worth looking at, in the states it can be in, on the demo county."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from playwright.sync_api import Page

from tests import samples
from tests.browser.portal import Portal

Deed = Callable[[Page], None]
LONG = "定边县" + "很长很长的名称" * 12 + "培训学校"
_ROLES = ("jiaoti1", "jiaoti_head", "office", "lead", "head", "town1", "audit", "admin")
_PARTS = (
    "licence",
    "campus",
    "representative",
    "custody",
    "fee",
    "teacher",
    "platform",
    "safety",
    "annual",
)


@dataclass(frozen=True)
class View:
    """One page in one state: who looks, at which address, and what was done on it before."""

    who: str
    path: str
    do: Deed | None = None

    def __str__(self) -> str:
        deed = f" {self.do.__name__}" if self.do else ""
        return f"{self.who or 'stranger'} {self.path}{deed}"


def sent(page: Page) -> None:
    """The page's form sent as it is: with nothing typed where something is owed."""
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_load_state()


def opened(page: Page) -> None:
    """Whatever can be unfolded is."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def looked_alike(page: Page) -> None:
    """A new institution by a name that is taken."""
    page.fill("[name=name]", page.evaluate("decodeURIComponent(location.hash.slice(1))"))
    sent(page)


def told(page: Page) -> None:
    """A sealed number, read with a reason."""
    page.fill("[name=reason]", "核对资金监管情况")
    sent(page)


def begun(page: Page) -> None:
    """An authenticator half bound."""
    sent(page)


def refused_file(page: Page) -> None:
    """A file that is no table."""
    page.set_input_files(
        "input[type=file]", {"name": "名单.xlsx", "mimeType": "", "buffer": b"MZ no table"}
    )
    sent(page)
    page.wait_for_selector(".error, [role=alert], .field-wrong", timeout=10_000)


def public_views(portal: Portal) -> Iterator[View]:
    """What a parent may meet."""
    listed = _one(portal, _LISTED)
    removed = _one(portal, _REMOVED)
    for path in (
        "/",
        "/whitelist/",
        "/whitelist/?q=定边",
        "/whitelist/?page=2",
        f"/whitelist/?q={'没有这样的名字'}",
        f"/whitelist/?q={'长' * 100}",
        "/whitelist/issues/",
        "/whitelist/issues/whitelist/1/",
        "/whitelist/issues/unlicensed/1/",
        "/unlicensed/",
        f"/whitelist/{listed}/",
        f"/whitelist/{removed}/",
        f"/v/{listed}/",
        f"/v/{removed}/",
        "/v/nobody/",
        "/whitelist/nobody/",
        "/no-such-page/",
        "/whitelist/?q=%00",
    ):
        yield View("", path)
    # What a search says beside the list: looks like, without licence, filtered away, by initials.
    for asked in ("星河", "飞跃", "星禾&town=安边镇", "xhms"):
        yield View("", f"/whitelist/?q={quote(asked, safe='&=')}")
    yield from _troubles(portal)


def _troubles(portal: Portal) -> Iterator[View]:
    """What everybody may meet when something is wrong with the request, with us, or with the database."""

    def unproven(page: Page) -> None:
        page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').remove()")
        page.fill("[name=username]", "office")
        page.fill("[name=password]", "nobody knows it")
        sent(page)

    def failed(page: Page) -> None:
        with portal.without_table("institutions_listissue"):
            page.goto("/whitelist/issues/?failed")

    def unavailable(page: Page) -> None:
        with portal.without_database():
            page.goto("/whitelist/issues/?unavailable")

    yield View("", "/office/sign-in/", unproven)
    yield View("", "/whitelist/issues/", failed)
    yield View("", "/whitelist/issues/", unavailable)


def empty_views() -> Iterator[View]:
    """What a parent meets before anything was published."""
    for path in (
        "/",
        "/whitelist/",
        f"/whitelist/?q={'星河'}",
        "/whitelist/issues/",
        "/unlicensed/",
    ):
        yield View("", path)


def long_list_views(portal: Portal) -> Iterator[View]:
    """What a parent meets right after a list was published that takes a while to print."""
    portal.manage("load_bulk", "--institutions", "600")
    yield View("", "/whitelist/issues/whitelist/1.pdf")


def staff_views(portal: Portal) -> Iterator[View]:
    """What the office meets, page by page."""
    yield View("", "/office/sign-in/")
    yield View("", "/office/sign-in/", sent)
    yield View("", "/office/sign-in/?why=idle")
    for who in _ROLES:
        yield View(who, "/office/")
    yield from _register_views(portal)
    yield from _file_views(portal)
    yield from _import_views(portal)
    yield from _list_views(portal)
    yield from _site_views(portal)
    yield from _checklist_views(portal)
    yield from _campaign_views(portal)
    yield from _inspection_views(portal)
    yield from _draw_views(portal)
    yield from _phone_views()
    yield from _house_views(portal)


def _register_views(portal: Portal) -> Iterator[View]:
    register = "/office/institutions/"
    for path in ("", "?q=没有这样的名字", "?page=2", "?state=unverified"):
        yield View("office", register + path)
    yield View("lead", register)
    yield View("office", f"{register}new/")
    yield View("office", f"{register}new/", sent)
    taken = _one(portal, "SELECT name FROM institutions_institution WHERE state = 'normal' LIMIT 1")
    yield View("office", f"{register}new/#{taken}", looked_alike)
    both = _column(portal, "SELECT id FROM institutions_institution WHERE state = 'unverified'")[:2]
    together = f"{register}verify/?" + "&".join(f"pk={pk}" for pk in both)
    yield View("office", together)
    yield View("office", together, sent)
    yield View("lead", f"{register}deleted/")


_BY_STATE = "SELECT min(id) FROM institutions_institution WHERE deleted_at IS NULL GROUP BY state"
_LISTED = (
    "SELECT public_id FROM institutions_institution i JOIN institutions_listentry e"
    " ON e.institution_id = i.id WHERE i.state = 'normal' ORDER BY i.id LIMIT 1"
)
_REMOVED = (
    "SELECT public_id FROM institutions_institution i JOIN institutions_listentry e"
    " ON e.institution_id = i.id WHERE i.state <> 'normal' ORDER BY i.id LIMIT 1"
)
_WITH_ACCOUNT = (
    "SELECT institution_id FROM institutions_custody WHERE account IS NOT NULL"
    " AND account <> '' ORDER BY id LIMIT 1"
)


def _file_views(portal: Portal) -> Iterator[View]:
    for pk in _column(portal, _BY_STATE):
        yield View("lead", f"/office/institutions/{pk}/", opened)
    normal = _one(
        portal, "SELECT id FROM institutions_institution WHERE state = 'normal' ORDER BY id LIMIT 1"
    )
    unverified = _one(
        portal, "SELECT max(id) FROM institutions_institution WHERE state = 'unverified'"
    )
    long = _one(portal, "SELECT id FROM institutions_institution WHERE name = %s", LONG)
    yield View("lead", f"/office/institutions/{long}/")
    yield View("jiaoti1", f"/office/institutions/{normal}/")
    one = f"/office/institutions/{normal}/"
    for tail in ("amend/", "decide/suspend/", "delete/", "scans/new/"):
        yield View("lead", one + tail)
        yield View("lead", one + tail, None if tail == "amend/" else sent)
    yield View("lead", f"/office/institutions/{unverified}/verify/")
    yield View("lead", f"/office/institutions/{unverified}/verify/", sent)
    for part in _PARTS:
        yield View("office", f"/office/institutions/{unverified}/parts/{part}/new/")
        yield View("office", f"/office/institutions/{unverified}/parts/{part}/new/", sent)
    account = f"/office/institutions/{_one(portal, _WITH_ACCOUNT)}/account/"
    yield View("lead", account)
    yield View("lead", account, sent)
    yield View("lead", account, told)


def _import_views(portal: Portal) -> Iterator[View]:
    uploaded, previewed, applied = _column(
        portal, "SELECT id FROM institutions_importrun ORDER BY id"
    )[:3]
    yield View("office", "/office/imports/")
    yield View("office", "/office/imports/upload/")
    yield View("office", "/office/imports/upload/", sent)
    yield View("office", "/office/imports/upload/", refused_file)
    yield View("office", f"/office/imports/{uploaded}/columns/", opened)
    for show in ("", "?show=new", "?show=doubtful", "?show=refused"):
        yield View("office", f"/office/imports/{previewed}/preview/{show}", opened)
    yield View("office", f"/office/imports/{applied}/", opened)
    yield View("office", f"/office/imports/{applied}/adopt/")
    yield View("office", f"/office/imports/{applied}/adopt/", sent)


def _list_views(portal: Portal) -> Iterator[View]:
    yield View("office", "/office/whitelist/")
    yield View("office", "/office/whitelist/?kind=unlicensed")
    for show in ("excluded", "new", "gone", "included"):
        yield View("office", f"/office/whitelist/proposal/whitelist/?show={show}")
    yield View("office", "/office/whitelist/proposal/whitelist/?q=没有这样的名字")
    yield View("office", "/office/whitelist/proposal/unlicensed/")
    normal = _one(portal, "SELECT min(id) FROM institutions_institution WHERE state = 'normal'")
    yield View("office", f"/office/whitelist/rulings/{normal}/")
    yield View("office", f"/office/whitelist/rulings/{normal}/", sent)
    for pk in _column(portal, "SELECT id FROM institutions_listissue"):
        for who in ("office", "lead", "head"):
            yield View(who, f"/office/whitelist/{pk}/", opened)
    yield View("office", "/office/whitelist/sheets/")


def _site_views(portal: Portal) -> Iterator[View]:
    clue = _one(portal, "SELECT id FROM institutions_unlicensedsite WHERE state = 'clue' LIMIT 1")
    stopped = _one(
        portal, "SELECT id FROM institutions_unlicensedsite WHERE state = 'ordered_to_stop' LIMIT 1"
    )
    for path in ("", "?q=没有这样的名字", "deleted/"):
        yield View("lead", f"/office/sites/{path}")
    yield View("town1", "/office/sites/")
    yield View("office", "/office/sites/new/")
    yield View("office", "/office/sites/new/", sent)
    for pk in (clue, stopped):
        yield View("lead", f"/office/sites/{pk}/", opened)
    yield View("office", f"/office/sites/{clue}/amend/")
    yield View("office", f"/office/sites/{clue}/measure/confirm/")
    yield View("office", f"/office/sites/{stopped}/measure/hand over/", sent)
    yield View("lead", f"/office/sites/{clue}/delete/", sent)


def _checklist_views(portal: Portal) -> Iterator[View]:
    lists = "/office/checklists/"
    released, draft = _column(portal, "SELECT id FROM inspections_checklist ORDER BY state DESC")[
        :2
    ]
    item = _one(
        portal,
        "SELECT i.id FROM inspections_checklistitem i JOIN inspections_checklistarea a"
        " ON a.id = i.area_id WHERE a.checklist_id = %s ORDER BY i.id LIMIT 1",
        draft,
    )
    for who in ("town1", "office"):
        yield View(who, lists)
    yield View("jiaoti1", f"{lists}{released}/")
    yield View("jiaoti1", f"{lists}{released}/?q=没有这样的字")
    yield View("office", f"{lists}{draft}/", opened)
    yield View("head", f"{lists}{draft}/", opened)
    yield View("office", f"{lists}{draft}/changes/")
    for tail in ("areas/A/new/", f"items/{item}/withdraw/"):
        yield View("office", f"{lists}{draft}/{tail}")
        yield View("office", f"{lists}{draft}/{tail}", sent)
    yield View("office", f"{lists}{draft}/items/{item}/")


def _campaign_views(portal: Portal) -> Iterator[View]:
    campaigns = "/office/campaigns/"
    running, planned = _column(portal, "SELECT id FROM inspections_campaign ORDER BY state DESC")[
        :2
    ]
    owed, reported = (
        _one(
            portal,
            "SELECT t.id FROM inspections_campaigntask t JOIN accounts_department d"
            " ON d.id = t.department_id WHERE d.code = 'jiaoti' AND t.campaign_id = %s"
            " AND t.state = %s",
            running,
            state,
        )
        for state in ("open", "reported")
    )
    one = f"{campaigns}{running}/"
    for path in ("", "?state=cancelled", "tasks/", "tasks/?show=overdue", f"{running}/"):
        yield View("jiaoti1", campaigns + path)
    yield View("jiaoti1", f"{one}places/")
    for who in ("jiaoti1", "office"):
        yield View(who, f"{one}coverage/")
    yield View("office", f"{one}places/?stage=none")
    yield View("office", f"{campaigns}{planned}/coverage/")
    yield View("jiaoti_head", f"{one}tasks/{owed}/")
    yield View("jiaoti_head", f"{one}tasks/{owed}/assign/")
    yield View("jiaoti1", f"{one}tasks/{owed}/report/")
    yield View("jiaoti1", f"{one}tasks/{owed}/report/", sent)
    yield View("office", f"{campaigns}new/")
    yield View("office", f"{campaigns}new/", sent)
    for pk in (running, planned):
        for who in ("office", "head"):
            yield View(who, f"{campaigns}{pk}/", opened)
    for tail in ("amend/", "notice/", "members/", "copy/", "places/", "places/add-sites/"):
        yield View("office", f"{campaigns}{planned}/{tail}")
    yield View("office", f"{campaigns}{planned}/places/", sent)
    yield View("office", f"{one}places/add/")
    yield View("office", f"{one}places/add/?state=closed")
    yield View("office", f"{one}tasks/new/", sent)
    yield View("office", f"{one}tasks/{reported}/")
    for tail in (f"{reported}/send-back/", f"{owed}/remove/", f"{owed}/amend/"):
        yield View("office", f"{one}tasks/{tail}")


def _inspection_views(portal: Portal) -> Iterator[View]:
    visits = "/office/inspections/"
    led = (
        "SELECT i.id FROM inspections_inspection i JOIN accounts_department d"
        " ON d.id = i.lead_id WHERE d.code = 'jiaoti' AND i.state = %s ORDER BY i.id LIMIT 1"
    )
    planned, waiting, approved = (
        _one(portal, led, state) for state in ("planned", "waiting", "approved")
    )
    gone = _one(portal, "SELECT id FROM inspections_inspection WHERE state = 'cancelled' LIMIT 1")
    for path in ("", "?q=没有这样的名字", "?state=waiting&when=ahead"):
        yield View("office", visits + path)
    yield View("jiaoti1", f"{visits}asks/")
    yield View("jiaoti_head", f"{visits}approvals/")
    for pk in (planned, waiting, approved, gone):
        for who in ("office", "jiaoti1", "jiaoti_head"):
            yield View(who, f"{visits}{pk}/")
    for tail in ("amend/", "move/", "cancel/"):
        yield View("office", f"{visits}{planned}/{tail}")
        yield View("office", f"{visits}{planned}/{tail}", None if tail == "amend/" else sent)
    yield View("jiaoti1", f"{visits}{planned}/ask/")
    yield View("jiaoti_head", f"{visits}{waiting}/approve/")
    yield View("jiaoti_head", f"{visits}{waiting}/send-back/")
    section, inspector = portal.ask(
        "SELECT s.id, p.id FROM inspections_section s JOIN inspections_inspector p"
        " ON p.section_id = s.id JOIN accounts_department d ON d.id = s.department_id"
        " WHERE s.inspection_id = %s AND d.code = 'jiaoti' AND p.left_at IS NULL LIMIT 1",
        planned,
    )[0]
    yield View("jiaoti1", f"{visits}{planned}/sections/{section}/people/")
    yield View("jiaoti_head", f"{visits}{planned}/inspectors/{inspector}/replace/")
    yield View("jiaoti_head", f"{visits}{planned}/inspectors/{inspector}/replace/", sent)
    yield from _planning_views(portal)
    yield from _visit_views(portal)


def _visit_views(portal: Portal) -> Iterator[View]:
    """What was found on site: a visit that is over, and one in which two departments differ."""
    visits = "/office/inspections/"
    over = _one(portal, "SELECT min(id) FROM inspections_inspection WHERE state = 'concluded'")
    running = _one(portal, "SELECT max(id) FROM inspections_inspection WHERE state = 'running'")
    lead = portal.ask(
        "SELECT u.username FROM inspections_inspection i"
        " JOIN inspections_section s ON s.inspection_id = i.id AND s.department_id = i.lead_id"
        " JOIN inspections_inspector p ON p.section_id = s.id"
        " JOIN accounts_user u ON u.id = p.user_id WHERE i.id = %s",
        running,
    )[0][0]
    refused = _one(
        portal, "SELECT inspection_id FROM inspections_signature WHERE refused <> '' LIMIT 1"
    )
    photo = _one(
        portal, "SELECT evidence_id FROM inspections_photo WHERE inspection_id = %s", running
    )
    for one in (over, refused):
        yield View("office", f"{visits}{one}/")
    yield View("office", f"{visits}{over}/", opened)
    yield from _receipt_views(portal, visits)
    for tail in ("", "answers/A/", "rest/", "findings/new/", "conclude/", "photos/new/", "sign/"):
        yield View(lead, f"{visits}{running}/{tail}")
    yield View(lead, f"{visits}{running}/photos/{photo}/withdraw/")
    for tail in ("answers/A/", "conclude/", "photos/new/", "sign/"):
        yield View(lead, f"{visits}{running}/{tail}", sent)


def _receipt_views(portal: Portal, visits: str) -> Iterator[View]:
    """What a phone has sent too late, and the door for a visit as a file."""
    sent_late = _one(portal, "SELECT id FROM inspections_receipt LIMIT 1")
    for path in ("receipts/", "receipts/?show=clock"):
        yield View("office", visits + path)
    yield View("office", f"{visits}receipts/{sent_late}/", opened)
    yield View("office", f"{visits}import/")
    yield View("office", f"{visits}import/", sent)


def _planning_views(portal: Portal) -> Iterator[View]:
    visits = "/office/inspections/"
    for path in ("new/", "new/?q=定边", "new/?q=没有这样的名字", "overlaps/"):
        yield View("office", visits + path)
    normal = _one(portal, "SELECT min(id) FROM institutions_institution WHERE state = 'normal'")
    for who in ("office", "jiaoti1"):
        yield View(who, f"{visits}new/?institution={normal}")
        yield View(who, f"{visits}new/?institution={normal}", sent)
    double = _one(
        portal,
        "SELECT max(i.id) FROM inspections_inspection i JOIN accounts_department d"
        " ON d.id = i.lead_id WHERE d.code = 'xiaofang' AND NOT i.is_urgent",
    )
    yield View("office", f"{visits}{double}/merge/")
    for campaign in _column(portal, "SELECT id FROM inspections_campaign ORDER BY state DESC")[:2]:
        yield View("office", f"/office/campaigns/{campaign}/inspections/new/")
        yield View("office", f"/office/campaigns/{campaign}/inspections/new/", sent)


def _draw_views(portal: Portal) -> Iterator[View]:
    draws = "/office/inspections/draws/"
    drawn, draft = _column(portal, "SELECT id FROM inspections_draw ORDER BY id")[:2]
    for who in ("wenlv1", "gongan1"):
        yield View(who, draws)
    for path in ("", "new/", f"{drawn}/", f"{drawn}/again/", f"{drawn}/plan/"):
        yield View("office", draws + path)
    yield View("wenlv1", f"{draws}{drawn}/")
    yield View("office", f"{draws}new/", sent)
    yield View("office", f"{draws}{draft}/", opened)
    yield View("office", f"{draws}{draft}/", sent)


def listed(page: Page) -> None:
    """The phone's page with what the office has told."""
    page.reload()
    page.wait_for_selector(".visits, .note-none")


def led_to_sign_in(page: Page) -> None:
    """The phone's page for somebody who was never here."""
    page.wait_for_selector("main a.button")


def _phone_views() -> Iterator[View]:
    """What stands on the phone's page without a desk of its own: the other states are in test_phone_pages."""
    yield View("", "/phone/", led_to_sign_in)
    yield View("jiaoti2", "/phone/", listed)


def _house_views(portal: Portal) -> Iterator[View]:
    person = _one(portal, "SELECT id FROM accounts_user WHERE username = 'office'")
    people, departments = "/office/people/", "/office/departments/"
    for path in ("", "?q=没有这个人", "add/", "roles/", f"{person}/", f"{person}/amend/"):
        yield View("admin", people + path)
    yield View("admin", f"{people}add/", sent)
    yield View("admin", f"{people}{person}/", opened)
    for path in ("", "jiaoti/", "jiaoti/amend/", "add/"):
        yield View("office", departments + path)
    yield View("office", f"{departments}add/", sent)
    yield View("audit", "/office/audit/")
    yield View("audit", "/office/audit/?day=2001-01-01")
    for path in ("", "prepaid_yuan/", "prepaid_yuan/amend/", "bases/", "bases/new/"):
        yield View("office", f"/office/law/{path}")
    basis = _one(portal, "SELECT min(id) FROM law_legalbasis")
    for path in ("", "amend/"):
        yield View("lead", f"/office/law/bases/{basis}/{path}")
    yield View("office", "/office/law/bases/new/", sent)
    for path in ("", "password/", "second-factor/", "sign-ins/"):
        yield View("office", f"/office/me/{path}")
    yield View("office", "/office/me/password/", sent)
    yield View("town1", "/office/me/second-factor/", begun)
    yield View("office", "/office/gallery/")
    yield View("office", "/office/gallery/?refused")
    yield View("office", "/office/no-such-page/")


def prepare(portal: Portal, office: Page) -> None:
    """What the demo county lacks: a very long name, imports at every step, drafts, a plan, a draw."""
    office.goto("/office/institutions/new/")
    office.fill("[name=name]", LONG)
    sent(office)
    for rows, steps in ((20, 0), (21, 1), (22, 2)):
        office.goto("/office/imports/upload/")
        name = f"名单{rows}.xlsx"
        office.set_input_files(
            "input[type=file]", {"name": name, "mimeType": "", "buffer": samples.white_list(rows)}
        )
        office.get_by_role("button", name="上传并读取").click()
        office.wait_for_url("**/columns/")
        for words, onward in (("生成预览", "**/preview/"), ("写入名册", "**/imports/*/"))[:steps]:
            office.get_by_role("button", name=words).click()
            office.wait_for_url(onward)
    office.goto("/office/whitelist/proposal/unlicensed/")
    office.get_by_role("button", name="生成草稿").click()
    office.wait_for_load_state()
    office.goto("/office/checklists/")
    office.get_by_role("button", name="起草新版本").click()
    office.wait_for_load_state()
    office.goto("/office/campaigns/1/copy/")
    for name, typed in (
        ("title", LONG[:100]),
        ("starts_on", "2027-07-05"),
        ("ends_on", "2027-07-11"),
    ):
        office.fill(f"[name={name}]", typed)
    sent(office)
    office.goto("/office/inspections/draws/new/")
    for name, typed in (("title", LONG[:100]), ("place_count", "3"), ("from_each", "2")):
        office.fill(f"[name={name}]", typed)
    office.get_by_label("文旅局").check()
    sent(office)


def _column(portal: Portal, question: str, *given: object) -> list[object]:
    return [row[0] for row in portal.ask(question, *given)]


def _one(portal: Portal, question: str, *given: object) -> object:
    found = _column(portal, question, *given)
    if not found:
        raise LookupError(question)
    return found[0]
