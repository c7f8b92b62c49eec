"""What phones have sent: every text as it came, what came of it, and the answer that it gets whenever it comes again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from inspections.models.inspection import Inspection


class ReceiptOutcome(models.TextChoices):
    DONE = "done", "已办"
    EARLY = "early", "等待前一步"
    INCOMPLETE = "incomplete", "缺照片"
    CONFLICT = "conflict", "冲突"
    REFUSED = "refused", "未接收"


# Asked again these may end otherwise; the others are given again word for word.
OPEN_OUTCOMES = (ReceiptOutcome.EARLY, ReceiptOutcome.INCOMPLETE)


class Receipt(models.Model):
    """One act of one person under the number that the phone has made for it."""

    id = models.UUIDField(primary_key=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Empty where the person has no part in the visit that the act names, or it names none.
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, related_name="receipts", editable=False
    )
    kind = models.CharField("事项", max_length=10, blank=True, editable=False)
    # The problem that the act writes down: what names it waits for it, or is refused with it.
    finding = models.UUIDField(null=True, db_index=True, editable=False)
    text = models.TextField("原文", editable=False)
    sha256 = models.CharField("校验值", max_length=64, editable=False)
    outcome = models.CharField(
        "结果", max_length=10, choices=ReceiptOutcome.choices, editable=False
    )
    words = models.TextField("说明", editable=False)
    answer = models.JSONField(editable=False)
    received_at = models.DateTimeField("送达时间", editable=False)
    answered_at = models.DateTimeField("办理时间", editable=False)
    # The phone's clock when it happened and when it was first sent, and by how many milliseconds it had
    # last found the server's clock ahead.
    phone_at = models.DateTimeField("手机记录的时间", null=True, editable=False)
    phone_sent_at = models.DateTimeField("手机的发送时间", null=True, editable=False)
    phone_offset = models.BigIntegerField(null=True, editable=False)
    clock_is_wrong = models.BooleanField("手机时间不准", default=False, editable=False)
    # Who of the office has brought it as a file, where no phone could send it.
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "手机送达记录"
        ordering = ("-received_at", "pk")
        indexes = (
            models.Index(
                fields=["-received_at"],
                name="inspections_receipts_amiss",
                condition=~Q(outcome=ReceiptOutcome.DONE) | Q(clock_is_wrong=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.by}的{self.kind or '手机记录'}"

    @property
    def tone(self) -> str:
        """How loudly a page shows what came of it."""
        tones = {ReceiptOutcome.DONE: "good", ReceiptOutcome.EARLY: "warn"}
        return tones.get(ReceiptOutcome(self.outcome), "bad")

    @property
    def is_settled(self) -> bool:
        """Is this the answer for good?"""
        return self.outcome not in OPEN_OUTCOMES


class OtherText(models.Model):
    """Another text, or another person's, that came under a number already taken: both are kept."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="others")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField("原文", editable=False)
    sha256 = models.CharField("校验值", max_length=64, editable=False)
    received_at = models.DateTimeField("送达时间", editable=False)

    class Meta:
        verbose_name = "同编号的另一份内容"
        ordering = ("received_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["receipt", "by", "sha256"], name="inspections_an_other_text_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.by}（{self.sha256[:8]}）"
