"""What is true of inspections: checklists in versions, campaigns, draws, visits with approval, what they found, who signed, what is published."""

from inspections.models.answer import Answer, Choice, Value
from inspections.models.campaign import Campaign, CampaignMember, CampaignTask, PlannedInspection
from inspections.models.checklist import Checklist, ChecklistArea, ChecklistItem, Mode, Severity
from inspections.models.disclosure import Disclosure
from inspections.models.draw import Draw, DrawInspector, DrawnVisit, DrawPlace, DrawRecusal
from inspections.models.evidence import FaceCheck, Photo, Signature, SignatureRole
from inspections.models.finding import Finding
from inspections.models.inspection import (
    BEGUN,
    Approval,
    Inspection,
    Inspector,
    Kind,
    Manner,
    Outcome,
    Section,
)
from inspections.models.receipt import OtherText, Receipt, ReceiptOutcome
from inspections.models.where import LOCATED_FIELDS, Where

__all__ = [
    "BEGUN",
    "LOCATED_FIELDS",
    "Answer",
    "Approval",
    "Campaign",
    "CampaignMember",
    "CampaignTask",
    "Checklist",
    "ChecklistArea",
    "ChecklistItem",
    "Choice",
    "Disclosure",
    "Draw",
    "DrawInspector",
    "DrawPlace",
    "DrawRecusal",
    "DrawnVisit",
    "FaceCheck",
    "Finding",
    "Inspection",
    "Inspector",
    "Kind",
    "Manner",
    "Mode",
    "OtherText",
    "Outcome",
    "Photo",
    "PlannedInspection",
    "Receipt",
    "ReceiptOutcome",
    "Section",
    "Severity",
    "Signature",
    "SignatureRole",
    "Value",
    "Where",
]
