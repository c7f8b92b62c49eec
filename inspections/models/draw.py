"""A random draw: the list from which is drawn, who is recused from where, the seed, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.accounts.models import Department
from foundation.facts import both_or_neither
from inspections.models.campaign import Campaign
from inspections.workflow import DrawState
from institutions.models import Institution


class Draw(models.Model):
    """One draw (双随机): a list that is fixed first, a seed that is typed in afterwards.

    Once the list is fixed the database changes nothing of it; a wrong draw is done again, as another row.
    """

    title = models.CharField("名称", max_length=100)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, related_name="draws", verbose_name="专项行动"
    )
    place_count = models.PositiveSmallIntegerField("抽取机构数")
    from_each = models.PositiveSmallIntegerField("每个部门检查人员数")
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replacements", editable=False
    )
    redraw_reason = models.CharField("重新抽取理由", max_length=300, blank=True, editable=False)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=DrawState.choices,
        default=DrawState.DRAFT,
        editable=False,
    )
    prepared_at = models.DateTimeField(editable=False)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Said while nobody can know it yet; it is a line of the list.
    seed_source = models.CharField("种子来源", max_length=200, blank=True, editable=False)
    # The file as it is handed out: what its hash is of, whatever the portal writes into files later.
    list_file = models.BinaryField(editable=False)
    list_sha256 = models.CharField("名单校验值", max_length=64, blank=True, editable=False)
    fixed_at = models.DateTimeField(null=True, editable=False)
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    seed = models.CharField("种子", max_length=64, blank=True, editable=False)
    seed_witness = models.CharField("种子出处或见证人", max_length=200, blank=True, editable=False)
    drawn_at = models.DateTimeField(null=True, editable=False)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "双随机抽取"
        ordering = ("-pk",)
        constraints = (
            both_or_neither("fixed_at", "fixed_by"),
            both_or_neither("drawn_at", "drawn_by"),
            models.CheckConstraint(
                condition=Q(state__in=(DrawState.FIXED, DrawState.DRAWN))
                ^ Q(fixed_at__isnull=True, list_sha256="", seed_source=""),
                name="inspections_draw_fixed_with_a_list",
            ),
            models.CheckConstraint(
                condition=Q(state=DrawState.DRAWN) ^ Q(drawn_at__isnull=True, seed=""),
                name="inspections_drawn_with_a_seed",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True) | Q(drawn_at__gt=models.F("fixed_at")),
                name="inspections_the_seed_comes_after_the_list",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) ^ ~Q(redraw_reason=""),
                name="inspections_drawn_again_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=~Q(state=DrawState.DISCARDED),
                name="inspections_a_draw_is_replaced_once",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        """How loudly a page shows the state."""
        tones = {DrawState.DRAWN: "good", DrawState.FIXED: "warn"}
        return tones.get(DrawState(self.state), "none")


class DrawPlace(models.Model):
    """An institution of the list, by the name that it had when the list was fixed."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="places")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    # Given when the list is fixed, from one on.
    number = models.PositiveIntegerField("编号", null=True, editable=False)
    name = models.CharField("机构", max_length=200, editable=False)
    town = models.CharField("镇街", max_length=100, editable=False)

    class Meta:
        verbose_name = "抽取名单中的机构"
        ordering = ("number", "institution__sort_key", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["draw", "institution"], name="inspections_an_institution_once_a_draw"
            ),
            models.UniqueConstraint(
                fields=["draw", "number"], name="inspections_a_number_once_a_draw"
            ),
        )

    def __str__(self) -> str:
        return self.name


class DrawInspector(models.Model):
    """An inspector of the list, by name and department as they were when the list was fixed."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="inspectors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("编号", null=True, editable=False)
    name = models.CharField("检查人员", max_length=100, editable=False)
    department_name = models.CharField("部门", max_length=100, editable=False)

    class Meta:
        verbose_name = "抽取名单中的检查人员"
        ordering = ("number", "department__sort_order", "department__code", "user__username")
        constraints = (
            models.UniqueConstraint(
                fields=["draw", "user"], name="inspections_a_person_once_a_draw"
            ),
            models.UniqueConstraint(
                fields=["draw", "number"], name="inspections_a_persons_number_once_a_draw"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}（{self.department}）"


class DrawRecusal(models.Model):
    """An inspector who must not go to an institution; the reason stays with the office."""

    place = models.ForeignKey(DrawPlace, models.CASCADE, related_name="recusals")
    inspector = models.ForeignKey(DrawInspector, models.CASCADE, related_name="recusals")
    reason = models.CharField("回避理由", max_length=400)
    # Out of an earlier visit: nobody takes it out of the list.
    is_known = models.BooleanField("此前已回避", default=False)

    class Meta:
        verbose_name = "回避"
        ordering = ("place__number", "place__institution__sort_key", "inspector", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["place", "inspector"], name="inspections_recused_once_a_place"
            ),
        )

    def __str__(self) -> str:
        return f"{self.inspector}回避{self.place}"


class DrawnVisit(models.Model):
    """What was drawn: an institution, in its turn, and who inspects it."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="drawn")
    place = models.OneToOneField(DrawPlace, models.CASCADE, related_name="drawn")
    turn = models.PositiveIntegerField("顺序")
    inspectors = models.ManyToManyField(DrawInspector, related_name="+")

    class Meta:
        verbose_name = "抽取结果"
        ordering = ("turn",)
        constraints = (
            models.UniqueConstraint(fields=["draw", "turn"], name="inspections_a_turn_once_a_draw"),
        )

    def __str__(self) -> str:
        return str(self.place)
