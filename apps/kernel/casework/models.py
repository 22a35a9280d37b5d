"""Cases: what was asked, where it is, who did what, and the clocks that run on it."""

from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import get_objects_for_user

from apps.kernel import rows
from apps.kernel.casework import procedures
from apps.kernel.casework.handover_models import HandOver
from apps.kernel.casework.thread_models import Thread, ThreadMark, ThreadMessage
from apps.kernel.documents.models import HeldPaper
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Mandate, Office, Party
from apps.kernel.workcalendar.clock import now, today

__all__ = [
    "Case",
    "CaseDetail",
    "Clock",
    "ClockNotice",
    "ClockPause",
    "Custody",
    "HandOver",
    "Step",
    "Thread",
    "ThreadMark",
    "ThreadMessage",
]


Kept = Callable[[Actor], Q]
_kept_from: list[Kept] = []


def keep_from(rule: Kept) -> None:
    """Let a room keep cases from staff who would see them by their office (回避): ``rule(actor)`` says which.

    Called once at start-up by the app that owns the matter.
    """
    _kept_from.append(rule)


class CaseQuerySet(models.QuerySet):
    """Who may see which cases is decided here first; single objects are looked up through it."""

    def visible_to(self, actor: Actor):
        """Cases the actor may see: as applicant within the mandate's scope, as an office, or by a grant."""
        if actor.party is not None:
            mine = self.filter(_matters(actor.mandate), applicant=actor.party)
            return mine.filter(number=actor.draft) if actor.draft else mine
        if actor.user is None:
            return self.none()
        granted = get_objects_for_user(actor.user, "casework.view_case", klass=Case, with_superuser=False)
        reach = Q(pk__in=granted.values("pk"))
        if actor.office is not None:
            held = Custody.objects.filter(case=OuterRef("pk"), refused_at__isnull=True)
            reach |= Exists(held.filter(office=actor.office)) | Exists(held.filter(office__parent=actor.office))
        return self.filter(reach).not_kept_from(actor)

    def not_kept_from(self, actor: Actor):
        """Without the cases that a room keeps from this member of staff."""
        kept = Q()
        for rule in _kept_from:
            kept |= rule(actor)
        return self.exclude(kept) if kept else self

    def in_custody_of(self, office: Office):
        """Cases an office holds now."""
        return self.filter(office=office)

    def offered_to(self, office: Office):
        """Cases another office wants to hand over to this one."""
        offers = Custody.objects.filter(
            case=OuterRef("pk"), office=office, received_at__isnull=True, refused_at__isnull=True
        )
        return self.filter(Exists(offers))

    def for_review_by(self, office: Office):
        """Cases of the offices below one that wait for it to review what they did."""
        waiting = Q(pk__in=[])
        for procedure, states in procedures.reviewed_by_superiors().items():
            waiting |= Q(procedure=procedure, state__in=states)
        return self.filter(waiting, office__parent=office)

    def whole(self):
        """Applications as their applicants know them: without the parts others are handled in."""
        return self.filter(parent__isnull=True)

    def open(self):
        """Submitted and not closed."""
        return self.filter(submitted_at__isnull=False, closed_at__isnull=True)

    def unassigned(self):
        """Without a handler who still works in the office that holds the case."""
        from apps.kernel.parties.models import Membership  # noqa: PLC0415 - only for this subquery

        at_work = Membership.objects.in_force().filter(user=OuterRef("handler"), office=OuterRef("office"))
        return self.filter(~Exists(at_work))

    def with_due(self, *whose: str):
        """Adds ``due_at``: when the earliest clock ends that runs for the office, or for the first named with one."""
        running = Clock.objects.filter(case=OuterRef("pk"), stopped_at__isnull=True).order_by("due_at").values("due_at")
        ends = [Subquery(running.filter(whose=each)[:1]) for each in whose or (Clock.Whose.OFFICE,)]
        return self.annotate(due_at=Coalesce(*ends) if len(ends) > 1 else ends[0])


def _matters(mandate: Mandate | None) -> Q:
    if mandate is None or not mandate.matters:
        return Q()
    return Q(procedure__in=mandate.matters) | Q(parent__procedure__in=mandate.matters)


def may_see(about: str, actor: Actor) -> bool:
    """Whether an actor may open the papers of a case ("case/SH2026…"): whoever may see the case may."""
    return Case.objects.visible_to(actor).filter(number=about.partition("/")[2]).exists()


