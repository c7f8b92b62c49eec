"""What the public is told about a place that is not on the list: one plain sentence."""

import re

from foundation.clock.words import day_words
from institutions.queries.standing import Standing

_TELLS_ITS_DAY = re.compile(r"自(\d{4}年)?\d+月")


def left_words(standing: Standing) -> str:
    """Since when and why; a reason that tells its own day is not told it twice."""
    why = standing.why.strip().rstrip("。；;")
    if standing.since is None or _TELLS_ITS_DAY.match(why):
        return f"{why}。" if why else ""
    since = f"自{day_words(standing.since)}起{standing.word}"
    return f"{since}：{why}。" if why else f"{since}。"
