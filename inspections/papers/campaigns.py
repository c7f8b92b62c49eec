"""A campaign on paper: goals, members, tasks and places, as far as the reader may see them."""

from collections.abc import Iterable

from django.conf import settings

from foundation.clock.words import day_words
from foundation.documents.pdf import render
from inspections.models import Campaign, CampaignTask, PlannedInspection
from inspections.queries.campaigns import places_in
from inspections.workflow import CAMPAIGN, CampaignState

_TASK_HEADS = ("部门", "任务", "完成期限", "责任人", "落实情况")
_PLACE_HEADS = ("序号", "名称", "镇街", "地址", "牵头部门")


def file_name(campaign: Campaign) -> str:
    """What the downloaded file is called."""
    return f"{campaign}.pdf"


def campaign_pdf(campaign: Campaign, tasks: Iterable[CampaignTask]) -> bytes:
    """The whole campaign, A4 upright, with these tasks."""
    members = list(campaign.members.select_related("department"))
    data = {
        "title": f"{settings.COUNTY_NAME}{campaign}",
        "below": below(campaign),
        "facts": [
            ("目标和要求", campaign.goals),
            ("时间", f"{day_words(campaign.starts_on)}至{day_words(campaign.ends_on)}"),
            ("组织单位", campaign.organiser.name),
            ("执法主体", "、".join(one.department.name for one in members if one.is_subject)),
            ("配合单位", "、".join(one.department.name for one in members if not one.is_subject)),
            ("重点检查类别", "、".join(str(one) for one in campaign.key_areas.all())),
        ],
        "task_heads": _TASK_HEADS,
        "tasks": [task_line(one) for one in tasks],
        "place_heads": _PLACE_HEADS,
        "places": [_place(number, one) for number, one in enumerate(places_in(campaign), start=1)],
    }
    return render("campaign", data)


def below(campaign: Campaign) -> str:
    """The line under the title: the notice, and that it is not in force where it is not."""
    states = {CampaignState.PLANNING: "（筹备中，尚未启动）", CampaignState.CANCELLED: "（已取消）"}
    return (campaign.notice_number or "通知文号未登记") + states.get(
        CampaignState(campaign.state), ""
    )


def task_line(task: CampaignTask) -> list[str]:
    """One task with what came of it; after the end of the campaign nothing more is waited for."""
    is_over = not CAMPAIGN.acts(task.campaign.state)
    owed = "未上报" if is_over else task.get_state_display()
    return [
        str(task.department),
        task.title,
        day_words(task.due_on),
        str(task.person or "未指定"),
        task.outcome if task.reported_at else owed,
    ]


def _place(number: int, planned: PlannedInspection) -> list[str]:
    if planned.institution:
        town, lead = planned.institution.town, planned.institution.lead_department
        address, led_by = planned.institution.address, str(lead or "未登记")
    else:
        town = planned.site.town if planned.site else None
        address, led_by = planned.site.address if planned.site else "", "无证场所"
    return [str(number), str(planned), str(town or "未登记"), address or "未登记", led_by]
