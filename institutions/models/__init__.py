"""What is true of the register: institutions, their papers, lists, places without licence, imports."""

from institutions.models.imports import (
    HeaderMemory,
    ImportedRow,
    ImportKind,
    ImportRun,
    ImportState,
)
from institutions.models.institution import (
    Campus,
    Category,
    Institution,
    ProfitKind,
    RegistrationType,
    StateChange,
    new_public_id,
    repeatable_public_ids,
)
from institutions.models.operation import (
    Custody,
    CustodyMode,
    Fee,
    PlatformMark,
    Post,
    Representative,
    Teacher,
)
from institutions.models.papers import (
    AnnualConclusion,
    AnnualInspection,
    Licence,
    LicenceKind,
    SafetyPaper,
    SafetyPaperKind,
    Scan,
    ScanKind,
)
from institutions.models.publication import (
    Expiry,
    IssueKind,
    ListEntry,
    ListIssue,
    ListRuling,
    Ruling,
)
from institutions.models.removed import RemovedRow
from institutions.models.site import SiteClass, SiteMeasure, UnlicensedSite

__all__ = [
    "AnnualConclusion",
    "AnnualInspection",
    "Campus",
    "Category",
    "Custody",
    "CustodyMode",
    "Expiry",
    "Fee",
    "HeaderMemory",
    "ImportKind",
    "ImportRun",
    "ImportState",
    "ImportedRow",
    "Institution",
    "IssueKind",
    "Licence",
    "LicenceKind",
    "ListEntry",
    "ListIssue",
    "ListRuling",
    "PlatformMark",
    "Post",
    "ProfitKind",
    "RegistrationType",
    "RemovedRow",
    "Representative",
    "Ruling",
    "SafetyPaper",
    "SafetyPaperKind",
    "Scan",
    "ScanKind",
    "SiteClass",
    "SiteMeasure",
    "StateChange",
    "Teacher",
    "UnlicensedSite",
    "new_public_id",
    "repeatable_public_ids",
]
