"""A child is born (出生一件事): Article 10, with Article 24 for the contribution of residents.

The household register comes first and gives the child its number; card, insurance and support use it,
and the tax office takes the resident's contribution once the insurance is registered.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.casework.procedures import Page, Paper
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.parties.models import Party, Person, phone_number
from apps.kernel.workcalendar import clock
from apps.services.bundles import procedure, results
from apps.services.bundles.declaration import Bundle, Part, When
from apps.services.bundles.routing import department, leading_office
from apps.services.bundles.words import YES, YesNo


def born_already(day) -> None:
    """Nobody is born tomorrow."""
    if day > clock.today():
        raise ValidationError(_("出生日期不能晚于今天。"))


class Newborn(CaseDetail):
    """What is asked of the parents of a newborn child (出生事项申请)."""

    child_name = models.CharField(_("孩子的姓名"), max_length=40, default="")
    child_sex = models.CharField(_("性别"), max_length=1, choices=Person.Sex, default="")
    born_on = models.DateField(_("出生日期"), null=True, validators=[born_already])
    birth_certificate = models.CharField(
        _("出生医学证明编号"), max_length=20, default="", help_text=_("证明右上角，一个字母加九位数字。")
    )
    district = models.CharField(_("在哪个区申报户口"), max_length=6, choices=DISTRICTS, default="")
    address = models.CharField(_("户口地址"), max_length=200, default="")
    low_income = models.CharField(_("家庭正在享受低保或者低收入家庭待遇吗？"), max_length=3, choices=YesNo, default="")
    phone = models.CharField(_("联系电话"), max_length=20, default="", validators=[phone_number])

    class Meta:
        verbose_name = _("出生事项申请")
        verbose_name_plural = _("出生事项申请")

    def __str__(self) -> str:
        return self.child_name


NEWBORN = procedure.register(
    Bundle(
        code="newborn",
        title=_("出生一件事"),
        summary=_("一次申请，办好户口、社会保障卡、居民医疗保险和缴费，困难家庭同时审核补助。"),
        article="第十条、第二十四条",
        audience=frozenset({Party.Kind.PERSON}),
        detail=Newborn,
        pages=(
            Page("child", _("孩子叫什么名字，哪天出生？"), ("child_name", "child_sex", "born_on", "birth_certificate")),
            Page("household", _("户口报在哪里？"), ("district", "address")),
            Page("support", _("家庭正在享受低保或者低收入家庭待遇吗？"), ("low_income",)),
            Page("contact", _("怎样联系您？"), ("phone",)),
        ),
        papers=(
            Paper("identity-card", _("申请人的居民身份证"), keeper=_("上海市公安局"), required=True),
            Paper("birth-certificate", _("出生医学证明"), keeper=_("上海市卫生健康委员会"), required=True),
            Paper("marriage-certificate", _("结婚证"), _("没有结婚的可以不交。"), keeper=_("上海市民政局")),
        ),
        parts=(
            Part(
                "police",
                _("出生登记（申报户口）"),
                _("登记户口，编制公民身份号码。"),
                department("police"),
                term="bundle-birth-registration",
                takes=("child_name", "child_sex", "born_on", "birth_certificate", "district", "address", "phone"),
                papers=("identity-card", "birth-certificate", "marriage-certificate"),
                result=results.IdentityNumberForm,
            ),
            Part(
                "hrss",
                _("申领社会保障卡"),
                _("制作孩子的社会保障卡，寄到户口地址。"),
                department("hrss"),
                term="bundle-social-card",
                takes=("child_name", "address", "phone"),
                after=("police",),
                result=results.number_form(_("社会保障卡号")),
            ),
            Part(
                "medical",
                _("居民医疗保险登记"),
                _("从出生之日起享受居民医疗保险待遇。"),
                department("medical"),
                term="bundle-child-medical",
                takes=("child_name", "born_on", "phone"),
                after=("police",),
                result=results.number_form(_("医疗保险登记号")),
            ),
            Part(
                "tax",
                _("居民医疗保险缴费登记"),
                _("登记缴费信息，可以在线缴费。"),
                leading_office,
                term="bundle-contribution-setup",
                takes=("child_name", "phone"),
                after=("medical",),
                result=results.AmountForm,
            ),
            Part(
                "civilaffairs",
                _("困难家庭儿童生活补助"),
                _("核对家庭情况，审核补助资格。"),
                department("civilaffairs"),
                term="bundle-child-support",
                takes=("child_name", "district", "low_income", "phone"),
                papers=("identity-card", "marriage-certificate"),
                after=("police",),
                when=When("low_income", YES),
                result=results.AmountForm,
            ),
        ),
        term="bundle-newborn",
        minutes=10,
        keywords=("新生儿", "出生", "宝宝", "报户口", "居民医保"),
    )
)
