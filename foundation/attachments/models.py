"""Files that belong to something; what they belong to holds the link and decides who may see them."""

import uuid

from django.conf import settings
from django.db import models


class Attachment(models.Model):
    """One stored file. Its place in the store is made by the server and tells nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("文件名", max_length=200)
    file = models.FileField("文件", max_length=200, editable=False)
    sha256 = models.CharField("校验值", max_length=64, editable=False)
    media_type = models.CharField("类型", max_length=100, editable=False)
    size = models.PositiveBigIntegerField("大小", editable=False)
    stored_at = models.DateTimeField("存入时间", editable=False)
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="存入人",
    )

    class Meta:
        verbose_name = "附件"
        ordering = ("-stored_at",)

    def __str__(self) -> str:
        return self.name
