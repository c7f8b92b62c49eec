"""Publishing a list: one person draws it up, a second checks, a third publishes; then it is frozen."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import county_day, now
from foundation.clock.words import day_words
from foundation.facts import refuse_stale
from foundation.numbering.actions import next_number
from foundation.web.actions import touch_public
from foundation.workflow import NotPossibleError
from institutions.models import IssueKind, ListEntry, ListIssue
from institutions.queries.drafts import Moved, drift_of, rulings_for
from institutions.queries.issues import current_issue, open_issue
from institutions.queries.whitelist import entry_facts, named_sites, proposals, site_facts
from institutions.workflow import ISSUE, IssueState

# How many names an explanation carries; the page of the draft shows all of them.
_NAMED = 5


@transaction.atomic
def propose_issue(
    *,
    kind: str,
    publisher: str,
    remark: str = "",
    by: Actor,
    at: datetime | None = None,
) -> ListIssue:
    """The office draws up the next issue from the register as it stands now; that day is printed on it."""
    at = at or now()
    _refuse_day(kind, county_day(at))
    _refuse_second_draft(kind)
    issue = _open(
        ListIssue(
            kind=kind,
            as_of=county_day(at),
            publisher=publisher,
            remark=remark,
            proposed_at=at,
            proposed_by_id=by.user_id,
        )
    )
    _freeze(issue, county_day(at))
    issue.save(update_fields=["entry_count"])
    record("issue.proposed", target=issue, by=by, at=at, words=_drawn_up("拟制", issue))
    return issue


@transaction.atomic
def redraft_issue(
    *,
    issue: ListIssue,
    version: int,
    publisher: str,
    remark: str = "",
    by: Actor,
    at: datetime | None = None,
) -> ListIssue:
    """The draft is drawn up anew, because the register has moved on. A check made before is void."""
    at = at or now()
    locked = _lock(issue, version)
    if locked.state == IssueState.CHECKED:
        locked.state = ISSUE.after(locked.state, "send back")
    if locked.state != IssueState.DRAFT:
        raise NotPossibleError(f"{locked}“{locked.get_state_display()}”，不能重新生成。")
    _refuse_day(locked.kind, county_day(at))
    locked.as_of, locked.publisher, locked.remark = county_day(at), publisher, remark
    locked.proposed_at, locked.proposed_by_id = at, by.user_id
    locked.checked_at = locked.checked_by = None
    locked.entries.all().delete()
    _freeze(locked, county_day(at))
    _save(
        locked,
        "as_of",
        "publisher",
        "remark",
        "proposed_at",
        "proposed_by",
        "checked_at",
        "checked_by",
        "entry_count",
    )
    record("issue.redrafted", target=locked, by=by, at=at, words=_drawn_up("重新生成", locked))
    return locked


@transaction.atomic
def check_issue(
    *, issue: ListIssue, version: int, by: Actor, at: datetime | None = None
) -> ListIssue:
    """A second person has gone through the draft: it is right."""
    at = at or now()
    locked = _step(issue, version, "check")
    _refuse_same_person(by, locked.proposed_by_id, "审核", "本人拟制的名单须由其他人员审核。")
    _refuse_drift(locked, county_day(at))
    locked.checked_at, locked.checked_by_id = at, by.user_id
    _save(locked, "checked_at", "checked_by")
    words = f"审核通过{locked}，共{locked.entry_count}条"
    record("issue.checked", target=locked, by=by, at=at, words=words)
    return locked


@transaction.atomic
def publish_issue(
    *, issue: ListIssue, version: int, by: Actor, at: datetime | None = None
) -> ListIssue:
    """A third person publishes: the issue gets its number, and the public page shows it at once."""
    at = at or now()
    locked = _step(issue, version, "publish")
    _refuse_same_person(by, locked.proposed_by_id, "发布", "本人拟制的名单须由其他人员发布。")
    _refuse_same_person(by, locked.checked_by_id, "发布", "本人审核的名单须由其他人员发布。")
    _refuse_drift(locked, county_day(at))
    locked.number = next_number(series=locked.kind, by=by, at=at)
    locked.published_at, locked.published_by_id = at, by.user_id
    _save(locked, "number", "published_at", "published_by")
    touch_public()
    words = f"发布{locked}，截至{day_words(locked.as_of)}，共{locked.entry_count}条"
    ended = rulings_for(locked).update(issue=locked, lifted_at=at, lifted_by=by.user_id)
    if ended:
        words += f"；{ended}项列入决定随之结束"
    record("issue.published", target=locked, by=by, at=at, words=words)
    return locked


@transaction.atomic
def send_back_issue(
    *, issue: ListIssue, version: int, reason: str, by: Actor, at: datetime | None = None
) -> ListIssue:
    """A checked draft goes back to be worked over, with a reason; it must be checked again."""
    at = at or now()
    locked = _step(issue, version, "send back")
    locked.checked_at = locked.checked_by = None
    _save(locked, "checked_at", "checked_by")
    words = f"退回{locked}，须重新审核"
    record("issue.sent_back", target=locked, by=by, at=at, words=words, reason=reason)
    return locked


@transaction.atomic
def discard_issue(
    *, issue: ListIssue, version: int, reason: str, by: Actor, at: datetime | None = None
) -> ListIssue:
    """A draft is given up, with a reason. It stays readable for the office and gets no number."""
    at = at or now()
    locked = _step(issue, version, "discard")
    locked.discarded_reason = reason
    _save(locked, "discarded_reason")
    record("issue.discarded", target=locked, by=by, at=at, words=f"作废{locked}", reason=reason)
    return locked


def _lock(issue: ListIssue, version: int) -> ListIssue:
    locked = ListIssue.objects.select_for_update().get(pk=issue.pk)
    refuse_stale(locked, version)
    return locked


def _step(issue: ListIssue, version: int, act: str) -> ListIssue:
    """The draft under lock, as it will be after this act."""
    locked = _lock(issue, version)
    locked.state = ISSUE.after(locked.state, act)
    return locked


def _save(issue: ListIssue, *fields: str) -> None:
    issue.version += 1
    issue.save(update_fields=[*fields, "state", "version"])


def _open(issue: ListIssue) -> ListIssue:
    """Insert the draft; the database lets only one of two drafts made at the same moment stand."""
    try:
        with transaction.atomic():
            issue.save(force_insert=True)
    except IntegrityError:
        _refuse_second_draft(issue.kind)
        raise
    return issue


def _refuse_second_draft(kind: str) -> None:
    standing = open_issue(kind)
    if standing is None:
        return
    raise NotPossibleError(
        f"已有一份{standing.get_kind_display()}处于“{standing.get_state_display()}”，"
        "请先发布或作废，或在其上重新生成。"
    )


def _refuse_day(kind: str, today: date) -> None:
    current = current_issue(kind)
    if current and today < current.as_of:
        raise NotPossibleError(
            f"今天（{day_words(today)}）早于现行{current}的截至日期（{day_words(current.as_of)}），"
            "请先核对服务器时间。"
        )


def _refuse_same_person(by: Actor, other: int | None, act: str, words: str) -> None:
    if by.user_id is None:
        raise NotPossibleError(f"名单须由工作人员本人登录后{act}。")
    if by.user_id == other:
        raise NotPossibleError(words)


def _refuse_drift(issue: ListIssue, today: date) -> None:
    """Nobody puts the name to a list that shows a place as good which no longer is."""
    stopped = drift_of(issue, today).stopped
    if stopped:
        raise NotPossibleError(
            f"草稿生成后有{len(stopped)}条已不符合列入条件：{_told(stopped)}。请重新生成草稿。"
        )


def _told(rows: list[Moved]) -> str:
    told = [f"{row.name}（{'；'.join(row.reasons)}）" if row.reasons else row.name for row in rows]
    rest = "等" if len(told) > _NAMED else ""
    return "、".join(told[:_NAMED]) + rest


def _freeze(issue: ListIssue, today: date) -> None:
    """Write the rows as they are today; from here on nothing in the register changes them."""
    if issue.kind == IssueKind.WHITELIST:
        entries = [
            ListEntry(institution=row.institution, **entry_facts(row))
            for row in proposals(today)
            if row.included
        ]
    else:
        entries = [ListEntry(site=site, **site_facts(site)) for site in named_sites()]
    if not entries:
        raise NotPossibleError(f"目前没有可以列入{issue.get_kind_display()}的条目，未生成草稿。")
    for position, entry in enumerate(entries, start=1):
        entry.issue, entry.position = issue, position
    ListEntry.objects.bulk_create(entries, batch_size=1000)
    issue.entry_count = len(entries)


def _drawn_up(act: str, issue: ListIssue) -> str:
    kind = issue.get_kind_display()
    return f"{act}{kind}草稿，截至{day_words(issue.as_of)}，共{issue.entry_count}条"
