"""What is true of inspections: the checklist in versions, campaigns with their tasks and places."""

from inspections.models.campaign import Campaign, CampaignMember, CampaignTask, PlannedInspection
from inspections.models.checklist import Checklist, ChecklistArea, ChecklistItem, Mode, Severity

__all__ = [
    "Campaign",
    "CampaignMember",
    "CampaignTask",
    "Checklist",
    "ChecklistArea",
    "ChecklistItem",
    "Mode",
    "PlannedInspection",
    "Severity",
]
