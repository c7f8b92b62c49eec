"""Series of document numbers: how far each has come."""

from django.db import models


class Series(models.Model):
    """One series: the issues of a list, or one kind of paper of one department in one year."""

    code = models.SlugField("代码", max_length=40)
    # Whose papers they are, by its code, and of which year; a series of the whole portal has neither.
    subject = models.SlugField("发文部门", max_length=32, blank=True)
    year = models.PositiveSmallIntegerField("年度", null=True)
    last = models.PositiveIntegerField("最近编号", default=0)

    class Meta:
        verbose_name = "编号系列"
        ordering = ("code", "subject", "year")
        constraints = (
            models.UniqueConstraint(
                fields=["code", "subject", "year"],
                name="numbering_one_series_a_subject_and_year",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return "-".join(str(one) for one in (self.code, self.subject, self.year) if one)
