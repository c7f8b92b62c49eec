"""The life of an institution, of a list issue and of a place without licence, each as a table."""

from django.db.models import TextChoices

from foundation.workflow import Workflow


class InstitutionState(TextChoices):
    UNVERIFIED = "unverified", "待核验"
    NORMAL = "normal", "正常"
    SUSPENDED = "suspended", "停业整顿"
    RESTING = "resting", "歇业"
    CLOSED = "closed", "关停"
    REVOKED = "revoked", "吊销"
    DEREGISTERED = "deregistered", "注销"
    MOVED_OUT = "moved_out", "转出"


# What has come to its end, or left the county: it may come back, but nobody waits for it.
ENDED_STATES = (
    InstitutionState.CLOSED,
    InstitutionState.REVOKED,
    InstitutionState.DEREGISTERED,
    InstitutionState.MOVED_OUT,
)

# 到期, 逾期 and 限期整改中 are no states: they are worked out from days and open orders.
INSTITUTION = Workflow(
    "机构",
    InstitutionState,
    {
        InstitutionState.UNVERIFIED: {"verify": InstitutionState.NORMAL},
        InstitutionState.NORMAL: {
            "suspend": InstitutionState.SUSPENDED,
            "rest": InstitutionState.RESTING,
            "close": InstitutionState.CLOSED,
            "revoke": InstitutionState.REVOKED,
            "deregister": InstitutionState.DEREGISTERED,
            "move out": InstitutionState.MOVED_OUT,
        },
        InstitutionState.SUSPENDED: {
            "resume": InstitutionState.NORMAL,
            "close": InstitutionState.CLOSED,
            "revoke": InstitutionState.REVOKED,
            "deregister": InstitutionState.DEREGISTERED,
        },
        InstitutionState.RESTING: {
            "reopen": InstitutionState.NORMAL,
            "deregister": InstitutionState.DEREGISTERED,
        },
        InstitutionState.CLOSED: {
            "deregister": InstitutionState.DEREGISTERED,
            "withdraw closure": InstitutionState.NORMAL,
        },
        InstitutionState.REVOKED: {
            "deregister": InstitutionState.DEREGISTERED,
            "annul revocation": InstitutionState.NORMAL,
        },
        InstitutionState.MOVED_OUT: {"move back": InstitutionState.NORMAL},
        InstitutionState.DEREGISTERED: {},
    },
)

# What the buttons and the trail say for each act of the table above.
ACT_WORDS = {
    "verify": "核验通过",
    "suspend": "停业整顿",
    "rest": "歇业",
    "close": "关停",
    "revoke": "吊销办学许可证",
    "deregister": "注销",
    "move out": "转出本县",
    "resume": "恢复办学",
    "reopen": "恢复办学",
    "withdraw closure": "撤回关停决定",
    "annul revocation": "撤销吊销决定",
    "move back": "转回本县",
}

# Taken by one person of rank at once, and confirmed by a second one afterwards.
NEEDS_SECOND_PERSON = frozenset({"suspend", "close", "revoke"})


class IssueState(TextChoices):
    DRAFT = "draft", "草稿"
    CHECKED = "checked", "已审核待发布"
    PUBLISHED = "published", "已发布"
    DISCARDED = "discarded", "已作废"


ISSUE = Workflow(
    "名单",
    IssueState,
    {
        IssueState.DRAFT: {"check": IssueState.CHECKED, "discard": IssueState.DISCARDED},
        IssueState.CHECKED: {
            "publish": IssueState.PUBLISHED,
            "send back": IssueState.DRAFT,
            "discard": IssueState.DISCARDED,
        },
        IssueState.PUBLISHED: {},
        IssueState.DISCARDED: {},
    },
)


class SiteState(TextChoices):
    CLUE = "clue", "线索待查"
    FOUND = "found", "已查实"
    ORDERED_TO_STOP = "ordered_to_stop", "已责令停止办学"
    HANDED_OVER = "handed_over", "已移送"
    BANNED = "banned", "已取缔"
    CLOSED = "closed", "已关闭"
    UNFOUNDED = "unfounded", "查无此事"
    LICENSED = "licensed", "已取得许可"


_MEASURES = {
    "order to stop": SiteState.ORDERED_TO_STOP,
    "hand over": SiteState.HANDED_OVER,
    "ban": SiteState.BANNED,
    "close": SiteState.CLOSED,
    "license": SiteState.LICENSED,
}

SITE = Workflow(
    "无证场所",
    SiteState,
    {
        SiteState.CLUE: {"confirm": SiteState.FOUND, "dismiss": SiteState.UNFOUNDED},
        SiteState.FOUND: _MEASURES,
        SiteState.ORDERED_TO_STOP: _MEASURES,
        SiteState.HANDED_OVER: _MEASURES,
        SiteState.BANNED: {"close": SiteState.CLOSED, "reappear": SiteState.FOUND},
        SiteState.CLOSED: {"reappear": SiteState.FOUND, "license": SiteState.LICENSED},
        SiteState.UNFOUNDED: {"reappear": SiteState.FOUND},
        SiteState.LICENSED: {"reappear": SiteState.FOUND},
    },
)

SITE_ACT_WORDS = {
    "confirm": "查实",
    "dismiss": "查无此事",
    "order to stop": "责令停止办学",
    "hand over": "移送",
    "ban": "取缔",
    "close": "确认关闭",
    "license": "取得许可",
    "reappear": "再次发现",
}

# Measures that bite need a paper of a department that may order them.
SITE_NEEDS_DOCUMENT = frozenset({"order to stop", "ban", "hand over"})
SITE_NEEDS_SUBJECT = frozenset({"order to stop", "ban"})
