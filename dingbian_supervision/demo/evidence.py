"""Photos and signatures of the demo county's visits: put beside what they show, before the conclusion."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.core.files.base import ContentFile

from dingbian_supervision.demo.pictures import board, corridor, handwriting
from foundation.accounts.models import User
from foundation.attachments.actions import take_photo, take_signature
from foundation.attachments.models import Evidence
from foundation.clock.words import day_words
from inspections.actions.photos import add_photo
from inspections.actions.signatures import sign_visit
from inspections.actions.uploads import taken_in
from inspections.models import Finding, Inspection, SignatureRole

# What is seen where: the visit's place in the day, the item, the picture before and the one after.
_SEEN: dict[tuple[int, str], list[Callable[[], bytes]]] = {
    (0, "F2"): [partial(corridor, is_blocked=True), partial(corridor, is_blocked=False)],
    (2, "B1"): [partial(board, papers=3), partial(board, papers=7)],
    (3, "F4"): [partial(corridor, is_blocked=False)],
    (8, "A5"): [partial(board, papers=5), partial(board, papers=6)],
}
# At these the place itself is photographed too: the first, and the last, which still runs.
_WHOLE = (0, 11)
_REFUSING, _ON_PAPER = 3, 5


@dataclass(frozen=True)
class DemoEvidence:
    """Lets the inspectors of one visit photograph and sign."""

    at: datetime

    def photograph(self, row: Inspection, number: int) -> None:
        """Beside each problem of the table, before and after it was put right."""
        for finding in row.findings.select_related("item__area", "found_by", "section__department"):
            seen = _SEEN.get((number, finding.item.code)) if finding.item else None
            for after, draw in enumerate(seen or ()):
                self._add(row, finding, draw(), after=bool(after))
        if number in _WHOLE:
            by = row.inspectors.filter(left_at=None)[0].user
            kept = self._kept(take_photo, board(papers=8), by)
            add_photo(inspection=row, evidence=kept, by=by.actor, at=self.at)

    def sign(self, row: Inspection, number: int, by: User) -> None:
        """The principal on the screen, once on paper; one refuses. At the first place every officer signs too."""
        name = row.institution.contact_name if row.institution else ""
        role = SignatureRole.SITE
        if number == _REFUSING:
            sign_visit(
                inspection=row,
                role=role,
                name=name,
                post="校长",
                refused="认为灭火器压力不足属正常损耗，不同意登记为问题",
                witness="白社区",
                by=by.actor,
                at=self.at,
            )
            return
        on_paper = number == _ON_PAPER
        written = None if on_paper else self._kept(take_signature, handwriting(name), by)
        sign_visit(
            inspection=row,
            role=role,
            name=name,
            post="校长",
            evidence=written,
            on_paper=on_paper,
            by=by.actor,
            at=self.at,
        )
        people = [one.user for one in row.inspectors.filter(left_at=None).select_related("user")]
        for one in people if number == 0 else [by]:
            kept = self._kept(take_signature, handwriting(str(one)), one)
            sign_visit(
                inspection=row,
                role=SignatureRole.OFFICER,
                evidence=kept,
                by=one.actor,
                at=self.at,
            )

    def _add(self, row: Inspection, finding: Finding, picture: bytes, *, after: bool) -> None:
        by = finding.found_by
        stamp = [str(row.place), day_words(row.planned_on), str(finding.section)]
        add_photo(
            inspection=row,
            evidence=self._kept(take_photo, picture, by),
            finding=finding,
            after=after,
            stamp=stamp,
            by=by.actor,
            at=self.at,
        )

    def _kept(self, take: Callable[..., Evidence], data: bytes, by: User) -> Evidence:
        return taken_in(take, ContentFile(data, name="图"), uuid4(), by.actor, self.at)
