"""The demo county's first day of visits as its departments wrote it down: answers, problems of both kinds, photos, signatures,
conclusions; and which results the office has published."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from dingbian_supervision.demo.evidence import DemoEvidence
from foundation.accounts.models import User
from inspections.actions.answers import Given, answer_items
from inspections.actions.disclosures import decide_disclosure, propose_disclosure
from inspections.actions.found import Found
from inspections.actions.visits import begin_inspection, conclude_inspection
from inspections.models import ChecklistItem, Disclosure, Inspection, Mode, Value
from inspections.queries.sheets import Part, parts_of
from inspections.sync.taking import take_act

# What is found where: the visit's place in the day, the item, the fact, how it was put right at once.
_PROBLEMS = {
    (0, "F2"): ("二楼疏散通道堆放教具，宽度不足", "现场清理，通道恢复畅通"),
    (0, "C6"): ("抽查合同5份，其中2份未使用2021版示范文本", ""),
    (2, "B1"): ("收费公示栏没有退费办法", "当场补贴退费办法"),
    (2, "E2"): ("视频只能调取最近12天", ""),
    (3, "F4"): ("一层灭火器2具压力不足", ""),
    (5, "D4"): ("3名教师没有签订劳动合同", ""),
    (6, "F5"): ("教室插线板串接使用", "现场拆除串接的插线板"),
    (6, "C2"): ("线下收取一期课程费，未在平台上架", ""),
    (8, "A5"): ("办学许可证没有张贴", "当场张贴"),
    (9, "F6"): ("6月没有开课前防火检查记录", ""),
    (9, "B7"): ("部分收费没有开具票据", ""),
    (10, "A7"): ("招生海报有“保证提高”字样，未报备", ""),
}
# So many visits of the day are not concluded yet.
_UNCONCLUDED = 2
# So many results are public.
_PUBLISHED = 4


@dataclass(frozen=True)
class DemoRecords:
    """Lets the inspectors of one day write down what they saw, each for the own department."""

    people: dict[str, User]
    at: Callable[[int], datetime]

    def tell(self, rows: Iterable[Inspection]) -> None:
        """All begun and answered; the last but one waits for its conclusion, in the last two departments differ."""
        rows = list(rows)
        for number, row in enumerate(rows):
            self._begin(row)
            parts = parts_of(row)
            is_last = row == rows[-1]
            for part in parts[: len(parts) - is_last]:
                self._answer(row, number, part, parts, is_last=is_last)
            evidence = DemoEvidence(self.at(1))
            evidence.photograph(row, number)
            if number < len(rows) - _UNCONCLUDED:
                evidence.sign(row, number, self._by(row))
                self._conclude(row)
        self._send_too_late(rows[0])
        self._publish(rows)

    def _by(self, row: Inspection) -> User:
        """The one inspector of the lead."""
        return row.inspectors.get(section__department=row.lead, left_at=None).user

    def _begin(self, row: Inspection) -> None:
        row.refresh_from_db()
        at = self.at(1)
        begin_inspection(
            inspection=row, version=row.version, begun_at=at, by=self._by(row).actor, at=at
        )

    def _answer(
        self, row: Inspection, number: int, part: Part, parts: list[Part], *, is_last: bool
    ) -> None:
        """What a department before has looked at is looked at once; in the last visit two see it differently."""
        before = {item.pk for one in parts[: parts.index(part)] for item in one.items}
        answers = [
            _seen_otherwise(item, is_last=is_last) if item.pk in before else _answered(number, item)
            for item in part.items
        ]
        if answers:
            by = part.people[0].user.actor
            answer_items(inspection=row, answers=answers, by=by, at=self.at(1))

    def _send_too_late(self, row: Inspection) -> None:
        """A phone that had no network answers a visit that is over: refused, and kept for the office."""
        part, at = parts_of(row)[0], self.at(1)
        note = "补充：许可证正本已当场核对"
        said: dict[str, Any] = {
            "id": str(uuid4()),
            "visit": str(row.pk),
            "checklist": str(row.checklist_id),
            "kind": "answer",
            "at": at.isoformat(),
            "offset": None,
            "body": {"item": part.items[0].pk, "value": Value.MET, "note": note},
            "blobs": [],
        }
        text = json.dumps(said, ensure_ascii=False).encode()
        take_act(text=text, sent_at=None, by=part.people[0].user, at=at)

    def _conclude(self, row: Inspection) -> None:
        at, by = self.at(1), self._by(row).actor
        row.refresh_from_db()
        has_problems = row.findings.exists()
        conclude_inspection(
            inspection=row,
            version=row.version,
            ended_at=at,
            conclusion="发现的问题已当场指出，能当场改正的已改正，其余限期整改。"
            if has_problems
            else "未发现问题，请继续规范办学。",
            by=by,
            at=at,
        )

    def _publish(self, rows: Iterable[Inspection]) -> None:
        """Of the concluded ones the first results are public, the next waits for the second hand, the rest for the first."""
        owed = Disclosure.objects.filter(inspection__in=rows).order_by("inspection")
        for one in owed[: _PUBLISHED + 1]:
            propose_disclosure(
                disclosure=one,
                version=one.version,
                is_to_publish=True,
                by=self.people["office"].actor,
                at=self.at(0),
            )
        for one in owed[:_PUBLISHED]:
            decide_disclosure(
                disclosure=one, version=one.version, by=self.people["lead"].actor, at=self.at(0)
            )


def _seen_otherwise(item: ChecklistItem, *, is_last: bool) -> Given:
    if is_last and item.code == "C6":
        return Given(uuid4(), item.pk, Value.NOT_APPLICABLE, "本期未签合同")
    return Given(uuid4(), item.pk, Value.NOT_LOOKED_AT, "本组另一部门已检查")


def _answered(number: int, item: ChecklistItem) -> Given:
    """Fine, unless the table of problems knows better."""
    fact, fixed = _PROBLEMS.get((number, item.code), ("", ""))
    if not fact:
        return Given(uuid4(), item.pk, Value.MET)
    mode = Mode.ON_THE_SPOT if fixed else Mode.IN_TIME
    found = Found(uuid4(), fact, item.severity, mode, item.default_days, fixed)
    return Given(uuid4(), item.pk, Value.NOT_MET, "", found)
