"""What is true of inspections: the checklist in versions."""

from inspections.models.checklist import Checklist, ChecklistArea, ChecklistItem, Mode, Severity

__all__ = ["Checklist", "ChecklistArea", "ChecklistItem", "Mode", "Severity"]
