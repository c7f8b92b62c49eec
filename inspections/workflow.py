"""The life of a checklist's version, of a campaign and of a duty in it, each as a table."""

from django.db.models import TextChoices

from foundation.workflow import Workflow


class ChecklistState(TextChoices):
    DRAFT = "draft", "草稿"
    RELEASED = "released", "已发布"
    DISCARDED = "discarded", "已作废"


# "In force" and "replaced" are no states: they follow from the effective days.
CHECKLIST = Workflow(
    "检查表",
    ChecklistState,
    {
        ChecklistState.DRAFT: {
            "release": ChecklistState.RELEASED,
            "discard": ChecklistState.DISCARDED,
        },
        ChecklistState.RELEASED: {},
        ChecklistState.DISCARDED: {},
    },
)
