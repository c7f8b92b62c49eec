"""The trail: who did what, when, to what, with what before and after."""

from typing import Any

from django.db import models

from foundation.audit.changes import Change


class AuditEvent(models.Model):
    """One act. Rows are only ever added. There are no foreign keys: the trail outlives what it tells of."""

    # Numbered without a gap under the lock at the tail: a missing number is a missing line.
    id = models.BigIntegerField("序号", primary_key=True)
    day = models.DateField("日期", db_index=True)
    at = models.DateTimeField("时间")
    act = models.CharField("行为", max_length=80)
    target = models.CharField("对象", max_length=120)
    target_label = models.CharField("对象名称", max_length=300)
    subject = models.CharField("所属对象", max_length=120)
    by_key = models.CharField("操作人标识", max_length=40)
    by_label = models.CharField("操作人", max_length=150)
    address = models.CharField("来源地址", max_length=64, blank=True)
    words = models.TextField("事项")
    changes = models.JSONField("变更内容", default=dict, blank=True)
    reason = models.TextField("理由", blank=True)
    document = models.TextField("文书", blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "操作留痕"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("subject", "-id"), name="audit_event_subject"),
            models.Index(fields=("act", "-id"), name="audit_event_act"),
            models.Index(fields=("by_key", "-id"), name="audit_event_by"),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.by_label} {self.words}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a line of the trail is never changed")
        super().save(*args, **kwargs)

    @property
    def changed(self) -> list[Change]:
        """Before and after, field by field, for the timeline."""
        stored = sorted(self.changes.values(), key=lambda change: change["place"])
        return [Change(one["label"], one["before"], one["after"]) for one in stored]


class LastExport(models.Model):
    """At most one row: how far the heads were carried out. A file of heads that ends before is not whole."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    last = models.BigIntegerField("已导出到第几条")
    at = models.DateTimeField("导出时间")

    class Meta:
        verbose_name = "链头导出"
        constraints = (
            models.CheckConstraint(condition=models.Q(only=1), name="audit_last_export_is_one_row"),
        )

    def __str__(self) -> str:
        return f"链头已导出到第 {self.last} 条"


class VerificationRun(models.Model):
    """One verification of the trail, and what it found."""

    at = models.DateTimeField("校验时间")
    ok = models.BooleanField("是否完整")
    lines = models.BigIntegerField("条数")
    heads = models.PositiveIntegerField("已导出链头数")
    words = models.TextField("结论")

    class Meta:
        verbose_name = "留痕校验"
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.words
