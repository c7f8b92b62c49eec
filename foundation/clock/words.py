"""How the office writes a day."""

from datetime import date


def day_words(day: date) -> str:
    """2023年7月10日: no leading zero, no hyphen."""
    return f"{day.year}年{day.month}月{day.day}日"
