"""The draw as arithmetic: nothing but list and seed decides, nobody goes where recused, work is spread evenly."""

import random
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.selection import (
    DrawList,
    DrawnPlace,
    ListedInspector,
    ListedPlace,
    draw,
    hash_of,
    list_bytes,
    result_bytes,
    unserved,
)

DOC = Path(__file__).parents[2] / "docs" / "draw.md"
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)
SEEDS = st.from_regex(r"[0-9A-Za-z]{4,64}", fullmatch=True)


@st.composite
def lists(draws: st.DrawFn, *, recused: bool = True) -> DrawList:
    """Up to twelve institutions and three departments, of which some people may not go to some places."""
    numbers = range(1, draws(st.integers(1, 12)) + 1)
    places = tuple(ListedPlace(one, draws(NAMES), draws(NAMES)) for one in numbers)
    people: list[ListedInspector] = []
    for department in ("教体局", "文旅局", "消防大队")[: draws(st.integers(1, 3))]:
        for _ in range(draws(st.integers(1, 5))):
            away = draws(st.frozensets(st.sampled_from(numbers), max_size=3)) if recused else set()
            number = len(people) + 1
            people.append(ListedInspector(number, draws(NAMES), department, frozenset(away)))
    return DrawList(
        title=draws(NAMES),
        place_count=draws(st.integers(1, len(places))),
        from_each=draws(st.integers(1, 2)),
        seed_source=draws(NAMES),
        places=places,
        inspectors=tuple(people),
    )


def small(**given: object) -> DrawList:
    """Twenty institutions, two departments of four, five are drawn."""
    places = tuple(ListedPlace(one, f"机构{one}", "定边镇") for one in range(1, 21))
    people = tuple(
        ListedInspector(one, f"人员{one}", "教体局" if one < 5 else "文旅局") for one in range(1, 9)
    )
    plain = DrawList("秋季抽取", 5, 1, "体彩第26320期", places, people)
    return replace(plain, **given)  # type: ignore[arg-type]  # whatever the test is about


def drawn(fixed: DrawList, seed: str) -> list[DrawnPlace]:
    return draw(fixed, of_list=hash_of(list_bytes(fixed)), seed=seed)


@given(lists(), SEEDS, st.randoms())
def test_the_order_in_which_the_list_is_given_decides_nothing(
    fixed: DrawList, seed: str, shuffled: random.Random
) -> None:
    places, people = list(fixed.places), list(fixed.inspectors)
    shuffled.shuffle(places)
    shuffled.shuffle(people)
    other = replace(fixed, places=tuple(places), inspectors=tuple(people))

    assert list_bytes(other) == list_bytes(fixed)
    assert drawn(other, seed) == drawn(fixed, seed)


@given(lists(), SEEDS)
def test_as_many_are_drawn_as_the_list_says_and_nobody_goes_where_recused(
    fixed: DrawList, seed: str
) -> None:
    result = drawn(fixed, seed)
    short = {(place.number, department) for place, department in unserved(fixed)}

    assert len({one.place.number for one in result}) == len(result) == fixed.place_count
    for one in result:
        assert all(one.place.number not in who.recused for who in one.inspectors)
        sent = Counter(who.department for who in one.inspectors)
        for department in {who.department for who in fixed.inspectors}:
            enough = (one.place.number, department) not in short
            assert (sent[department] == fixed.from_each) is enough


@given(lists(recused=False), SEEDS)
def test_without_recusals_everybody_of_a_department_goes_equally_often_within_one(
    fixed: DrawList, seed: str
) -> None:
    times = Counter(who.number for one in drawn(fixed, seed) for who in one.inspectors)

    for department in {who.department for who in fixed.inspectors}:
        often = [times[who.number] for who in fixed.inspectors if who.department == department]
        assert max(often) - min(often) <= 1


@given(lists(), SEEDS)
def test_nobody_is_sent_while_a_colleague_who_could_go_was_sent_less_often(
    fixed: DrawList, seed: str
) -> None:
    times: Counter[int] = Counter()
    for one in drawn(fixed, seed):
        for who in fixed.inspectors:
            if who in one.inspectors or one.place.number in who.recused:
                continue
            sent = [other for other in one.inspectors if other.department == who.department]
            assert all(times[other.number] <= times[who.number] for other in sent)
        times.update(who.number for who in one.inspectors)


def test_another_seed_draws_otherwise_and_so_does_the_same_seed_on_another_list() -> None:
    results = {str(drawn(small(), str(seed))) for seed in range(1000, 1050)}
    orders = {
        tuple(one.place.number for one in drawn(small(title=str(turn)), "1234"))
        for turn in range(50)
    }

    assert len(results) == 50
    assert len(orders) == 50
    assert drawn(small(), "1234") == drawn(small(), "1234")


def test_every_institution_is_drawn_about_as_often_as_any_other() -> None:
    times = Counter(
        one.place.number for seed in range(2000) for one in drawn(small(), f"{seed:05}")
    )

    # A binomial of 2000 and a quarter: five deviations to either side.
    assert set(times) == set(range(1, 21))
    assert all(400 < often < 600 for often in times.values())


def test_an_institution_that_a_department_could_not_serve_is_told() -> None:
    people = [replace(one, recused=frozenset({3})) for one in small().inspectors[:4]]

    assert unserved(small(inspectors=(*people, *small().inspectors[4:]))) == [
        (small().places[2], "教体局")
    ]
    assert unserved(small()) == []


def test_the_result_is_the_one_that_was_drawn_on_the_day_this_was_written() -> None:
    result = [
        (one.place.number, *(who.number for who in one.inspectors))
        for one in drawn(small(), "73046")
    ]

    assert hash_of(list_bytes(small()))[:16] == "363d9d647d16ddd4"
    assert result == [(5, 3, 6), (9, 2, 5), (12, 1, 8), (10, 4, 7), (20, 3, 8)]


def test_a_name_is_never_a_formula() -> None:
    fixed = small(title="=1+1", places=(ListedPlace(1, "@求和", "+1"),), place_count=1)

    text = list_bytes(fixed).decode("utf-8-sig")

    assert "规则,1,名称,'=1+1,\r\n" in text
    assert "机构,1,'@求和,'+1,\r\n" in text


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that the documentation prints."""
    (code,) = re.findall(r"```python\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path_factory.mktemp("draw") / "draw.py"
    path.write_text(code, encoding="utf-8")
    return path


def recomputed(script: Path, data: bytes, seed: str) -> bytes:
    file = script.with_name("list.csv")
    file.write_bytes(data)
    command = [sys.executable, "-I", str(script), str(file), seed]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 -- the documentation's own


@settings(max_examples=8, deadline=None)
@given(fixed=lists(), seed=SEEDS)
def test_whoever_has_the_list_recomputes_the_result_by_the_printed_program(
    script: Path, fixed: DrawList, seed: str
) -> None:
    assert recomputed(script, list_bytes(fixed), seed) == result_bytes(drawn(fixed, seed))
