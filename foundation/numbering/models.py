"""Series of document numbers: how far each has come."""

from django.db import models


class Series(models.Model):
    """One series, such as the issues of the white list."""

    code = models.SlugField("代码", max_length=40, unique=True)
    last = models.PositiveIntegerField("最近编号", default=0)

    class Meta:
        verbose_name = "编号系列"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code}: {self.last}"
