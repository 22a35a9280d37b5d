"""What data is asked for, and the grant an office holds (Art 17)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue.models import Dataset, Scenario
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

LONGEST_MONTHS = 36


class DataRequest(CaseDetail):
    """A request for shared data (公共数据共享需求申请)."""

    class Kind(models.TextChoices):
        CHECK = "check", _("查询核验：按办件逐户查阅")
        PREFILL = "prefill", _("办件预填：用于填报的数据")
        ANALYSIS = "analysis", _("分析比对：按户比对后处理")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("申请单位"))
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="requests", verbose_name=_("数据"))
    kind = models.CharField(_("需求类型"), max_length=10, choices=Kind)
    scenario = models.ForeignKey(
        Scenario,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("应用场景"),
        help_text=_("选择目录已公布的场景；都不适合的，选“其他”，由提供单位审核。"),
    )
    fields = ArrayField(models.SlugField(max_length=60), verbose_name=_("数据项"))
    purpose = models.TextField(_("用途"), max_length=1000)
    basis = models.CharField(_("履职依据"), max_length=200)
    months = models.PositiveSmallIntegerField(
        _("使用期限（月）"),
        validators=[
            MinValueValidator(1, _("至少一个月。")),
            MaxValueValidator(LONGEST_MONTHS, _("最长 36 个月，到期可以再次申请。")),
        ],
    )
    hindrances = models.TextField(_("不能直接获取的原因"), blank=True, default="", editable=False)
    approved_fields = ArrayField(models.SlugField(max_length=60), default=list, editable=False)

    class Meta:
        verbose_name = _("数据共享申请")
        verbose_name_plural = _("数据共享申请")
        constraints = [
            models.CheckConstraint(condition=Q(months__range=(1, LONGEST_MONTHS)), name="data_request_months"),
            models.CheckConstraint(condition=Q(fields__len__gt=0), name="data_request_has_fields"),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.dataset}"

    @property
    def chosen(self):
        """The fields asked for as the catalogue describes them."""
        return self.dataset.current.fields.filter(name__in=self.fields)

    @property
    def grant(self) -> "DataGrant | None":
        """What came of it."""
        return DataGrant.objects.filter(case=self.case_id).first()


class DataGrantQuerySet(models.QuerySet):
    """Who may see and use which grants is decided here."""

    def visible_to(self, actor: Actor):
        """An office's own grants; the ones on its data to the provider; all of them to the data centre."""
        if actor.office is None or actor.party is not None:
            return self.none()
        if actor.office.kind == Office.Kind.DATA_CENTRE:
            return self
        return self.filter(Q(office=actor.office) | Q(dataset__provider=actor.office))

    def held_by(self, office: Office):
        """The grants an office reads under."""
        return self.filter(office=office)

    def live(self):
        """Neither revoked nor run out, on data that is still in the catalogue."""
        return self.filter(
            revoked_at__isnull=True,
            valid_from__lte=clock.today(),
            valid_until__gte=clock.today(),
            dataset__retired_at__isnull=True,
            dataset__current__isnull=False,
        )

    def with_use(self):
        """Adds ``used_at``: when data was last read under the grant."""
        return self.annotate(used_at=Max("accesses__at", filter=Q(accesses__released=True)))


class DataGrant(models.Model):
    """What an office may read, for what, until when (数据授权). Only ``granting.py`` changes it."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    case = models.OneToOneField(Case, models.PROTECT, related_name="+", verbose_name=_("申请"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="data_grants", verbose_name=_("使用单位"))
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="grants", verbose_name=_("数据"))
    scenario = models.ForeignKey(
        Scenario, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("应用场景")
    )
    purpose = models.TextField(_("用途"))
    fields = ArrayField(models.SlugField(max_length=60), verbose_name=_("数据项"))
    direct = models.BooleanField(_("直接获取"))
    valid_from = models.DateField(_("起始日期"))
    valid_until = models.DateField(_("截止日期"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, editable=False)
    reported_at = models.DateTimeField(_("列入闲置时间"), null=True, editable=False)

    objects = DataGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("数据授权")
        verbose_name_plural = _("数据授权")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="data_grant_period"),
            models.CheckConstraint(condition=Q(fields__len__gt=0), name="data_grant_has_fields"),
        ]
        indexes = [models.Index(fields=["office", "-id"]), models.Index(fields=["dataset", "-id"])]

    def __str__(self) -> str:
        return f"{self.ref} {self.office} {self.dataset}"

    @property
    def about(self) -> str:
        """How other rooms name this grant."""
        return f"grant/{self.ref}"

    @property
    def standing(self) -> tuple[str, str]:
        """Where it stands today: tone and words."""
        if self.revoked_at:
            return "due", _("已撤销")
        if self.dataset.retired_at or self.dataset.current_id is None:
            return "draft", _("数据已下架")
        if self.valid_until < clock.today():
            return "draft", _("已到期")
        return ("wait", _("尚未生效")) if self.valid_from > clock.today() else ("done", _("有效"))

    @property
    def is_live(self) -> bool:
        """Whether data may be read under it now."""
        return self.standing[0] == "done"

    @property
    def labels(self) -> list[str]:
        """The names of those fields for people; reads what ``dataset__current__fields`` has prefetched."""
        return [field.label for field in self.dataset.current.fields.all() if field.name in self.fields]

    @property
    def allowed(self):
        """The fields it reaches, of those the catalogue still lists."""
        return self.dataset.current.fields.filter(name__in=self.fields).order_by("position")


class DataGrantEvent(models.Model):
    """What happened to a grant (授权变动): written once."""

    class Kind(models.TextChoices):
        GRANTED = "granted", _("授权")
        NARROWED = "narrowed", _("收窄")
        REVOKED = "revoked", _("撤销")
        UNUSED = "unused", _("列入闲置")

    grant = models.ForeignKey(DataGrant, models.PROTECT, related_name="events", verbose_name=_("授权"))
    kind = models.CharField(_("变动"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("时间"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    fields = ArrayField(models.SlugField(max_length=60), default=list)
    valid_until = models.DateField(_("截止日期"))
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("授权变动")
        verbose_name_plural = _("授权变动")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.kind}"
