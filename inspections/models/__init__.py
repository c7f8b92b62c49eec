"""What is true of inspections: the checklist in versions, campaigns, and inspections with their approval."""

from inspections.models.campaign import Campaign, CampaignMember, CampaignTask, PlannedInspection
from inspections.models.checklist import Checklist, ChecklistArea, ChecklistItem, Mode, Severity
from inspections.models.inspection import (
    Approval,
    Inspection,
    Inspector,
    Kind,
    Manner,
    Outcome,
    Section,
)

__all__ = [
    "Approval",
    "Campaign",
    "CampaignMember",
    "CampaignTask",
    "Checklist",
    "ChecklistArea",
    "ChecklistItem",
    "Inspection",
    "Inspector",
    "Kind",
    "Manner",
    "Mode",
    "Outcome",
    "PlannedInspection",
    "Section",
    "Severity",
]