class Case(models.Model):
    """One matter on its way (办件): only ``cases.py`` creates and changes it."""

    number = models.CharField(_("办件编号"), max_length=20, unique=True, editable=False)
    procedure = models.CharField(_("事项"), max_length=60)
    applicant = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("申请人")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("经手人")
    )
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="+", verbose_name=_("授权"))
    channel = models.CharField(_("办理渠道"), max_length=12, choices=Channel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("所属办件")
    )
    part = models.SlugField(_("环节"), max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=30, default=procedures.DRAFT)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="cases", verbose_name=_("办理单位"))
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人")
    )
    title = models.CharField(_("标题"), max_length=120)
    opened_at = models.DateTimeField(_("建立时间"), default=now)
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)
    asked_digest = models.CharField(max_length=32, null=True, editable=False)  # of what was asked under the key

    objects = CaseQuerySet.as_manager()
    unwritten: "CaseDetail | None" = None  # the detail of one of many cases being opened: not yet in the database

    class Meta:
        verbose_name = _("办件")
        verbose_name_plural = _("办件")
        constraints = [
            models.UniqueConstraint(fields=["opened_by", "idempotency_key"], name="case_once_per_key"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(office__isnull=False), name="case_submitted_has_office"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(submitted_at__isnull=False), name="case_closed_was_submitted"
            ),
            models.UniqueConstraint(
                fields=["parent", "part"], condition=Q(parent__isnull=False), name="case_part_opened_once"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, part="") | (Q(parent__isnull=False) & ~Q(part="")),
                name="case_part_has_parent",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"]),
            models.Index(fields=["office", "id"], condition=Q(closed_at__isnull=True), name="case_open_in_office"),
            models.Index(fields=["procedure", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """The applicant's page of the case."""
        return reverse("cases:page", args=[self.applicant.ref, self.number]) if self.applicant else ""

    @property
    def heading(self) -> str:
        """The title in the reader's language."""
        titles = self.definition.titles
        return titles(self.title) if titles is not None else gettext(self.title)

    @property
    def about(self) -> str:
        """How other rooms name this case."""
        return f"case/{self.number}"

    @property
    def matter(self) -> str:
        """The matter a mandate must reach: a part belongs to the matter of the whole."""
        return self.parent.procedure if self.parent is not None else self.procedure

    @property
    def definition(self) -> procedures.Procedure:
        """The procedure this case follows."""
        return procedures.get(self.procedure)

    @property
    def standing(self) -> procedures.State:
        """The state with its wording for staff and for the public."""
        return self.definition.state(self.state)

    @property
    def detail(self) -> "CaseDetail":
        """What was applied for, as the procedure's typed row."""
        if self.unwritten is not None:
            return self.unwritten
        return self.definition.detail._default_manager.get(case=self)  # noqa: SLF001 - Django's public manager

    def offered_to_office(self, office: Office) -> bool:
        """Whether another office wants to hand this case over to ``office``."""
        return self.custodies.filter(office=office, received_at__isnull=True, refused_at__isnull=True).exists()


class CaseDetail(models.Model):
    """Base of the typed rows that hold what a procedure asks for.

    Columns allow emptiness at the database (a draft is unfinished) but not at the form: a field
    asked on a page is required there and at submission unless the column says ``blank``.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        abstract = True


class CasePaperQuerySet(models.QuerySet):
    """Papers follow the case they are attached to."""

    def visible_to(self, actor: Actor):
        """The papers of the cases an actor may see; of a case handled in parts, offices see those of their part."""
        found = self.filter(case__in=Case.objects.visible_to(actor))
        if actor.party is not None:
            return found
        return found.exclude(Exists(Case.objects.filter(parent=OuterRef("case"))))


class CasePaper(models.Model):
    """A held paper that a case uses (办件材料): the paper stays one, however many cases use it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers", verbose_name=_("办件"))
    kind = models.SlugField(_("材料种类"), max_length=60)
    paper = models.ForeignKey(HeldPaper, models.PROTECT, related_name="uses", verbose_name=_("材料"))
    attached_at = models.DateTimeField(_("附上时间"), default=now)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("附上人")
    )

    objects = CasePaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("办件材料")
        verbose_name_plural = _("办件材料")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "paper"], name="case_paper_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Step(models.Model):
    """One thing done on a case (办理过程). Written once: the database refuses edits and deletions."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    at = models.DateTimeField(_("时间"), default=now)
    action = models.CharField(_("动作"), max_length=40)
    source = models.CharField(_("原状态"), max_length=30)
    target = models.CharField(_("新状态"), max_length=30)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    user_label = models.CharField(_("操作人"), max_length=80)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    office_label = models.CharField(_("操作单位"), max_length=100, blank=True)
    party_label = models.CharField(_("代表"), max_length=120, blank=True)
    target_office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    target_office_label = models.CharField(_("对方单位"), max_length=100, blank=True)
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    reason = models.TextField(_("说明"), blank=True)
    # What the portal itself tells: lines of a code and its values, for ``said`` to put in the reader's language.
    told = models.JSONField(null=True, editable=False)
    clause = models.CharField(_("依据"), max_length=200, blank=True)
    public = models.BooleanField(_("向申请人公开"), default=True)
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)

    class Meta:
        verbose_name = _("办理步骤")
        verbose_name_plural = _("办理步骤")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "idempotency_key"], name="step_once_per_key")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"

    @property
    def past(self) -> str:
        """What happened, in public words."""
        if self.action in procedures.BESIDE_THE_TABLE:
            return str(procedures.BESIDE_THE_TABLE[self.action])
        row = self.case.definition.transition(self.action, self.source)
        return str(row.past) if row else self.action

    @property
    def said(self) -> str:
        """The explanation: as somebody wrote it, or what the portal tells, in the reader's language."""
        tells = self.case.definition.tells
        if not self.told or tells is None:
            return self.reason
        return "\n".join(str(tells(code, values)) for code, values in self.told)


class Custody(models.Model):
    """An interval in which an office holds a case (管辖流转), from offer to release."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="custodies")
    office = models.ForeignKey(Office, models.PROTECT, related_name="custodies", verbose_name=_("单位"))
    offered_at = models.DateTimeField(_("转送时间"))
    offered_by = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name=_("转送单位"))
    received_at = models.DateTimeField(_("接收时间"), null=True)
    refused_at = models.DateTimeField(_("退回时间"), null=True)
    released_at = models.DateTimeField(_("移出时间"), null=True)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("管辖流转")
        verbose_name_plural = _("管辖流转")
        ordering = ["offered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(received_at__isnull=False, released_at__isnull=True),
                name="custody_one_holder",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(received_at__isnull=True, refused_at__isnull=True),
                name="custody_one_offer",
            ),
        ]
        indexes = [models.Index(fields=["office", "case"])]

    def __str__(self) -> str:
        return f"{self.case_id} @ {self.office}"


class Clock(models.Model):
    """A time limit running on a case (办理时限). ``due_at`` is derived from the rest and can be explained."""

    class Whose(models.TextChoices):
        OFFICE = "office", _("办理单位")
        APPLICANT = "applicant", _("申请人")

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    term = models.CharField(_("时限代码"), max_length=60)
    label = models.CharField(_("名称"), max_length=80)
    whose = models.CharField(_("责任方"), max_length=10, choices=Whose, default=Whose.OFFICE)
    amount = models.PositiveIntegerField(_("期限"))
    unit = models.CharField(_("单位"), max_length=20)
    extended_by = models.PositiveIntegerField(_("延长"), default=0)
    source = models.CharField(_("依据"), max_length=200)
    pausable = models.BooleanField(_("可暂停"), default=True)
    started_at = models.DateTimeField(_("起算时间"))
    stopped_at = models.DateTimeField(_("停止时间"), null=True)
    due_at = models.DateTimeField(_("到期时间"))
    confirmed = models.BooleanField(_("日历已确认"), default=True)

    class Meta:
        verbose_name = _("办理时限")
        verbose_name_plural = _("办理时限")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "term"], condition=Q(stopped_at__isnull=True), name="clock_one_running"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(stopped_at__isnull=True), name="clock_running_due")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.label}"


class ClockPause(models.Model):
    """A time in which a clock stands still, and why."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField(_("暂停时间"))
    ended_at = models.DateTimeField(_("恢复时间"), null=True)
    reason = models.TextField(_("理由"))

    class Meta:
        verbose_name = _("时限暂停")
        verbose_name_plural = _("时限暂停")
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(ended_at__isnull=True), name="pause_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="pause_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.started_at}"


class ClockNotice(models.Model):
    """That a reminder or an escalation has gone out: one row per clock and kind, so reruns double nothing."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("到期提醒")
        OVERDUE = "overdue", _("超期提醒")
        ESCALATION = "escalation", _("上级督办")

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="notices")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = _("时限提醒")
        verbose_name_plural = _("时限提醒")
        constraints = [models.UniqueConstraint(fields=["clock", "kind"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"


def named() -> Case:
    """A case not yet written, with its id and its number: the year and what never repeats ("SH2026000000123")."""
    (case,) = named_many(1)
    return case


def named_many(count: int) -> list[Case]:
    """So many cases not yet written, in one question."""
    drawn = iter(rows.draw(*("casework_case_id_seq", "casework_case_number") * count))
    return [Case(pk=key, number=f"SH{today().year}{number:09d}") for key, number in zip(drawn, drawn, strict=True)]
