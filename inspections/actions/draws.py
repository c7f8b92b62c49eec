"""A random draw: its list is put together and fixed, the seed comes after, a wrong one is drawn again."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now
from foundation.facts import refuse_stale
from foundation.workflow import NotPossibleError
from inspections.actions.holding import hold_campaign
from inspections.actions.inspecting import LEAST_INSPECTORS, refuse_no_subject
from inspections.models import Draw, DrawInspector, DrawnVisit, DrawPlace, DrawRecusal
from inspections.queries.draws import (
    drawable,
    is_planned,
    known_recusals,
    list_of,
    possible_places,
    replacement_of,
)
from inspections.selection import DrawList, draw, hash_of, list_bytes, unserved
from inspections.workflow import DRAW, DrawState
from institutions.models import Institution

SEED = re.compile(r"[0-9A-Za-z]{4,64}")
# What one list holds: more than the county has, and a file that anybody can read.
MOST_PLACES = 2000
_FIELDS = ("title", "campaign", "place_count", "from_each")
# How many names a line of the trail carries.
_NAMED = 5
_NO_TOWN = "镇街未登记"


@transaction.atomic
def prepare_draw(
    *,
    values: Mapping[str, Any],
    replaces: Draw | None = None,
    reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Draw:
    """The office puts a list together: institutions by kind and town, and the people of some departments."""
    at = at or now()
    if campaign := values["campaign"]:
        hold_campaign(campaign)
    if replaces:
        _refuse_redraw(_hold(replaces), reason)
    refuse_no_subject(values["departments"])
    institutions, people = _chosen_places(values), list(drawable(values["departments"]))
    made = Draw.objects.create(
        **{name: values[name] for name in _FIELDS},
        replaces=replaces,
        redraw_reason=reason,
        prepared_at=at,
        prepared_by_id=by.user_id,
    )
    DrawPlace.objects.bulk_create(_place(made, one) for one in institutions)
    DrawInspector.objects.bulk_create(_inspector(made, one) for one in people)
    DrawRecusal.objects.bulk_create(known_recusals(made))
    _refuse_unfit(list_of(made))
    again = f"，重新抽取“{replaces}”" if replaces else ""
    words = (
        f"拟定双随机抽取名单：机构{len(institutions)}家、检查人员{len(people)}名，"
        f"抽取{made.place_count}家、每个部门{made.from_each}人{again}"
    )
    record("draw.prepared", target=made, by=by, at=at, words=words, reason=reason)
    return made


@transaction.atomic
def drop_from_draw(
    *,
    draw: Draw,
    version: int,
    places: Collection[DrawPlace] = (),
    inspectors: Collection[DrawInspector] = (),
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> Draw:
    """Institutions or people are taken out of the list before it is fixed, with a reason."""
    at = at or now()
    held = _hold_draft(draw, version)
    rows = (
        held.places.filter(pk__in=[one.pk for one in places]),
        held.inspectors.filter(pk__in=[one.pk for one in inspectors]).select_related("department"),
    )
    names = [str(one) for found in rows for one in found]
    if not names:
        raise NotPossibleError("请先选中要移出的机构或人员。")
    for found in rows:
        found.delete()
    _keep(held)
    words = f"从抽取名单移出{len(names)}项：{_named(names)}"
    record("draw.dropped", target=held, by=by, at=at, words=words, reason=reason)
    return held


@transaction.atomic
def recuse(
    *,
    draw: Draw,
    version: int,
    place: DrawPlace,
    inspector: DrawInspector,
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> DrawRecusal:
    """Somebody must not go to an institution of the list; the reason stays with the office."""
    at = at or now()
    held = _hold_draft(draw, version)
    if {place.draw_id, inspector.draw_id} != {held.pk}:
        raise NotPossibleError("该机构或人员不在这份名单中。")
    if DrawRecusal.objects.filter(place=place, inspector=inspector).exists():
        raise NotPossibleError(f"{inspector}已对{place}回避。")
    made = DrawRecusal.objects.create(place=place, inspector=inspector, reason=reason)
    _keep(held)
    record("draw.recused", target=held, by=by, at=at, words=str(made), reason=reason)
    return made


@transaction.atomic
def withdraw_recusal(
    *, draw: Draw, version: int, recusal: DrawRecusal, by: Actor, at: datetime | None = None
) -> Draw:
    """A recusal that was typed by mistake is taken back; one known from an earlier visit stays."""
    at = at or now()
    held = _hold_draft(draw, version)
    if recusal.is_known:
        raise NotPossibleError("此前检查中已办理的回避不能撤去。")
    words = f"撤去：{recusal}"
    recusal.delete()
    _keep(held)
    record("draw.recusal_withdrawn", target=held, by=by, at=at, words=words)
    return held


@transaction.atomic
def discard_draw(*, draw: Draw, version: int, by: Actor, at: datetime | None = None) -> Draw:
    """A draft is given up before its list is fixed."""
    at = at or now()
    held = _hold(draw, version)
    held.state = DRAW.after(held.state, "discard")
    _keep(held, "state")
    record("draw.discarded", target=held, by=by, at=at, words=f"作废抽取名单草稿“{held}”")
    return held


@transaction.atomic
def fix_list(
    *, draw: Draw, version: int, seed_source: str, by: Actor, at: datetime | None = None
) -> Draw:
    """The list is fixed with its hash, and it is said where the seed will come from; nothing changes any more."""
    at = at or now()
    held = _hold(draw, version)
    state = DRAW.after(held.state, "fix")
    if held.replaces:
        _refuse_redraw(_hold(held.replaces), held.redraw_reason, instead=held)
    DrawRecusal.objects.bulk_create(known_recusals(held))
    _number(held)
    held.seed_source = seed_source
    fixed = list_of(held)
    _refuse_unfit(fixed)
    held.list_file = list_bytes(fixed)
    held.list_sha256 = hash_of(held.list_file)
    held.state, held.fixed_at, held.fixed_by_id = state, at, by.user_id
    _keep(held, "state", "seed_source", "list_file", "list_sha256", "fixed_at", "fixed_by")
    words = f"固定抽取名单，校验值{held.list_sha256}，种子来源：{seed_source}"
    record("draw.fixed", target=held, by=by, at=at, words=words)
    return held


@transaction.atomic
def draw_lots(
    *,
    draw: Draw,
    version: int,
    seed: str,
    witness: str,
    by: Actor,
    at: datetime | None = None,
) -> Draw:
    """The seed is typed in as it was published or called out, and the result follows at once."""
    at = at or now()
    held = _hold(draw, version)
    held.state = DRAW.after(held.state, "draw")
    if not SEED.fullmatch(seed):
        raise NotPossibleError("种子须为4至64位数字或英文字母。")
    if held.fixed_at is None or at <= held.fixed_at:
        raise NotPossibleError("种子须在名单固定之后产生，请核对时间。")
    if replacement := replacement_of(held):
        raise NotPossibleError(f"这份名单已由“{replacement}”代替，不再抽取。")
    count = _enter_result(held, seed)
    held.seed, held.seed_witness = seed, witness
    held.drawn_at, held.drawn_by_id = at, by.user_id
    _keep(held, "state", "seed", "seed_witness", "drawn_at", "drawn_by")
    words = f"以种子{seed}抽取机构{count}家（{witness}）"
    record("draw.drawn", target=held, by=by, at=at, words=words)
    return held


def _hold(row: Draw, version: int | None = None) -> Draw:
    held = Draw.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if version is not None:
        refuse_stale(held, version)
    return held


def _hold_draft(row: Draw, version: int) -> Draw:
    held = _hold(row, version)
    if held.state != DrawState.DRAFT:
        raise NotPossibleError(f"这次抽取{held.get_state_display()}，不能再修改名单。")
    return held


def _keep(held: Draw, *fields: str) -> None:
    held.version += 1
    held.save(update_fields=[*fields, "version"])


def _chosen_places(values: Mapping[str, Any]) -> list[Institution]:
    rows = possible_places(values["campaign"]).select_related("town")
    if towns := values["towns"]:
        rows = rows.filter(town__in=towns)
    if categories := values["categories"]:
        rows = rows.filter(categories__in=categories).distinct()
    found = list(rows[: MOST_PLACES + 1])
    if len(found) > MOST_PLACES:
        raise NotPossibleError(f"名单最多{MOST_PLACES}家机构，请按镇街或类别分次抽取。")
    return found


def _place(held: Draw, one: Institution) -> DrawPlace:
    town = one.town.short_name if one.town else _NO_TOWN
    return DrawPlace(draw=held, institution=one, name=one.name, town=town)


def _inspector(held: Draw, one: User) -> DrawInspector:
    of_it = one.department
    return DrawInspector(
        draw=held, user=one, department=of_it, name=one.name, department_name=of_it.name
    )


def _number(held: Draw) -> None:
    """Numbers from one on, and the names of today: from now on they stand."""
    places = list(held.places.select_related("institution__town"))
    for number, place in enumerate(places, start=1):
        town = place.institution.town
        place.number, place.name = number, place.institution.name
        place.town = town.short_name if town else _NO_TOWN
    DrawPlace.objects.bulk_update(places, ["number", "name", "town"])
    inspectors = list(held.inspectors.select_related("user", "department"))
    for number, one in enumerate(inspectors, start=1):
        one.number, one.name, one.department_name = number, one.user.name, one.department.name
    DrawInspector.objects.bulk_update(inspectors, ["number", "name", "department_name"])


def _enter_result(held: Draw, seed: str) -> int:
    places = {one.number: one for one in held.places.all()}
    inspectors = {one.number: one for one in held.inspectors.all()}
    result = draw(list_of(held), of_list=held.list_sha256, seed=seed)
    for turn, one in enumerate(result, start=1):
        made = DrawnVisit.objects.create(draw=held, place=places[one.place.number], turn=turn)
        made.inspectors.set(inspectors[who.number] for who in one.inspectors)
    return len(result)


def _refuse_unfit(fixed: DrawList) -> None:
    """What could not be drawn, or would not make a visit that may be approved."""
    if fixed.place_count > len(fixed.places):
        raise NotPossibleError(
            f"名单中只有{len(fixed.places)}家机构，不够抽取{fixed.place_count}家。"
        )
    departments = {one.department for one in fixed.inspectors}
    if fixed.from_each * len(departments) < LEAST_INSPECTORS:
        raise NotPossibleError(f"每家机构的检查人员不得少于{LEAST_INSPECTORS}人，且须持执法证。")
    if short := unserved(fixed):
        place, department = short[0]
        rest = f"等{len(short)}处" if len(short) > 1 else ""
        raise NotPossibleError(
            f"{department}可以去“{place.name}”的人员不足{fixed.from_each}人{rest}，请调整名单。"
        )


def _refuse_redraw(former: Draw, reason: str, instead: Draw | None = None) -> None:
    if former.state not in (DrawState.FIXED, DrawState.DRAWN):
        raise NotPossibleError(f"“{former}”{former.get_state_display()}，不需要重新抽取。")
    if not reason:
        raise NotPossibleError("重新抽取须写明理由。")
    if is_planned(former):
        raise NotPossibleError(f"已按“{former}”拟定检查，请先取消这些检查再重新抽取。")
    other = replacement_of(former)
    if other and other != instead:
        raise NotPossibleError(f"“{former}”已由“{other}”重新抽取。")


def _named(names: list[str]) -> str:
    rest = f"等{len(names)}项" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + rest
