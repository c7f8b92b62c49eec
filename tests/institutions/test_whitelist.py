"""The white list: who would be on it and why not, and the three hands through which an issue goes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from foundation.accounts.models import User
from foundation.actor import CONSOLE
from foundation.attachments.models import Attachment
from foundation.audit.models import AuditEvent
from foundation.facts import StaleError
from foundation.workflow import NotPossibleError
from institutions.actions.rulings import lift_ruling, rule_on
from institutions.actions.whitelist import (
    check_issue,
    discard_issue,
    propose_issue,
    publish_issue,
    redraft_issue,
    send_back_issue,
)
from institutions.models import (
    AnnualInspection,
    ImportRun,
    ImportState,
    Institution,
    Licence,
    ListIssue,
    ListRuling,
    PlatformMark,
    UnlicensedSite,
)
from institutions.queries.drafts import drift_of, gone_since, new_since, outlook
from institutions.queries.issues import (
    current_issue,
    entries_in_force,
    entries_removed,
    narrowed,
    open_issue,
)
from institutions.queries.standing import standing_of
from institutions.queries.whitelist import proposal_of, proposals
from institutions.workflow import InstitutionState, SiteState
from tests import make

MORNING = datetime(2023, 7, 10, 1, 0, tzinfo=UTC)
TODAY = date(2023, 7, 10)
FAR = date(2026, 6, 30)


def licensed(name: str = "", *, until: date | None = FAR, **facts: Any) -> Institution:
    """An institution about which there is nothing to say: 正常, with a licence in use."""
    row = make.institution(name, **({"state_on": None} | facts))
    make.licence(row, valid_until=until)
    PlatformMark.objects.create(institution=row, payment_open=True)
    return row


def draft(by: User, **given: Any) -> ListIssue:
    words: dict[str, Any] = {"kind": "whitelist", "publisher": "测试双减办", "at": MORNING}
    return propose_issue(**(words | given), by=by.actor)


def published(office: User, lead: User, head: User, **given: Any) -> ListIssue:
    issue = draft(office, **given)
    issue = check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)
    return publish_issue(issue=issue, version=issue.version, by=head.actor, at=MORNING)


def names(issue: ListIssue) -> list[str]:
    return [entry.name for entry in issue.entries.all()]


# --- Who would be on it ----------------------------------------------------------------------


def test_an_institution_in_order_is_included(db: None) -> None:
    row = licensed()

    proposal = proposal_of(row, TODAY)

    assert (proposal.included, proposal.reasons, proposal.remarks) == (True, [], [])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (InstitutionState.UNVERIFIED, "尚未核验"),
        (
            InstitutionState.SUSPENDED,
            "状态为“停业整顿”，自2023年7月8日起，依据：定双减办决〔2023〕5号",
        ),
        (InstitutionState.REVOKED, "状态为“吊销”，自2023年7月8日起，依据：定双减办决〔2023〕5号"),
    ],
)
def test_a_state_other_than_normal_excludes_with_its_reason(
    db: None, state: str, words: str
) -> None:
    row = licensed(state=state, state_on=date(2023, 7, 8), state_document="定双减办决〔2023〕5号")

    assert proposal_of(row, TODAY).reasons == [words]


def test_a_licence_that_ran_out_excludes_and_one_that_ends_today_does_not(db: None) -> None:
    yesterday, today = licensed(until=date(2023, 7, 9)), licensed(until=TODAY)

    assert proposal_of(yesterday, TODAY).reasons == ["办学许可证有效期已于2023年7月9日届满"]
    assert proposal_of(today, TODAY).included


def test_no_licence_excludes_and_a_void_one_is_none(db: None) -> None:
    bare = make.institution()
    void = licensed()
    void.licences.update(is_void=True)

    assert proposal_of(bare, TODAY).reasons == ["没有登记办学许可证"]
    assert proposal_of(void, TODAY).reasons == ["登记的办学许可证均已失效（换证、收回）"]


def adopted_by(institution: Institution) -> ImportRun:
    """A published list in which this institution stands, adopted as evidence."""
    file = Attachment.objects.create(name="白名单.xlsx", size=1, stored_at=MORNING)
    run = ImportRun.objects.create(
        file=file,
        kind="whitelist",
        state=ImportState.APPLIED,
        adopted_as="县局公示，2023年5月4日",
        uploaded_at=MORNING,
    )
    run.rows.create(number=3, institution=institution, met=1, left=2, is_verified=True)
    return run


def test_a_list_that_was_taken_back_stands_in_for_nothing(db: None) -> None:
    adopted = make.institution()
    run = adopted_by(adopted)
    assert proposal_of(adopted, TODAY).included

    run.state = ImportState.UNDONE
    run.save(update_fields=["state"])

    assert proposal_of(adopted, TODAY).reasons == ["没有登记办学许可证"]


@pytest.mark.parametrize("document_now", ["县局公示，2023年5月4日", "恢复办学通知〔2023〕2号"])
def test_a_list_adopted_as_evidence_stands_in_for_the_licence(db: None, document_now: str) -> None:
    adopted = make.institution(state_document=document_now)
    assert not proposal_of(adopted, TODAY).included
    adopted_by(adopted)

    proposal = proposal_of(adopted, TODAY)

    assert (proposal.included, proposal.remarks) == (
        True,
        ["办学许可证未登记，以已公示名单为依据列入", "没有登记全国平台情况"],
    )


def test_only_the_latest_annual_inspection_counts(db: None) -> None:
    failed, recovered = licensed(), licensed()
    AnnualInspection.objects.create(institution=failed, year=2022, conclusion="failed")
    AnnualInspection.objects.create(institution=recovered, year=2021, conclusion="failed")
    AnnualInspection.objects.create(institution=recovered, year=2022, conclusion="passed")

    assert proposal_of(failed, TODAY).reasons == ["2022年度年检结论为“不合格”"]
    assert proposal_of(recovered, TODAY).included


def test_payment_not_open_on_the_platform_excludes_and_not_knowing_does_not(db: None) -> None:
    closed, unknown = licensed(), licensed()
    PlatformMark.objects.filter(institution=closed).update(
        payment_open=False, as_of=date(2023, 7, 1)
    )
    PlatformMark.objects.filter(institution=unknown).update(payment_open=None)

    assert proposal_of(closed, TODAY).reasons == [
        "全国平台显示尚未开通平台支付（数据日期2023年7月1日）"
    ]
    assert proposal_of(unknown, TODAY).included


def test_what_is_not_recorded_is_included_and_said(db: None) -> None:
    row = licensed(until=None)
    PlatformMark.objects.all().delete()

    assert proposal_of(row, TODAY).remarks == ["有效期未登记", "没有登记全国平台情况"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_proposal_asks_the_same_few_questions(
    db: None, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        row = licensed(town=make.town(), lead_department=make.department())
        AnnualInspection.objects.create(institution=row, year=2022, conclusion="passed")

    with django_assert_num_queries(9):
        assert [row.reasons for row in proposals(TODAY)] == [[]] * rows


# --- A person's word -------------------------------------------------------------------------


def test_held_back_with_a_reason_and_lifted_again(office: User) -> None:
    row = licensed()

    rule_on(institution=row, ruling="hold_back", reason="举报正在核查", by=office.actor, at=MORNING)

    assert proposal_of(row, TODAY).reasons == ["暂不列入：举报正在核查（白芷，2023年7月10日）"]
    lift_ruling(institution=row, by=office.actor, at=MORNING)
    assert proposal_of(row, TODAY).included
    assert list(AuditEvent.objects.order_by("id").values_list("act", "words", "reason")) == [
        ("listing.held_back", "决定下一期白名单“暂不列入”", "举报正在核查"),
        ("listing.ruling_lifted", "撤销白名单“暂不列入”的决定", ""),
    ]


def test_kept_despite_a_doubt(office: User) -> None:
    row = make.institution()

    rule_on(
        institution=row, ruling="keep", reason="许可证换发中，已见原件", by=office.actor, at=MORNING
    )

    assert proposal_of(row, TODAY).remarks == [
        "没有登记全国平台情况",
        "没有登记办学许可证",
        "仍予列入：许可证换发中，已见原件（白芷，2023年7月10日）",
    ]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": InstitutionState.SUSPENDED}, "状态为“停业整顿”，不能“仍予列入”。"),
        ({"until": date(2023, 7, 9)}, "办学许可证有效期已于2023年7月9日届满，不能“仍予列入”。"),
        ({}, "该机构符合列入条件，不需要“仍予列入”；如已暂不列入，请撤销该决定。"),
    ],
)
def test_what_the_law_forbids_nobody_keeps(office: User, facts: dict[str, Any], words: str) -> None:
    row = licensed(**facts)

    with pytest.raises(NotPossibleError, match=words):
        rule_on(institution=row, ruling="keep", reason="请列入", by=office.actor, at=MORNING)
    assert (ListRuling.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_a_kept_one_that_is_suspended_later_is_out_all_the_same(office: User) -> None:
    row = make.institution(state_on=None)
    rule_on(institution=row, ruling="keep", reason="换证中", by=office.actor, at=MORNING)
    Institution.objects.filter(pk=row.pk).update(state=InstitutionState.SUSPENDED)

    assert proposal_of(row, TODAY).reasons == ["状态为“停业整顿”", "没有登记办学许可证"]


def test_who_is_kept_is_kept_despite_what_was_known_then(office: User) -> None:
    row = make.institution(state_on=None)
    rule_on(institution=row, ruling="keep", reason="换证中", by=office.actor, at=MORNING)
    AnnualInspection.objects.create(institution=row, year=2022, conclusion="failed")

    assert proposal_of(row, TODAY).reasons == [
        "没有登记办学许可证",
        "2022年度年检结论为“不合格”",
        "仍予列入：换证中（白芷，2023年7月10日）；作出决定后新出现：2022年度年检结论为“不合格”",
    ]
    rule_on(institution=row, ruling="keep", reason="已复查", by=office.actor, at=MORNING)
    assert proposal_of(row, TODAY).included


def test_a_decision_ends_with_the_issue_it_was_made_for(
    office: User, lead: User, head: User
) -> None:
    held, kept, _ = licensed(), make.institution(state_on=None), licensed()
    rule_on(institution=held, ruling="hold_back", reason="核查中", by=office.actor, at=MORNING)
    rule_on(institution=kept, ruling="keep", reason="换证中", by=office.actor, at=MORNING)

    issue = published(office, lead, head)

    assert sorted(issue.rulings.values_list("ruling", "lifted_by__name")) == [
        ("hold_back", "杜衡"),
        ("keep", "杜衡"),
    ]
    assert AuditEvent.objects.latest("id").words.endswith("共2条；2项列入决定随之结束")
    assert proposal_of(held, TODAY).remarks == [
        "上一期的决定已随该期发布而结束：暂不列入：核查中（白芷，2023年7月10日）"
    ]
    assert proposal_of(kept, TODAY).reasons == [
        "没有登记办学许可证",
        "上一期的决定已随该期发布而结束：仍予列入：换证中（白芷，2023年7月10日）",
    ]


def test_a_decision_made_after_the_draft_is_for_the_issue_after(
    office: User, lead: User, head: User
) -> None:
    licensed()
    later = make.institution()
    issue = draft(office)
    rule_on(
        institution=later,
        ruling="keep",
        reason="换证中",
        by=office.actor,
        at=MORNING + timedelta(hours=1),
    )
    issue = check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)
    publish_issue(issue=issue, version=issue.version, by=head.actor, at=MORNING)

    assert proposal_of(later, TODAY).is_kept


def test_a_second_decision_takes_the_place_of_the_first(office: User, lead: User) -> None:
    row = make.institution()
    rule_on(institution=row, ruling="keep", reason="换证中", by=office.actor, at=MORNING)

    rule_on(institution=row, ruling="hold_back", reason="查无此证", by=lead.actor, at=MORNING)

    assert list(ListRuling.objects.filter(lifted_at=None).values_list("ruling", flat=True)) == [
        "hold_back"
    ]


def test_the_same_decision_twice_is_refused(office: User) -> None:
    row = licensed()
    rule_on(institution=row, ruling="hold_back", reason="核查中", by=office.actor, at=MORNING)

    with pytest.raises(NotPossibleError, match="该机构已是“暂不列入”"):
        rule_on(institution=row, ruling="hold_back", reason="核查中", by=office.actor, at=MORNING)
    assert ListRuling.objects.count() == 1


def test_a_decision_is_lifted_once(office: User) -> None:
    row = licensed()

    with pytest.raises(NotPossibleError, match="可能刚被撤销"):
        lift_ruling(institution=row, by=office.actor, at=MORNING)


# --- Three people ----------------------------------------------------------------------------


def test_a_draft_freezes_what_the_register_says(office: User) -> None:
    row = licensed("定边县示例艺术培训学校有限公司", address="定边镇示例街1号")
    row.categories.add(make.category(name="测试艺术"))

    issue = draft(office)
    Institution.objects.filter(pk=row.pk).update(name="改名以后", address="别处")

    entry = issue.entries.get()
    assert (entry.position, entry.name, entry.address, entry.categories, entry.valid_until) == (
        1,
        "定边县示例艺术培训学校有限公司",
        "定边镇示例街1号",
        "测试艺术",
        "2026年6月30日",
    )
    assert (issue.state, issue.number, issue.entry_count) == ("draft", None, 1)


@pytest.mark.parametrize(
    ("licence", "words"),
    [
        ({"valid_until": None}, "有效期未登记"),
        ({"is_long_term": True}, "长期有效"),
        ({"valid_until": FAR}, "2026年6月30日"),
    ],
)
def test_the_list_says_how_long_a_licence_is_good_for(
    office: User, licence: dict[str, Any], words: str
) -> None:
    Licence.objects.create(institution=make.institution(), number="教民1", **licence)

    assert draft(office).entries.get().valid_until == words


def test_three_people_make_an_issue_and_the_trail_tells_it(
    office: User, lead: User, head: User
) -> None:
    licensed()

    issue = published(office, lead, head)

    assert (issue.state, issue.number, str(issue)) == ("published", 1, "白名单第1期")
    assert [(event.by_label, event.words) for event in AuditEvent.objects.order_by("id")] == [
        ("白芷（测试双减办）", "拟制白名单草稿，截至2023年7月10日，共1条"),
        ("石楠（测试双减办）", "审核通过白名单草稿，共1条"),
        ("杜衡（测试双减办）", "发布白名单第1期，截至2023年7月10日，共1条"),
    ]
    assert current_issue("whitelist") == issue


def test_publication_is_what_the_public_pages_are_told_of(
    office: User, lead: User, head: User
) -> None:
    licensed()
    issue = draft(office)
    issue = check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)
    before = make.mark()

    publish_issue(issue=issue, version=issue.version, by=head.actor, at=MORNING)

    assert make.mark() != before


def test_nobody_checks_or_publishes_the_own_work(office: User, lead: User, head: User) -> None:
    licensed()
    issue = draft(lead)

    with pytest.raises(NotPossibleError, match="本人拟制的名单须由其他人员审核"):
        check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)
    issue = check_issue(issue=issue, version=issue.version, by=office.actor, at=MORNING)
    with pytest.raises(NotPossibleError, match="本人拟制的名单须由其他人员发布"):
        publish_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)
    with pytest.raises(NotPossibleError, match="本人审核的名单须由其他人员发布"):
        publish_issue(issue=issue, version=issue.version, by=office.actor, at=MORNING)
    issue.refresh_from_db()
    assert (issue.state, issue.number) == ("checked", None)


def test_the_console_draws_up_and_people_do_the_rest(head: User) -> None:
    licensed()
    issue = propose_issue(kind="whitelist", publisher="测试双减办", by=CONSOLE, at=MORNING)

    with pytest.raises(NotPossibleError, match="本人登录后审核"):
        check_issue(issue=issue, version=issue.version, by=CONSOLE, at=MORNING)
    assert check_issue(issue=issue, version=issue.version, by=head.actor, at=MORNING)


def test_an_unchecked_draft_is_not_published(office: User, head: User) -> None:
    licensed()
    issue = draft(office)

    with pytest.raises(NotPossibleError, match="当前为“草稿”"):
        publish_issue(issue=issue, version=issue.version, by=head.actor, at=MORNING)


def test_a_second_press_changes_nothing(office: User, lead: User, head: User) -> None:
    licensed()
    issue = published(office, lead, head)

    with pytest.raises(StaleError):
        publish_issue(issue=issue, version=issue.version - 1, by=head.actor, at=MORNING)
    with pytest.raises(NotPossibleError, match="当前为“已发布”"):
        publish_issue(issue=issue, version=issue.version, by=head.actor, at=MORNING)
    assert ListIssue.objects.get().number == 1


def test_one_draft_at_a_time(office: User) -> None:
    licensed()
    draft(office)

    with pytest.raises(NotPossibleError, match="已有一份白名单处于“草稿”"):
        draft(office)
    assert ListIssue.objects.count() == 1


def test_two_drafts_at_the_same_moment_end_in_one_and_a_sentence(
    office: User, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    licensed()
    draft(office)
    # The second person looked before the first one's draft was there.
    seen = iter([None, open_issue("whitelist")])
    monkeypatch.setattr("institutions.actions.whitelist.open_issue", lambda kind: next(seen))

    with pytest.raises(NotPossibleError, match="已有一份白名单处于“草稿”"):
        draft(lead)
    assert ListIssue.objects.count() == 1


def test_an_empty_list_is_not_drawn_up(office: User) -> None:
    licensed(state=InstitutionState.CLOSED)

    with (
        pytest.raises(NotPossibleError, match="目前没有可以列入白名单的条目"),
        transaction.atomic(),
    ):
        draft(office)
    assert (ListIssue.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_the_day_of_an_issue_is_the_day_on_which_its_rows_were_taken(
    office: User, lead: User, head: User
) -> None:
    licensed()
    issue = draft(office, at=MORNING)
    assert issue.as_of == TODAY

    fresh = redraft_issue(
        issue=issue,
        version=issue.version,
        publisher="测试双减办",
        by=office.actor,
        at=MORNING + timedelta(days=1),
    )

    assert fresh.as_of == date(2023, 7, 11)


def test_no_issue_is_of_an_earlier_day_than_the_last_one(
    office: User, lead: User, head: User
) -> None:
    licensed()
    published(office, lead, head)

    with pytest.raises(NotPossibleError, match="早于现行白名单第1期的截至日期"):
        draft(office, at=MORNING - timedelta(days=1))


def test_sent_back_it_must_be_checked_again(office: User, lead: User, head: User) -> None:
    licensed()
    issue = draft(office)
    issue = check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)

    issue = send_back_issue(
        issue=issue, version=issue.version, reason="缺少镇街", by=head.actor, at=MORNING
    )

    assert (issue.state, issue.checked_by, issue.checked_at) == ("draft", None, None)
    with pytest.raises(NotPossibleError, match="当前为“草稿”"):
        publish_issue(issue=issue, version=issue.version, by=head.actor, at=MORNING)


def test_a_discarded_draft_makes_room_and_takes_no_number(
    office: User, lead: User, head: User
) -> None:
    licensed()
    issue = draft(office)
    issue = discard_issue(
        issue=issue, version=issue.version, reason="重拟", by=office.actor, at=MORNING
    )

    assert (issue.state, issue.discarded_reason) == ("discarded", "重拟")
    assert published(office, lead, head).number == 1


@pytest.mark.parametrize("act", [send_back_issue, discard_issue])
def test_what_is_published_stays_published(
    office: User, lead: User, head: User, act: Callable[..., ListIssue]
) -> None:
    licensed()
    issue = published(office, lead, head)

    with pytest.raises(NotPossibleError, match="当前为“已发布”"):
        act(issue=issue, version=issue.version, reason="不要了", by=head.actor, at=MORNING)


def test_the_published_list_cannot_be_drawn_up_anew(office: User, lead: User, head: User) -> None:
    licensed()
    issue = published(office, lead, head)

    with pytest.raises(NotPossibleError, match="不能重新生成"):
        redraft_issue(
            issue=issue,
            version=issue.version,
            publisher="x",
            by=office.actor,
            at=MORNING,
        )
    assert issue.entries.count() == 1


# --- The register moves on -------------------------------------------------------------------


def test_a_place_suspended_meanwhile_stops_the_check_and_the_publication(
    office: User, lead: User, head: User
) -> None:
    bad, _ = licensed("定边县甲培训中心"), licensed("定边县乙培训中心")
    issue = draft(office)
    checked = check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)
    Institution.objects.filter(pk=bad.pk).update(state=InstitutionState.SUSPENDED)

    with pytest.raises(
        NotPossibleError, match="定边县甲培训中心（状态为“停业整顿”）。请重新生成草稿"
    ):
        publish_issue(issue=checked, version=checked.version, by=head.actor, at=MORNING)

    fresh = redraft_issue(
        issue=checked,
        version=checked.version,
        publisher="测试双减办",
        by=office.actor,
        at=MORNING,
    )
    assert (fresh.state, fresh.checked_by, names(fresh)) == ("draft", None, ["定边县乙培训中心"])
    assert [entry.position for entry in fresh.entries.all()] == [1]


def test_a_place_held_back_or_deleted_meanwhile_stops_the_check_too(
    office: User, lead: User
) -> None:
    held, deleted = licensed("定边县甲培训中心"), licensed("定边县乙培训中心")
    issue = draft(office)
    rule_on(institution=held, ruling="hold_back", reason="核查中", by=office.actor, at=MORNING)
    Institution.objects.filter(pk=deleted.pk).update(
        deleted_at=MORNING, deleted_by=office, deleted_reason="重复"
    )

    with pytest.raises(NotPossibleError, match="草稿生成后有2条已不符合列入条件"):
        check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)
    assert [row.reasons for row in drift_of(issue, TODAY).stopped] == [
        ["暂不列入：核查中（白芷，2023年7月10日）"],
        ["登记有误，已从名册删除"],
    ]


def test_what_is_new_or_reads_differently_is_shown_and_stops_nothing(
    office: User, lead: User
) -> None:
    old = licensed("定边县甲培训中心")
    issue = draft(office)
    licensed("定边县乙培训中心")
    Institution.objects.filter(pk=old.pk).update(address="定边镇新街2号")

    drift = drift_of(issue, TODAY)

    assert [row.name for row in drift.added] == ["定边县乙培训中心"]
    assert [row.reasons for row in drift.altered] == [["地址：（空） → 定边镇新街2号"]]
    assert check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)


def test_a_check_of_what_was_drawn_up_anew_meanwhile_is_refused(office: User, lead: User) -> None:
    licensed()
    issue = draft(office)
    redraft_issue(issue=issue, version=issue.version, publisher="甲", by=office.actor, at=MORNING)

    with pytest.raises(StaleError):
        check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)


# --- What has been published -----------------------------------------------------------------


def test_a_suspension_takes_effect_without_a_new_issue(
    office: User, lead: User, head: User
) -> None:
    bad, good = licensed(), licensed()
    issue = published(office, lead, head)
    Institution.objects.filter(pk=bad.pk).update(
        state=InstitutionState.SUSPENDED, state_on=TODAY, state_document="定双减办决〔2023〕5号"
    )

    removed = list(entries_removed(issue, TODAY))

    assert [entry.institution for entry in entries_in_force(issue, TODAY)] == [good]
    assert [entry.institution for entry in removed] == [bad]
    assert removed[0].institution is not None
    standing = standing_of(removed[0].institution, TODAY)
    assert (standing.word, standing.since, standing.document) == (
        "停业整顿",
        TODAY,
        "定双减办决〔2023〕5号",
    )


def test_the_list_is_right_on_the_day_after_the_last_day_without_any_sweep(
    office: User, lead: User, head: User
) -> None:
    row = licensed(until=TODAY)
    issue = published(office, lead, head)

    assert entries_in_force(issue, TODAY).count() == 1
    assert entries_in_force(issue, date(2023, 7, 11)).count() == 0
    assert [entry.institution for entry in entries_removed(issue, date(2023, 7, 11))] == [row]


def test_old_issues_stay_as_they_were(office: User, lead: User, head: User) -> None:
    licensed("定边县甲培训中心")
    goes = licensed("定边县乙培训中心")
    first = published(office, lead, head)
    Institution.objects.filter(pk=goes.pk).update(state=InstitutionState.CLOSED)
    licensed("定边县丙培训中心")

    second = published(office, lead, head)

    assert (first.number, second.number) == (1, 2)
    assert sorted(names(first)) == ["定边县乙培训中心", "定边县甲培训中心"]
    assert [entry.name for entry in new_since(second, first)] == ["定边县丙培训中心"]
    assert [entry.name for entry in gone_since(second, first)] == ["定边县乙培训中心"]


def test_the_outlook_names_what_is_new_and_what_is_gone(
    office: User, lead: User, head: User
) -> None:
    goes = licensed("定边县甲培训中心")
    published(office, lead, head)
    Institution.objects.filter(pk=goes.pk).update(state=InstitutionState.CLOSED)
    comes = licensed("定边县乙培训中心")

    view = outlook(TODAY)

    assert [row.institution for row in view.new] == [comes]
    assert [(row.name, row.reasons) for row in view.gone] == [
        ("定边县甲培训中心", ["状态为“关停”"])
    ]


def test_rows_of_an_issue_are_found_by_part_of_a_name(office: User, lead: User, head: User) -> None:
    found, _ = licensed("定边县晨曦艺术培训学校"), licensed("定边县远山体育俱乐部")
    issue = published(office, lead, head)

    rows = narrowed(entries_in_force(issue, TODAY), "晨曦")

    assert [entry.institution for entry in rows] == [found]


# --- Places without licence ------------------------------------------------------------------


def site(name: str, state: str = SiteState.FOUND) -> UnlicensedSite:
    return UnlicensedSite.objects.create(
        name=name,
        address="定边镇示例巷3号",
        state=state,
        created_at=MORNING,
        changed_at=MORNING,
        name_key=name,
        sort_key=name,
        search_text=name,
    )


def test_the_list_of_places_without_licence_goes_through_the_same_hands(
    office: User, lead: User, head: User
) -> None:
    for number, state in enumerate(SiteState.values):
        site(f"无名托管{number}", state)

    issue = published(office, lead, head, kind="unlicensed")

    assert (str(issue), issue.entry_count) == ("无证场所名单第1期", 4)
    assert sorted(entry.note for entry in issue.entries.all()) == [
        "已取缔",
        "已查实",
        "已移送",
        "已责令停止办学",
    ]


def test_a_place_that_was_closed_meanwhile_is_not_named(
    office: User, lead: User, head: User
) -> None:
    closed, _ = site("无名托管一"), site("无名托管二")
    issue = draft(office, kind="unlicensed")
    UnlicensedSite.objects.filter(pk=closed.pk).update(state=SiteState.CLOSED)

    with pytest.raises(NotPossibleError, match="无名托管一（处置状态为“已关闭”）"):
        check_issue(issue=issue, version=issue.version, by=lead.actor, at=MORNING)


def test_both_lists_are_worked_on_side_by_side(office: User) -> None:
    licensed()
    site("无名托管一")

    assert draft(office).kind == "whitelist"
    assert draft(office, kind="unlicensed").kind == "unlicensed"
