"""What is complained of, what shall be put right, and what is to be reconsidered (Art 31)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock


class Kind(models.TextChoices):
    """What the complaint is about; the term for handling follows from it (纳税服务投诉管理办法)."""

    MANNER = "manner", _("服务言行：态度、用语、举止")
    QUALITY = "quality", _("服务质效：效率、多跑路、政策解答错误")
    RIGHTS = "rights", _("侵害权益：多收、错收、不予退还、信息泄露")


class Area(models.TextChoices):
    """What was being collected or served."""

    TAX = "tax", _("税收")
    SOCIAL_INSURANCE = "social_insurance", _("社会保险费")
    NON_TAX = "non_tax", _("非税收入")


FAST_BY_ITSELF = (Area.SOCIAL_INSURANCE, Area.NON_TAX)

# Which offices one can complain of.
ANSWERABLE = {"active": True, "kind__in": [*Office.TAX_KINDS, Office.Kind.DEPARTMENT]}


def has_come(day: dt.date) -> None:
    """What one complains of has happened.

    :raises ValidationError: for a day to come.
    """
    if day > clock.today():
        raise ValidationError(gettext("这个日期不能晚于今天，请核对。"))


class ComplaintQuerySet(models.QuerySet):
    """Complaints follow their cases."""

    def against(self, actor: Actor):
        """Complaints that name this member of staff, by staff number or by name (被投诉人)."""
        user = actor.user
        if user is None or actor.office is None:
            return self.none()
        named = Q(respondent__iexact=user.username)
        if user.display_name:
            named |= Q(respondent__contains=user.display_name)
        return self.exclude(respondent="").filter(named)

    def visible_to(self, actor):
        """Complaints whose case the actor may see."""
        return self.filter(case__in=Case.objects.visible_to(actor))


class Complaint(CaseDetail):
    """A complaint about tax, social insurance or non-tax collection or service (投诉)."""

    class Source(models.TextChoices):
        ONLINE = "online", _("网上")
        COUNTER = "counter", _("窗口")
        HOTLINE = "hotline", _("12366 热线")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("属实")
        PARTLY = "partly", _("部分属实")
        UNFOUNDED = "unfounded", _("不属实")

    area = models.CharField(_("涉及的征收或服务"), max_length=20, choices=Area, default="")
    kind = models.CharField(_("投诉类别"), max_length=12, choices=Kind, default="")
    about = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("被投诉单位"),
        help_text=_("不清楚可以不选，由市税务局确定后转办。"),
        limit_choices_to=ANSWERABLE,
    )
    respondent = models.CharField(
        _("被投诉人的姓名或者工号"),
        max_length=60,
        blank=True,
        default="",
        help_text=_("可以不填。被投诉人不会办理这件投诉。"),
    )
    happened_on = models.DateField(_("发生日期"), null=True, blank=True, validators=[has_come])
    account = models.TextField(_("事情经过"), max_length=4000, default="", help_text=_("请写明时间、地点和经过。"))
    wish = models.TextField(_("希望怎样解决"), max_length=1000, blank=True, default="")
    source = models.CharField(_("来源"), max_length=10, choices=Source, default=Source.ONLINE, editable=False)
    receipt = models.CharField(max_length=64, null=True, unique=True, editable=False)
    mediator = models.ForeignKey(
        Office, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("调解单位")
    )
    fast = models.BooleanField(_("快速处理"), default=False, editable=False)
    outcome = models.CharField(_("调查结论"), max_length=12, choices=Outcome, blank=True, default="", editable=False)
    reopened_at = models.DateTimeField(_("要求重新处理的时间"), null=True, editable=False)
    rating = models.PositiveSmallIntegerField(
        _("满意度"), null=True, editable=False, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    lowest_rating = models.PositiveSmallIntegerField(
        _("历次答复的最低满意度"),
        null=True,
        editable=False,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("再次答复后的好评不抵消之前的差评。"),
    )

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("投诉")
        verbose_name_plural = _("投诉")
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="complaint_rating_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True)
                | Q(lowest_rating__isnull=False, lowest_rating__range=(1, F("rating"))),
                name="complaint_lowest_rating",
            ),
        ]
        indexes = [models.Index(fields=["about", "kind"])]

    def __str__(self) -> str:
        return f"{self.get_area_display()} {self.get_kind_display()}"

    @property
    def in_fast_lane(self) -> bool:
        """Whether a tax office handles it in the short term (快速处理).

        A person's complaint about contributions or fees is by itself; one about income tax, or about carrying out a
        policy of weight, is when the officer says so.
        """
        payer = self.case.applicant
        by_itself = payer is not None and payer.kind == Party.Kind.PERSON and self.area in FAST_BY_ITSELF
        return self.fast or by_itself


class Rectification(CaseDetail):
    """A task to put right what several complaints have in common (整改任务)."""

    about = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("整改单位"))
    kind = models.CharField(_("投诉类别"), max_length=12, choices=Kind)
    since = models.DateField(_("投诉起始日"))
    until = models.DateField(_("投诉截止日"))
    complaints = models.PositiveIntegerField(_("投诉件数"))
    finding = models.TextField(_("共性问题和整改要求"), max_length=2000)

    class Meta:
        verbose_name = _("整改任务")
        verbose_name_plural = _("整改任务")
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="rectification_period"),
            models.CheckConstraint(condition=Q(complaints__gt=0), name="rectification_has_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.get_kind_display()}"


class Reconsideration(CaseDetail):
    """An application to have a decision reconsidered (行政复议申请)."""

    class Subject(models.TextChoices):
        COLLECTION = "collection", _("征税行为（确认纳税主体、税款征收、滞纳金等）")
        OTHER = "other", _("其他行政行为（行政处罚、不予许可、不予办理等）")

    class Secured(models.TextChoices):
        PAID = "paid", _("已缴清税款和滞纳金")
        SECURITY = "security", _("已提供经确认的担保")
        NOT_NEEDED = "not_needed", _("不涉及征税")

    class Request(models.TextChoices):
        REVOKE = "revoke", _("撤销")
        CHANGE = "change", _("变更")
        ILLEGAL = "illegal", _("确认违法")
        PERFORM = "perform", _("责令履行职责")

    class Decision(models.TextChoices):
        UPHELD = "upheld", _("维持")
        CHANGED = "changed", _("变更")
        REVOKED = "revoked", _("撤销或者部分撤销")
        ILLEGAL = "illegal", _("确认违法")
        PERFORM = "perform", _("责令限期履行")
        DISMISSED = "dismissed", _("驳回复议请求")

    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("作出决定的税务机关"),
        limit_choices_to={"active": True, "kind__in": Office.TAX_KINDS},
    )
    decision_number = models.CharField(
        _("决定书文号或者办件编号"), max_length=60, default="", help_text=_("例如：SH2026000000123。")
    )
    learned_on = models.DateField(_("收到或者知道决定的日期"), null=True)
    subject = models.CharField(_("对什么不服"), max_length=12, choices=Subject, default="")
    secured = models.CharField(
        _("税款情况"),
        max_length=12,
        choices=Secured,
        default="",
        help_text=_("对征税行为不服的，应当先缴清税款、滞纳金或者提供担保（《税收征收管理法》第八十八条）。"),
    )
    request = models.CharField(_("复议请求"), max_length=10, choices=Request, default="")
    grounds = models.TextField(_("事实和理由"), max_length=4000, default="")
    decision = models.CharField(_("复议决定"), max_length=12, choices=Decision, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("行政复议申请")
        verbose_name_plural = _("行政复议申请")

    def __str__(self) -> str:
        return self.decision_number
