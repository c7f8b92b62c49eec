"""Moving the demo's clock."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from foundation.clock.models import ClockOffset
from foundation.clock.queries import computer_now, county_zone, forget_offset
from foundation.workflow import NotPossibleError


def parse_moment(text: str) -> datetime:
    """An ISO moment; without a zone it is meant in the county's time."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NotPossibleError(
            f"“{text}”不是可用的时刻，请写成 2026-07-05T09:00 这样的形式。"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=county_zone())


@transaction.atomic
def move_clock(*, to: datetime) -> ClockOffset:
    """The demo's clock shows this moment from now on. The caller writes the line in the trail."""
    if not settings.CLOCK_CAN_MOVE:
        raise NotPossibleError("只有演示系统（DEMO=1）可以调整时钟；正式系统使用真实时间。")
    row, _ = ClockOffset.objects.update_or_create(only=1, defaults={"offset": to - computer_now()})
    forget_offset()
    return row
