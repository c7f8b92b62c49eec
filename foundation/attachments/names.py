"""File names as a person may read them: no path, no invisible sign, no reversed text."""

import unicodedata

LONGEST = 120
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_RESERVED = '<>:"|?*'


def clean_name(name: str, suffix: str = "") -> str:
    """The last part of the path without what misleads; `suffix` is what the content really is."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(
        sign
        for sign in last
        if unicodedata.category(sign) not in _INVISIBLE and sign not in _RESERVED
    )
    if suffix:
        seen = _without_suffix(seen.strip())
    stem = " ".join(seen.split())
    return (stem.strip(". ")[: LONGEST - len(suffix)].strip(". ") or "未命名") + suffix


def _without_suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and suffix.isascii() and suffix.isalnum() and len(suffix) <= 5 else name
