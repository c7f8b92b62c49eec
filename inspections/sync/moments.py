"""When it really happened: the phone's clock, corrected by what is known of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from foundation.clock.queries import offset as office_offset

_TOLERATED = timedelta(minutes=5)
_EVER = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PhoneClock:
    """What is known of a phone's clock: when it says the act happened, by how much it was wrong when it last
    asked, and what it says while it sends."""

    at: datetime
    offset: int | None
    sent_at: datetime | None
    received_at: datetime

    @property
    def _corrections(self) -> list[timedelta]:
        """The measured one first: the clock may have been set since, and then the other is right."""
        found = [] if self.offset is None else [timedelta(milliseconds=self.offset)]
        return found if self.sent_at is None else [*found, self.received_at - self.sent_at]

    @property
    def is_wrong(self) -> bool:
        """By more than five minutes; where the office's own clock was moved, that is not the phone's fault."""
        moved = office_offset()
        ahead = self._said - self.received_at > _TOLERATED
        return ahead or any(abs(one - moved) > _TOLERATED for one in self._corrections)

    @property
    def _said(self) -> datetime:
        return self.at + next(iter(self._corrections), timedelta(0))

    def moment(self, earliest: datetime | None) -> datetime:
        """Never after now; and by a clock that is wrong not before what must have come first."""
        if not self.is_wrong:
            return min(self._said, self.received_at)
        first = earliest or _EVER
        possible = [self.at + one for one in self._corrections]
        likely = [one for one in possible if first <= one <= self.received_at + _TOLERATED]
        return max(first, min(next(iter(likely), self._said), self.received_at))
