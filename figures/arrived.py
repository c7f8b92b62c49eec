"""What has arrived in the office in the end, for the figure `offline`: rows, and files by their own bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.db.models import Count

from figures.phones import Promise
from foundation.attachments.models import Evidence
from inspections.models import Answer, Finding, Photo, Receipt, Signature


@dataclass
class Office:
    """What the office's tables and files hold in the end."""

    receipts: dict[str, tuple[str, str]]
    effects: dict[str, set[str]]
    # Each photo and signature by the mark of the bytes that lie on the disk.
    files: dict[str, str]
    doubled: int

    @classmethod
    def now(cls, media: Path) -> "Office":
        """Looked up once, after all is over."""
        receipts = {
            str(pk): (mark, outcome)
            for pk, mark, outcome in Receipt.objects.values_list("pk", "sha256", "outcome")
        }
        effects = {
            "answer": _names(Answer.objects.values_list("uuid")),
            "finding": _names(Finding.objects.values_list("uuid")),
            "photo": _names(Photo.objects.values_list("evidence")),
            "sign": _names(Signature.objects.exclude(evidence=None).values_list("evidence")),
        }
        files = {
            str(one.pk): _mark_of(one, media) for one in Evidence.objects.select_related("original")
        }
        return cls(receipts, effects, files, _doubled())

    def has(self, pk: str, promise: Promise) -> bool:
        """The text, its effect and each of its photos."""
        if self.receipts.get(pk) != (promise.sha256, "done"):
            return False
        if promise.kind == "answer" and pk not in self.effects["answer"]:
            return False
        if promise.kind in ("photo", "sign"):
            return all(
                one in self.effects[promise.kind] and one in self.files for one in promise.blobs
            )
        return True


def _names(rows: Iterable[tuple[object]]) -> set[str]:
    return {str(one) for (one,) in rows}


def _mark_of(evidence: Evidence, media: Path) -> str:
    return sha256((media / str(evidence.original.file.name)).read_bytes()).hexdigest()


def _doubled() -> int:
    """What is there twice: answers and problems by their words, which no two share; of a photo the tables hold one."""
    twice = (
        Answer.objects.exclude(note="").values("inspection", "item", "by", "note"),
        Finding.objects.values("inspection", "fact"),
    )
    return sum(
        rows.annotate(times=Count("pk", distinct=True)).filter(times__gt=1).count()
        for rows in twice
    )
