"""What a visit has in its hands: photos beside what they show, and who has signed or would not."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.attachments.models import Attachment, Evidence
from foundation.facts import both_or_neither
from inspections.models.checklist import ChecklistItem
from inspections.models.finding import Finding
from inspections.models.inspection import Inspection, Section
from inspections.models.where import Located, located_whole


class Photo(Located):
    """One photo (照片): beside an item, beside a problem, or of the visit as a whole. What it shows is never changed."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="photos")
    # Whose part it belongs to: of a problem's photo the department that found it, whoever took it.
    section = models.ForeignKey(Section, models.PROTECT, related_name="photos")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, related_name="+")
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="photos")
    after = models.BooleanField("改正后", default=False)
    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="+", editable=False)
    # On site; and when the office had it.
    taken_at = models.DateTimeField(editable=False)
    received_at = models.DateTimeField(editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_reason = models.CharField("撤回理由", max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = "照片"
        ordering = ("taken_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(after=False) | Q(finding__isnull=False),
                name="inspections_only_a_finding_has_an_after",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(finding__isnull=True),
                name="inspections_a_photo_beside_one_thing",
            ),
            both_or_neither("withdrawn_at", "withdrawn_by"),
            located_whole(),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) ^ ~Q(withdrawn_reason=""),
                name="inspections_photo_withdrawn_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.beside}的照片"

    @property
    def beside(self) -> str:
        """What it shows, in words."""
        if self.finding:
            return f"问题“{self.finding}”{'改正后' if self.after else ''}"
        return f"检查项{self.item.code}" if self.item else "检查现场"

    @property
    def is_withdrawn(self) -> bool:
        """It was taken by mistake: it stays readable and counts nowhere."""
        return self.withdrawn_at is not None

    @property
    def face_check(self) -> "FaceCheck | None":
        """What was last said of the faces in it; of rows that came with their checks, without a question."""
        return next((one for one in self.face_checks.all() if one.replaced_at is None), None)


class FaceCheck(models.Model):
    """Somebody has looked for faces of minors in a photo (人脸核对): none, or these parts are covered in a copy.
    Never changed: who looks again replaces what stood."""

    photo = models.ForeignKey(Photo, models.PROTECT, related_name="face_checks")
    # Rectangles in points of the copy for pages: left, top, right, bottom.
    areas = models.JSONField("遮挡的位置", default=list, editable=False)
    copy = models.OneToOneField(
        Attachment,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name="遮挡副本",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(editable=False)
    replaced_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "人脸核对"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(areas=[]) ^ Q(copy__isnull=False),
                name="inspections_a_copy_where_something_is_covered",
            ),
            models.UniqueConstraint(
                fields=["photo"],
                condition=Q(replaced_at__isnull=True),
                name="inspections_one_face_check_a_photo",
            ),
        )

    def __str__(self) -> str:
        return "已遮挡" if self.areas else "不含未成年人面部"


class SignatureRole(models.TextChoices):
    SITE = "site", "现场负责人"
    WITNESS = "witness", "见证人"
    OFFICER = "officer", "检查人员"


class Signature(models.Model):
    """Who has signed what was found: on a screen, on paper, or not at all (拒签). Never changed: who signs again
    replaces what stood."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="signatures")
    role = models.CharField("签名人", max_length=8, choices=SignatureRole.choices)
    # Of an officer, whose department's.
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="+")
    name = models.CharField("姓名", max_length=60, blank=True)
    post = models.CharField("职务", max_length=60, blank=True)
    evidence = models.OneToOneField(
        Evidence, models.PROTECT, null=True, related_name="+", editable=False
    )
    on_paper = models.BooleanField("签在纸质表上", default=False)
    refused = models.CharField("拒签理由", max_length=300, blank=True)
    witness = models.CharField("拒签见证人", max_length=60, blank=True)
    # On site; and when the office had it.
    signed_at = models.DateTimeField(editable=False)
    received_at = models.DateTimeField(editable=False)
    # Whoever signs, or has it signed.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "签名"
        ordering = ("signed_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(evidence__isnull=False, on_paper=False, refused="")
                | Q(evidence__isnull=True, on_paper=True, refused="")
                | (Q(evidence__isnull=True, on_paper=False) & ~Q(refused="")),
                name="inspections_signed_on_paper_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(refused="", witness="")
                | (Q(role=SignatureRole.SITE) & ~Q(refused="") & ~Q(witness="")),
                name="inspections_the_site_refuses_before_a_witness",
            ),
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(refused=""), name="inspections_who_signs_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(role=SignatureRole.OFFICER) ^ Q(section__isnull=True),
                name="inspections_an_officer_signs_for_a_section",
            ),
            models.UniqueConstraint(
                fields=["inspection"],
                condition=Q(role=SignatureRole.SITE, replaced_at__isnull=True),
                name="inspections_one_signature_of_the_site",
            ),
            models.UniqueConstraint(
                fields=["inspection", "by"],
                condition=Q(role=SignatureRole.OFFICER, replaced_at__isnull=True),
                name="inspections_one_signature_an_officer",
            ),
            models.UniqueConstraint(
                fields=["inspection", "name"],
                condition=Q(role=SignatureRole.WITNESS, replaced_at__isnull=True),
                name="inspections_one_signature_a_witness",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}{self.name}"

    @property
    def outcome(self) -> str:
        """What the person did, in words."""
        if self.refused:
            return "拒签"
        return "签在纸质表上" if self.on_paper else "签名"
