"""Files that belong to something; what they belong to holds the link and decides who may see them."""

import uuid

from django.conf import settings
from django.db import models

from foundation.facts import both_or_neither

# Where in the store the files lie, in folders by the first signs of their names.
FOLDER = "attachments"


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


class EvidenceKind(models.TextChoices):
    PHOTO = "photo", "照片"
    SIGNATURE = "signature", "签名"


class Evidence(models.Model):
    """A photo or a signature, byte for byte as the phone has sent it, and the copies made of it for pages and papers."""

    # Given by the phone, which sends the same content under the same name until it has a receipt.
    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField("种类", max_length=10, choices=EvidenceKind.choices, editable=False)
    original = models.OneToOneField(
        Attachment, models.PROTECT, related_name="+", editable=False, verbose_name="原件"
    )
    # Of a photo made after it has arrived: `shown_copy` gives it at any time.
    shown = models.OneToOneField(
        Attachment,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="网页用副本",
    )
    stamped = models.OneToOneField(
        Attachment,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="加注时间地点的副本",
    )
    # What the camera noted; the place only where the officer has allowed it.
    taken_at = models.DateTimeField("相机记录的拍摄时间", null=True, editable=False)
    latitude = models.DecimalField(
        "纬度", max_digits=9, decimal_places=6, null=True, editable=False
    )
    longitude = models.DecimalField(
        "经度", max_digits=9, decimal_places=6, null=True, editable=False
    )

    class Meta:
        verbose_name = "证据材料"
        constraints = (both_or_neither("latitude", "longitude"),)
        indexes = (
            models.Index(
                fields=["id"],
                name="attachments_without_a_copy",
                condition=models.Q(shown__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.original.sha256[:8]}"
