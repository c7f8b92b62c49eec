"""Log lines for people and machines, without telephone and identity numbers."""

import logging
import re

# A mobile number keeps its ends, an identity number its region; a longer run of digits is neither.
MOBILE = re.compile(r"(?<![0-9A-Za-z])(1[3-9]\d)\d{4}(\d{4})(?![0-9A-Za-z])")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})(?:19|20)\d{9}[0-9Xx](?![0-9A-Za-z])")


def mask(text: str) -> str:
    """The text with the middle of every such number starred out."""
    return IDENTITY.sub(r"\1************", MOBILE.sub(r"\1****\2", text))


class MaskingFormatter(logging.Formatter):
    """The whole line is masked, tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))
