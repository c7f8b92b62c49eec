"""How a number is written."""

from foundation.numbering.models import Series


def written(series: str, number: int, year: int | None = None) -> str:
    """The number as the office writes it: 2023年第5期."""
    pattern = Series.objects.values_list("pattern", flat=True).get(code=series)
    return pattern.replace("{year}", str(year or "")).replace("{number}", str(number))
