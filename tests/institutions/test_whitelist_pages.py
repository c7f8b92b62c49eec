"""The pages of the lists: what each of the three people sees, and what a press does."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from institutions.actions.rulings import rule_on
from institutions.actions.whitelist import check_issue, propose_issue, publish_issue
from institutions.models import Institution, ListIssue, ListRuling
from institutions.workflow import InstitutionState
from tests import make

PROPOSAL = "/office/whitelist/proposal/whitelist/"


def licensed(name: str = "", **facts: Any) -> Institution:
    row = make.institution(name, **facts)
    make.licence(row)
    return row


def draft(by: User) -> ListIssue:
    return propose_issue(kind="whitelist", publisher="测试双减办", by=by.actor)


def checked(office: User, lead: User) -> ListIssue:
    issue = draft(office)
    return check_issue(issue=issue, version=issue.version, by=lead.actor)


def published(office: User, lead: User, head: User) -> ListIssue:
    issue = checked(office, lead)
    return publish_issue(issue=issue, version=issue.version, by=head.actor)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_proposal_shows_each_exclusion_with_its_reason(as_office: Client) -> None:
    licensed("定边县甲培训中心")
    make.institution("定边县乙培训中心")

    out, included = page(as_office, PROPOSAL), page(as_office, f"{PROPOSAL}?show=included")

    assert "定边县乙培训中心" in out
    assert "没有登记办学许可证" in out
    assert "定边县甲培训中心" not in out
    assert "定边县甲培训中心" in included


def test_the_proposal_is_searched_by_name(as_office: Client) -> None:
    make.institution("定边县甲培训中心")
    make.institution("定边县乙培训中心")

    found = page(as_office, f"{PROPOSAL}?q=乙培训")

    assert ("定边县乙培训中心" in found, "定边县甲培训中心" in found) == (True, False)


def split(told: str) -> tuple[str, str]:
    """The page of the proposal before its fold, and the fold itself."""
    before, _, rest = told.rpartition("<details")
    return before, rest.partition("</details>")[0]


@pytest.mark.parametrize(
    "state",
    [
        InstitutionState.CLOSED,
        InstitutionState.REVOKED,
        InstitutionState.DEREGISTERED,
        InstitutionState.MOVED_OUT,
    ],
)
def test_what_has_ended_is_folded_below_what_still_acts(as_office: Client, state: str) -> None:
    licensed("定边县甲培训中心", state=state)
    licensed("定边县乙培训中心", state=InstitutionState.SUSPENDED)

    told = page(as_office, PROPOSAL)
    first, folded = split(told)

    assert "不列入 2" in told
    assert ("定边县甲培训中心" in first, "定边县乙培训中心" in first) == (False, True)
    assert "已终止或转出的1家" in folded
    assert ("定边县甲培训中心" in folded, "定边县乙培训中心" in folded) == (True, False)


def test_a_search_opens_the_fold_and_narrows_it(as_office: Client) -> None:
    licensed("定边县甲培训中心", state=InstitutionState.CLOSED)
    licensed("定边县乙培训中心", state=InstitutionState.CLOSED)
    licensed("定边县丙培训中心", state=InstitutionState.RESTING)

    told = page(as_office, f"{PROPOSAL}?q=乙培训")

    assert "<details open>" in told
    assert "已终止或转出的1家" in told
    assert "仍在办学而不列入的机构中，没有名称包含这些字的" in told
    assert ("定边县甲培训中心" in told, "定边县乙培训中心" in told) == (False, True)


def test_the_fold_is_bounded_and_the_rest_comes_in_pages(as_office: Client) -> None:
    for n in range(51):
        make.institution(f"定边县第{n:02}培训中心", state=InstitutionState.CLOSED)

    _, folded = split(page(as_office, PROPOSAL))
    last = page(as_office, f"{PROPOSAL}?show=ended&page=2")

    assert folded.count('<th scope="row">') == 50
    assert "?show=ended&amp;q=" in folded
    assert last.count('<th scope="row">') == 1


def test_the_proposal_says_with_which_issue_it_compares(
    as_office: Client, office: User, lead: User, head: User
) -> None:
    licensed()
    published(office, lead, head)

    assert "与现行第1期" in page(as_office, PROPOSAL)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_proposal_page_costs_the_same_for_one_and_for_three(
    as_office: Client, django_assert_max_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        licensed(town=make.town())
        make.institution(town=make.town())

    with django_assert_max_num_queries(16):
        page(as_office, PROPOSAL)


def test_three_people_at_their_desks(
    as_office: Client, as_lead: Client, as_head: Client, office: User
) -> None:
    licensed("定边县甲培训中心")
    head_of_list = {"publisher": "测试双减办", "remark": ""}

    answer = as_office.post(f"{PROPOSAL}draft/", head_of_list)

    issue = ListIssue.objects.get()
    address = f"/office/whitelist/{issue.pk}/"
    assert answer["Location"] == address
    as_lead.post(f"{address}check/", {"version": issue.version})
    as_head.post(f"{address}publish/", {"version": issue.version + 1})
    issue.refresh_from_db()
    assert (issue.state, issue.number) == ("published", 1)
    told = page(as_office, address)
    assert "白名单第1期" in told
    assert "定边县甲培训中心" in told
    assert "发布白名单第1期" in told


def test_a_refused_draft_keeps_what_was_typed(as_office: Client) -> None:
    make.institution()
    answer = as_office.post(f"{PROPOSAL}draft/", {"publisher": "测试双减办", "remark": "特别说明"})

    told = answer.content.decode()

    assert "目前没有可以列入白名单的条目" in told
    assert "特别说明" in told
    assert ListIssue.objects.count() == 0


def test_each_person_sees_the_own_act_only(
    as_office: Client,
    as_lead: Client,
    as_head: Client,
    as_officer: Client,
    office: User,
    lead: User,
) -> None:
    licensed()
    address = f"/office/whitelist/{draft(office).pk}/"

    acts = [
        [
            word
            for word in ("审核通过", "发布名单", "按当前名册重新生成", "作废这份草稿")
            if word in told
        ]
        for told in (page(client, address) for client in (as_office, as_lead, as_head, as_officer))
    ]

    assert acts == [
        ["按当前名册重新生成", "作废这份草稿"],
        ["审核通过", "按当前名册重新生成", "作废这份草稿"],
        ["作废这份草稿"],
        [],
    ]


def test_the_own_draft_shows_why_there_is_no_button(as_lead: Client, lead: User) -> None:
    licensed()
    issue = draft(lead)

    told = page(as_lead, f"/office/whitelist/{issue.pk}/")

    assert "草稿由您拟制，须由其他人员审核。" in told
    assert "审核通过" not in told


def test_a_draft_that_is_out_of_date_says_who_stops_it(as_lead: Client, office: User) -> None:
    bad, _ = licensed("定边县甲培训中心"), licensed("定边县乙培训中心")
    issue = draft(office)
    Institution.objects.filter(pk=bad.pk).update(state=InstitutionState.SUSPENDED)
    address = f"/office/whitelist/{issue.pk}/"

    told = page(as_lead, address)
    answer = as_lead.post(f"{address}check/", {"version": issue.version}, follow=True)

    assert "草稿生成后有1条已不符合列入条件，不能审核或发布" in told
    assert "审核通过" not in told
    assert "请重新生成草稿" in answer.content.decode()
    assert ListIssue.objects.get().state == "draft"


def test_sending_back_wants_a_reason_and_keeps_it_when_someone_was_faster(
    as_head: Client, office: User, lead: User
) -> None:
    licensed()
    issue = checked(office, lead)
    address = f"/office/whitelist/{issue.pk}/send-back/"

    without = as_head.post(address, {"version": issue.version, "reason": ""})
    stale = as_head.post(address, {"version": issue.version - 1, "reason": "镇街有误"})

    assert without.status_code == stale.status_code == 200
    told = stale.content.decode()
    assert "镇街有误" in told
    assert f'value="{issue.version}"' in told
    assert ListIssue.objects.get().state == "checked"
    as_head.post(address, {"version": issue.version, "reason": "镇街有误"})
    assert AuditEvent.objects.latest("id").reason == "镇街有误"


def test_a_decision_on_one_row_is_made_and_lifted(as_office: Client) -> None:
    row = licensed("定边县甲培训中心")
    address = f"/office/whitelist/rulings/{row.pk}/"

    as_office.post(address, {"ruling": "hold_back", "reason": "核查中"})
    told = page(as_office, PROPOSAL)
    as_office.post(f"{address}lift/")

    assert "暂不列入：核查中" in told
    assert ListRuling.objects.filter(lifted_at=None).count() == 0


def test_who_checks_sees_whom_people_kept_or_held_back(
    as_lead: Client, office: User, lead: User, head: User
) -> None:
    held, kept, _ = licensed("定边县甲培训中心"), make.institution("定边县乙中心"), licensed()
    rule_on(institution=held, ruling="hold_back", reason="举报核查中", by=office.actor)
    rule_on(institution=kept, ruling="keep", reason="许可证换发中", by=office.actor)
    issue = draft(office)
    address = f"/office/whitelist/{issue.pk}/"

    told = page(as_lead, address)

    assert "本期有2项人工决定" in told
    assert [word in told for word in ("定边县甲培训中心", "暂不列入：举报核查中（白芷")] == [
        True
    ] * 2
    assert [word in told for word in ("没有登记办学许可证", "仍予列入：许可证换发中")] == [True] * 2
    issue = check_issue(issue=issue, version=issue.version, by=lead.actor)
    publish_issue(issue=issue, version=issue.version, by=head.actor)
    assert "暂不列入：举报核查中（白芷" in page(as_lead, address)


def test_keeping_is_not_offered_where_the_law_forbids_it(as_office: Client) -> None:
    row = licensed(state=InstitutionState.SUSPENDED)
    address = f"/office/whitelist/rulings/{row.pk}/"

    told = page(as_office, address)
    as_office.post(address, {"ruling": "keep", "reason": "请列入"})

    assert "仍予列入" not in told
    assert ListRuling.objects.count() == 0


def test_an_old_issue_stays_readable_with_its_differences(
    as_officer: Client, office: User, lead: User, head: User
) -> None:
    goes = licensed("定边县甲培训中心")
    licensed("定边县乙培训中心")
    first = published(office, lead, head)
    Institution.objects.filter(pk=goes.pk).update(state=InstitutionState.CLOSED)
    licensed("定边县丙培训中心")
    second = published(office, lead, head)

    old = page(as_officer, f"/office/whitelist/{first.pk}/")
    new = page(as_officer, f"/office/whitelist/{second.pk}/?show=new")
    gone = page(as_officer, f"/office/whitelist/{second.pk}/?show=gone")

    assert "定边县甲培训中心" in old
    assert ("定边县丙培训中心" in new, "定边县乙培训中心" in new) == (True, False)
    assert ("定边县甲培训中心" in gone, "定边县乙培训中心" in gone) == (True, False)


def test_the_current_issue_tells_who_left_since_and_why(
    as_officer: Client, office: User, lead: User, head: User
) -> None:
    gone = licensed("定边县甲培训中心")
    licensed("定边县乙培训中心")
    issue = published(office, lead, head)
    Institution.objects.filter(pk=gone.pk).update(
        state=InstitutionState.SUSPENDED,
        state_reason="消防通道堵塞",
        state_document="定消决〔2023〕5号",
    )

    told = page(as_officer, f"/office/whitelist/{issue.pk}/?show=removed")

    assert "发布后移出 1" in told
    assert "停业整顿，2023年1月5日起，消防通道堵塞，依据：定消决〔2023〕5号" in told
    assert "定边县乙培训中心" not in told


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_an_issue_costs_the_same_for_one_and_for_three(
    as_officer: Client,
    office: User,
    lead: User,
    head: User,
    django_assert_max_num_queries: Any,
    rows: int,
) -> None:
    for _ in range(rows):
        licensed()
    issue = published(office, lead, head)

    with django_assert_max_num_queries(16):
        page(as_officer, f"/office/whitelist/{issue.pk}/?q=测试")


def test_the_overview_lists_every_issue(
    as_officer: Client, office: User, lead: User, head: User
) -> None:
    licensed()
    published(office, lead, head)
    draft(office)

    table = page(as_officer, "/office/whitelist/").split("各期名单")[1]

    assert table.index("草稿</a>") < table.index("第1期</a>")
    assert as_officer.get("/office/whitelist/?kind=nonsense").status_code == 404


def test_nonsense_in_the_address_is_not_found(as_office: Client) -> None:
    assert as_office.get("/office/whitelist/proposal/nonsense/").status_code == 404
    assert as_office.get("/office/whitelist/4711/").status_code == 404
    assert as_office.get("/office/whitelist/sheets/0.pdf").status_code == 404


# --- The console -----------------------------------------------------------------------------


def test_the_console_tells_who_is_out_and_draws_up_the_draft(db: None) -> None:
    licensed()
    make.institution("定边县乙培训中心")
    out = io.StringIO()

    call_command("issue_whitelist", stdout=out)

    assert out.getvalue().splitlines() == [
        "拟列入1家，不列入1家",
        "不列入：定边县乙培训中心（没有登记办学许可证）",
        "已生成白名单草稿，共1条，请由工作人员审核、发布。",
    ]
    assert AuditEvent.objects.get().by_label == "服务器管理员（命令行）"


def test_the_console_only_looks_when_told_so(db: None) -> None:
    licensed()

    call_command("issue_whitelist", dry_run=True, stdout=io.StringIO())

    assert ListIssue.objects.count() == 0
