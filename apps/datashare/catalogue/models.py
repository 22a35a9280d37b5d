"""Entries of the catalogue, their versions and fields, what duties oblige to list, and what has arrived (Art 16)."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, Subquery
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar.clock import now


class Theme(models.TextChoices):
    """What an entry is about (分类), as a concept scheme of the catalogue."""

    REGISTRATION = "registration", _("主体登记")
    PEOPLE = "people", _("人口和家庭")
    EMPLOYMENT = "employment", _("就业和社会保险")
    PROPERTY = "property", _("不动产和土地")
    NON_TAX = "non-tax", _("非税收入费源")
    TRADE = "trade", _("进出口和外汇")
    TRANSPORT = "transport", _("交通运输")
    ENVIRONMENT = "environment", _("资源和环境")
    QUALIFICATION = "qualification", _("资质和认定")
    JUSTICE = "justice", _("司法和信用")


class Frequency(models.TextChoices):
    """How often the provider updates (更新频率)."""

    DAILY = "daily", _("每日")
    WEEKLY = "weekly", _("每周")
    MONTHLY = "monthly", _("每月")
    QUARTERLY = "quarterly", _("每季度")
    YEARLY = "yearly", _("每年")
    EVENT = "event", _("有变动时")


# The longest a dataset may stay without an update, in days, and how much later it counts as overdue.
INTERVALS: dict[str, tuple[int, int]] = {
    Frequency.DAILY: (1, 1),
    Frequency.WEEKLY: (7, 2),
    Frequency.MONTHLY: (31, 5),
    Frequency.QUARTERLY: (92, 10),
    Frequency.YEARLY: (366, 30),
}


class Sharing(models.TextChoices):
    """The sharing attribute (共享属性)."""

    UNCONDITIONAL = "unconditional", _("无条件共享")
    CONDITIONAL = "conditional", _("有条件共享")
    NONE = "none", _("不予共享")


class Security(models.IntegerChoices):
    """The security level (安全级别), from open to most sensitive."""

    L1 = 1, _("1 级：公开")
    L2 = 2, _("2 级：内部")
    L3 = 3, _("3 级：敏感")
    L4 = 4, _("4 级：高度敏感")


class Scenario(models.Model):
    """A published use of data (应用场景): a request that fits one needs no human step (Art 17)."""

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    purpose = models.TextField(_("用途"))
    basis = models.CharField(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("应用场景")
        verbose_name_plural = _("应用场景")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class DatasetQuerySet(models.QuerySet):
    """Which entries somebody sees is decided here."""

    def published(self):
        """Entries with a version in force."""
        return self.filter(current__isnull=False, retired_at__isnull=True)

    def ever_published(self):
        """These and the withdrawn ones: whoever copied the catalogue has to hear of both."""
        return self.filter(current__isnull=False)

    def changed_since(self, moment: dt.datetime):
        """What is described otherwise than at a moment: changed, withdrawn, or with data that came since."""
        came = Arrival.objects.filter(dataset=OuterRef("pk"), at__gte=moment)
        return self.filter(Q(changed_at__gte=moment) | Exists(came))

    def of(self, actor: Actor):
        """The entries an office keeps; the data centre keeps the whole catalogue."""
        if actor.office is None or actor.party is not None:
            return self.none()
        if actor.office.kind == Office.Kind.DATA_CENTRE:
            return self
        return self.filter(provider=actor.office)

    def with_arrival(self):
        """Adds ``arrived_at``: when data last arrived."""
        last = Arrival.objects.filter(dataset=OuterRef("pk")).order_by("-at").values("at")[:1]
        return self.annotate(arrived_at=Subquery(last))

    def full(self):
        """With everything a description shows, in a fixed number of queries."""
        return (
            self.with_arrival()
            .select_related("provider", "current")
            .prefetch_related(Prefetch("current__fields", DataField.objects.order_by("position")), "current__scenarios")
        )


class Dataset(models.Model):
    """One entry of the catalogue (数据目录条目): stable, while its versions follow each other."""

    code = models.SlugField(_("标识"), max_length=80, unique=True, help_text=_("小写字母、数字和连字符，发布后不变。"))
    provider = models.ForeignKey(Office, models.PROTECT, related_name="datasets", verbose_name=_("提供单位"))
    current = models.OneToOneField(
        "DatasetVersion", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("现行版本")
    )
    created_at = models.DateTimeField(_("编目时间"), default=now, editable=False)
    changed_at = models.DateTimeField(_("变动时间"), default=now, editable=False)
    retired_at = models.DateTimeField(_("撤销时间"), null=True, editable=False)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        verbose_name = _("数据目录条目")
        verbose_name_plural = _("数据目录条目")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["changed_at", "id"]),
            models.Index(  # CKAN counts its pages: what is skipped is read from here alone
                fields=["code"],
                include=["id"],
                condition=Q(current__isnull=False, retired_at__isnull=True),
                name="dataset_listed_by_code",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_listed(self) -> bool:
        """Whether it stands in the public catalogue."""
        return self.current_id is not None and self.retired_at is None

    @property
    def modified_at(self) -> dt.datetime:
        """When its description or, read ``with_arrival``, its data last changed."""
        arrived = getattr(self, "arrived_at", None)
        return max(self.changed_at, arrived) if arrived else self.changed_at


class DatasetVersion(models.Model):
    """What an entry says (目录版本): written as a draft, published once, then never changed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        SUPERSEDED = "superseded", _("已被替换")

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="versions", verbose_name=_("条目"))
    number = models.PositiveIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.DRAFT)
    title = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英文名称"), max_length=160)
    abstract = models.TextField(_("摘要"), max_length=2000)
    theme = models.CharField(_("分类"), max_length=20, choices=Theme)
    keywords = models.CharField(_("关键词"), max_length=200, blank=True, help_text=_("用空格分开。"))
    sharing = models.CharField(_("共享属性"), max_length=15, choices=Sharing)
    condition = models.CharField(_("共享条件"), max_length=300, blank=True)
    frequency = models.CharField(_("更新频率"), max_length=10, choices=Frequency)
    security = models.PositiveSmallIntegerField(_("安全级别"), choices=Security)
    retention_days = models.PositiveIntegerField(_("保存期限（日）"))
    covers_from = models.DateField(_("数据起始日"), null=True, blank=True)
    contact = models.CharField(_("联系方式"), max_length=120)
    scenarios = models.ManyToManyField(Scenario, blank=True, related_name="versions", verbose_name=_("应用场景"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("编制人")
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("目录版本")
        verbose_name_plural = _("目录版本")
        ordering = ["dataset", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["dataset"], condition=Q(state="published"), name="version_one_in_force"),
            models.UniqueConstraint(fields=["dataset"], condition=Q(state="draft"), name="version_one_draft"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="version_published_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(sharing="conditional") | ~Q(condition=""), name="version_condition_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} v{self.number} {self.title}"

    def clean(self) -> None:
        """A condition is named."""
        if self.sharing == Sharing.CONDITIONAL and not self.condition:
            raise ValidationError({"condition": gettext("有条件共享的数据，请写明共享条件。")})

    @property
    def called(self) -> str:
        """Its name in the reader's language."""
        return self.title_en if get_language() == "en" and self.title_en else self.title


class DataField(models.Model):
    """One field of a version (数据项): its type, form, and how sensitive it is."""

    class Type(models.TextChoices):
        STRING = "string", _("文本")
        INTEGER = "integer", _("整数")
        NUMBER = "number", _("数值")
        DATE = "date", _("日期")
        DATETIME = "datetime", _("时间")
        BOOLEAN = "boolean", _("是否")

    class Classification(models.TextChoices):
        PUBLIC = "public", _("公开")
        INTERNAL = "internal", _("内部")
        PERSONAL = "personal", _("个人信息")
        SENSITIVE = "sensitive", _("敏感个人信息")

    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="fields", verbose_name=_("版本"))
    position = models.PositiveSmallIntegerField(_("顺序"))
    name = models.SlugField(_("字段名"), max_length=60)
    label = models.CharField(_("中文名"), max_length=60)
    type = models.CharField(_("类型"), max_length=10, choices=Type)
    required = models.BooleanField(_("必填"), default=False)
    key = models.BooleanField(_("主键"), default=False)
    party = models.BooleanField(
        _("主体标识"),
        default=False,
        help_text=_("统一社会信用代码或者公民身份号码，说明这一行是关于谁的。凭授权按户查阅时依此查找。"),
    )
    max_length = models.PositiveIntegerField(_("最大长度"), null=True, blank=True)
    pattern = models.CharField(_("格式（正则表达式）"), max_length=200, blank=True)
    minimum = models.DecimalField(_("最小值"), max_digits=20, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField(_("最大值"), max_digits=20, decimal_places=4, null=True, blank=True)
    codes = models.CharField(_("代码值"), max_length=500, blank=True, help_text=_("用空格分开，例如：1 2 9。"))
    classification = models.CharField(_("分级"), max_length=10, choices=Classification, default=Classification.INTERNAL)

    class Meta:
        verbose_name = _("数据项")
        verbose_name_plural = _("数据项")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="field_name_once"),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(minimum__lte=F("maximum")),
                name="field_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.label}"


class Duty(models.Model):
    """Data a department holds by its duties and must list (应编目数据), whether or not it has (Art 16)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="catalogue_duties", verbose_name=_("单位"))
    subject = models.CharField(_("数据"), max_length=120)
    basis = models.CharField(_("依据"), max_length=200)
    dataset = models.ForeignKey(
        Dataset, models.SET_NULL, null=True, blank=True, related_name="duties", verbose_name=_("对应条目")
    )

    class Meta:
        verbose_name = _("编目职责")
        verbose_name_plural = _("编目职责")
        ordering = ["office", "id"]
        constraints = [models.UniqueConstraint(fields=["office", "subject"], name="duty_once")]

    def __str__(self) -> str:
        return self.subject


class Arrival(models.Model):
    """That a delivery of a dataset arrived (归集): what freshness is derived from."""

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="arrivals", verbose_name=_("条目"))
    at = models.DateTimeField(_("到达时间"), default=now)
    rows = models.PositiveBigIntegerField(_("行数"))

    class Meta:
        verbose_name = _("数据到达")
        verbose_name_plural = _("数据到达")
        indexes = [models.Index(fields=["dataset", "-at"])]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.at}"


class FreshnessNotice(models.Model):
    """That a reminder or an escalation about an update that did not come has gone out: once for each kind."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("到期提醒")
        OVERDUE = "overdue", _("超期提醒")
        ESCALATION = "escalation", _("大数据中心督办")

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="freshness_notices", verbose_name=_("条目"))
    due = models.DateField(_("应更新日"))
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = _("更新提醒")
        verbose_name_plural = _("更新提醒")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["dataset", "due", "kind"], name="freshness_notice_once")]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.due} {self.kind}"


def last_change() -> dt.datetime | None:
    """When the catalogue last changed."""
    return Dataset.objects.aggregate(at=Max("changed_at"))["at"]
