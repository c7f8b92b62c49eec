"""The lives of a checklist's version, a campaign, a task in it, a draw, an inspection, a finding and a published result, each as a table."""

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


class DrawState(TextChoices):
    DRAFT = "draft", "草稿"
    FIXED = "fixed", "名单已固定"
    DRAWN = "drawn", "已抽取"
    DISCARDED = "discarded", "已作废"


# Drawn again is no state: nothing of a fixed list is written any more, the new draw names the old one.
DRAW = Workflow(
    "双随机抽取",
    DrawState,
    {
        DrawState.DRAFT: {"fix": DrawState.FIXED, "discard": DrawState.DISCARDED},
        DrawState.FIXED: {"draw": DrawState.DRAWN},
        DrawState.DRAWN: {},
        DrawState.DISCARDED: {},
    },
)


class InspectionState(TextChoices):
    PLANNED = "planned", "拟定"
    WAITING = "waiting", "待批"
    APPROVED = "approved", "已批准"
    RUNNING = "running", "进行中"
    CONCLUDED = "concluded", "已结论"
    CANCELLED = "cancelled", "已取消"


# What is taken in from another visit was not approved with it: the joint one is asked for anew.
# An urgent one begins before it is approved: its approval is decided, and asked for again, while it runs.
INSPECTION = Workflow(
    "检查",
    InspectionState,
    {
        InspectionState.PLANNED: {
            "ask": InspectionState.WAITING,
            "merge": InspectionState.PLANNED,
            "cancel": InspectionState.CANCELLED,
        },
        InspectionState.WAITING: {
            "approve": InspectionState.APPROVED,
            "begin": InspectionState.RUNNING,
            "send back": InspectionState.PLANNED,
            "merge": InspectionState.PLANNED,
            "cancel": InspectionState.CANCELLED,
        },
        InspectionState.APPROVED: {
            "begin": InspectionState.RUNNING,
            "merge": InspectionState.PLANNED,
            "cancel": InspectionState.CANCELLED,
        },
        InspectionState.RUNNING: {
            "ask": InspectionState.RUNNING,
            "approve": InspectionState.RUNNING,
            "send back": InspectionState.RUNNING,
            "conclude": InspectionState.CONCLUDED,
        },
        InspectionState.CONCLUDED: {},
        InspectionState.CANCELLED: {},
    },
)


class FindingState(TextChoices):
    OPEN = "open", "待整改"
    CLOSED = "closed", "已销号"
    WITHDRAWN = "withdrawn", "已撤销"


FINDING = Workflow(
    "问题",
    FindingState,
    {
        FindingState.OPEN: {
            "fix on the spot": FindingState.CLOSED,
            "withdraw": FindingState.WITHDRAWN,
        },
        FindingState.CLOSED: {"withdraw": FindingState.WITHDRAWN},
        FindingState.WITHDRAWN: {},
    },
)


class DisclosureState(TextChoices):
    WAITING = "waiting", "待拟定"
    PROPOSED = "proposed", "待审核"
    PUBLISHED = "published", "已公示"
    WITHHELD = "withheld", "不公示"
    WITHDRAWN = "withdrawn", "已撤下"


# What is not public may become so later: it is proposed anew. Overdue is no state: it follows from the due day.
DISCLOSURE = Workflow(
    "检查结果公示",
    DisclosureState,
    {
        DisclosureState.WAITING: {"propose": DisclosureState.PROPOSED},
        DisclosureState.PROPOSED: {
            "publish": DisclosureState.PUBLISHED,
            "withhold": DisclosureState.WITHHELD,
            "send back": DisclosureState.WAITING,
        },
        DisclosureState.PUBLISHED: {"take down": DisclosureState.WITHDRAWN},
        DisclosureState.WITHHELD: {"propose": DisclosureState.PROPOSED},
        DisclosureState.WITHDRAWN: {"propose": DisclosureState.PROPOSED},
    },
)
