"""Social insurance of people who work for themselves, as one thing (灵活就业参保一件事): Articles 10 and 24.

Pension and medical insurance register side by side; the tax office then sets up the monthly payment.
"""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.casework.procedures import Page, Paper
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import Yuan
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, phone_number
from apps.kernel.workcalendar import clock, filing
from apps.services.bundles import procedure, results
from apps.services.bundles.declaration import Bundle, Part, When
from apps.services.bundles.routing import department, leading_office
from apps.services.bundles.words import YES, YesNo


class FlexibleInsurance(CaseDetail):
    """What is asked of somebody who works for themselves and insures themselves (灵活就业参保申请)."""

    class Work(models.TextChoices):
        PLATFORM = "platform", _("网约配送、出行、货运等平台工作")
        PART_TIME = "part_time", _("非全日制工作")
        OWN = "own", _("个体经营、没有雇工")
        OTHER = "other", _("其他自由职业")

    work = models.CharField(_("从事什么工作"), max_length=12, choices=Work, default="")
    since = models.DateField(_("从哪一天开始"), null=True)
    base = Yuan(
        _("每月缴费基数（元）"),
        max_digits=12,
        null=True,
        validators=[MinValueValidator(Decimal("0.01"), _("金额应大于 0 元。"))],
        help_text=_("在公布的上下限之间自行选择；经办机构会核对。"),
    )
    medical = models.CharField(_("同时参加职工医疗保险吗？"), max_length=3, choices=YesNo, default="")
    phone = models.CharField(_("联系电话"), max_length=20, default="", validators=[phone_number])

    class Meta:
        verbose_name = _("灵活就业参保申请")
        verbose_name_plural = _("灵活就业参保申请")

    def __str__(self) -> str:
        return self.get_work_display()


def charge(case: Case, actor: Actor) -> None:
    """The first month's contributions stand on the account of whoever insures themselves, from next month on.

    :raises ValidationError: naming ``medical_amount`` when it does not fit what was applied for.
    """
    record, wants_medical = case.detail, case.parent.detail.medical in YES
    if wants_medical != (record.medical_amount is not None):
        raise ValidationError(
            {
                "medical_amount": gettext("申请人同时参加医疗保险，请填写每月医疗保险费。")
                if wants_medical
                else gettext("申请人只参加养老保险，请把医疗保险费留空。")
            }
        )
    month = (clock.today().replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    for levy, amount in (("pension", record.amount), ("medical", record.medical_amount)):
        if amount is not None:
            charges.assess(
                party=case.applicant,
                levy=levy,
                period=f"{month:%Y-%m}",
                amount=amount,
                due=filing.monthly_due(month.year, month.month).due,
                about=case.about,
                actor=actor,
            )


FLEXIBLE_INSURANCE = procedure.register(
    Bundle(
        code="flexible-insurance",
        title=_("灵活就业参保一件事"),
        summary=_("一次申请，办好养老、医疗保险参保登记和每月缴费。"),
        article="第十条、第二十四条",
        audience=frozenset({Party.Kind.PERSON}),
        detail=FlexibleInsurance,
        pages=(
            Page("work", _("您从事什么工作？"), ("work", "since")),
            Page("base", _("按多少基数缴费？"), ("base",)),
            Page("medical", _("同时参加职工医疗保险吗？"), ("medical",)),
            Page("contact", _("怎样联系您？"), ("phone",)),
        ),
        papers=(
            Paper("identity-card", _("居民身份证"), keeper=_("上海市公安局"), required=True),
            Paper("work-proof", _("从事灵活就业的说明或者协议"), _("没有的可以不交。")),
        ),
        parts=(
            Part(
                "hrss",
                _("养老保险参保登记"),
                _("登记为灵活就业参保人员，核定缴费基数。"),
                department("hrss"),
                term="bundle-flexible-pension",
                takes=("work", "since", "base", "phone"),
                papers=("identity-card", "work-proof"),
                result=results.number_form(_("个人社会保障号")),
            ),
            Part(
                "medical",
                _("医疗保险参保登记"),
                _("登记参加职工医疗保险。"),
                department("medical"),
                term="bundle-flexible-medical",
                takes=("since", "base", "phone"),
                papers=("identity-card",),
                when=When("medical", YES),
                result=results.number_form(_("医疗保险登记号")),
            ),
            Part(
                "tax",
                _("缴费信息登记"),
                _("登记每月缴费金额，从次月起可以在线缴费。"),
                leading_office,
                term="bundle-contribution-setup",
                takes=("base", "phone"),
                papers=("identity-card",),
                after=("hrss", "medical"),
                result=results.ContributionsForm,
                effect=charge,
            ),
        ),
        term="bundle-flexible-insurance",
        minutes=10,
        keywords=("灵活就业", "自由职业", "外卖", "快递", "社保", "参保"),
    )
)
