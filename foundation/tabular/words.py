"""The plain side of a text: what is invisible, wide or empty in it does not count."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
# What NFKC and folding leave as it is, and most cells are: told at once.
_FOLDED = re.compile(r"[0-9A-Za-z\u4e00-\u9fff。、“”《》·.,/()#@:;+-]*", re.ASCII)
_SPACES = re.compile(r"[^\S\n]+")
_WIDE = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_BLANK = {
    "",
    "无",
    "没有",
    "暂无",
    "未填",
    "空",
    "不详",
    "/",
    "\\",
    "//",
    "n/a",
    "na",
    "none",
    "null",
    "nan",
    ".",
}
_DASHES = re.compile(r"[-‐-―─—_*\s]*")


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """A value, or the Chinese reason why there is none; neither where nothing was written."""

    value: T | None = None
    reason: str = ""


def fold(text: str) -> str:
    """For comparing and parsing: NFKC, without the invisible, without outer blanks. Idempotent."""
    if _FOLDED.fullmatch(text):
        return text
    while True:
        folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()
        if folded == text:
            return folded
        text = folded


def tidy(text: str) -> str:
    """For keeping and showing: invisible characters gone, blanks single, digits and letters narrow.

    Chinese punctuation and line breaks stay as they were written. Idempotent.
    """
    if _FOLDED.fullmatch(text):
        return text
    plain = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_WIDE)
    lines = (_SPACES.sub(" ", line).strip() for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)


def is_blank(text: str) -> bool:
    """True for the many ways of writing nothing: 无, /, -, —, 暂无."""
    plain = fold(text).lower()
    return plain in _BLANK or not _DASHES.sub("", plain)
