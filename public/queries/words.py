"""What the public is told about a place that is not on the list: one plain sentence."""

import re

from foundation.clock.words import day_words
from institutions.queries.standing import Standing

_NOT_CHOSEN = Standing(
    False, "warn", "未列入本期", why="状态正常，但没有列入最近一期白名单，请拨打电话核实"
)
_TELLS_ITS_DAY = re.compile(r"自(\d{4}年)?\d+月")


def left_out(standing: Standing) -> Standing:
    """The standing of a place that the current issue does not hold: one in order is not on the list either."""
    return _NOT_CHOSEN if standing.is_good else standing


def left_words(standing: Standing) -> str:
    """Since when and why; a reason that tells its own day is not told it twice."""
    why = standing.why.strip().rstrip("。；;")
    if standing.since is None or _TELLS_ITS_DAY.match(why):
        return f"{why}。" if why else ""
    since = f"自{day_words(standing.since)}起{standing.word}"
    return f"{since}：{why}。" if why else f"{since}。"
