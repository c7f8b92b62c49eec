"""Series of document numbers: how each is written, and how far it has come."""

from django.db import models


class Series(models.Model):
    """One series, such as the issues of the white list. The office edits how its numbers look."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    pattern = models.CharField(
        "编号样式",
        max_length=100,
        default="{year}年第{number}期",
        help_text="可用 {year}、{number}",
    )

    class Meta:
        verbose_name = "编号系列"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """The last number given in a series and year; year 0 counts through all years."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="counters")
    year = models.PositiveSmallIntegerField("年份", default=0)
    last = models.PositiveIntegerField("最近编号", default=0)

    class Meta:
        verbose_name = "编号进度"
        constraints = (
            models.UniqueConstraint(fields=("series", "year"), name="numbering_one_counter_a_year"),
        )

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
