"""What the pages of everybody are as old as."""

from django.db import models


class PublicMark(models.Model):
    """One row that differs after every change that the public can see.

    It is drawn, not counted: a restored or newly loaded database never comes to a mark that it had.
    """

    mark = models.CharField(max_length=16)

    def __str__(self) -> str:
        return self.mark
