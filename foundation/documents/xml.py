"""Signs that no XML holds, as workbooks and Word papers are made of XML."""

import re

_NO_SIGNS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def without_illegal_signs(text: str) -> str:
    """The text as XML can hold it."""
    return _NO_SIGNS.sub("", text)
