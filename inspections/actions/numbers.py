"""The numbers of a subject's papers: 定教体检批〔2023〕1号, from one each year."""

from datetime import datetime

from foundation.accounts.models import Department
from foundation.actor import Actor
from foundation.clock.queries import county_day
from foundation.numbering.actions import next_number

# Series of the papers, and the word that stands for each in a number.
APPROVAL = ("inspection-approval", "检批")
NOTICE = ("inspection-notice", "检通")
RECORD = ("inspection-record", "检录")


def paper_number(series: tuple[str, str], subject: Department, by: Actor, at: datetime) -> str:
    """The next number of this kind of paper in this subject's name."""
    code, word = series
    year = county_day(at).year
    number = next_number(series=code, subject=subject.code, year=year, by=by, at=at)
    return f"{subject.paper_word or subject.short_name}{word}〔{year}〕{number}号"
