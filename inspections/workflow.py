"""The life of a checklist's version, of a campaign and of a task in it, each as a table."""

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


class CampaignState(TextChoices):
    PLANNING = "planning", "筹备中"
    RUNNING = "running", "进行中"
    ENDED = "ended", "已结束"
    CANCELLED = "cancelled", "已取消"


CAMPAIGN = Workflow(
    "专项行动",
    CampaignState,
    {
        CampaignState.PLANNING: {
            "start": CampaignState.RUNNING,
            "cancel": CampaignState.CANCELLED,
        },
        CampaignState.RUNNING: {
            "end": CampaignState.ENDED,
            "cancel": CampaignState.CANCELLED,
        },
        CampaignState.ENDED: {},
        CampaignState.CANCELLED: {},
    },
)


class TaskState(TextChoices):
    OPEN = "open", "待上报"
    REPORTED = "reported", "已上报"


# Overdue is no state: it follows from the due day.
TASK = Workflow(
    "任务",
    TaskState,
    {
        TaskState.OPEN: {"report": TaskState.REPORTED},
        TaskState.REPORTED: {"send back": TaskState.OPEN},
    },
)
