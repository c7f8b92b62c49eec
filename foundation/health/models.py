"""When beat and worker were last seen alive."""

from django.db import models


class Heartbeat(models.Model):
    """One row per process kind. The times are the computer's own, never the office's moved clock."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "心跳"

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
