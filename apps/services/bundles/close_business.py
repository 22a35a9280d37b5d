"""Closing a business as one thing (企业注销一件事): Article 10.

Tax is cleared first; the insurance accounts close side by side after it; the register is left last.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.casework.procedures import Page, Paper
from apps.kernel.parties.models import Party, phone_number
from apps.services.bundles import procedure, results
from apps.services.bundles.declaration import Bundle, Part, When
from apps.services.bundles.routing import department, leading_office
from apps.services.bundles.words import YES, YesNo


class BusinessClosure(CaseDetail):
    """What is asked of whoever closes a business (企业注销申请)."""

    class Reason(models.TextChoices):
        RESOLVED = "resolved", _("股东或者投资人决定解散")
        EXPIRED = "expired", _("经营期限届满")
        MERGED = "merged", _("合并或者分立")
        REVOKED = "revoked", _("被吊销营业执照")

    reason = models.CharField(_("注销原因"), max_length=12, choices=Reason, default="")
    liquidated_on = models.DateField(_("清算结束日期"), null=True)
    invoices = models.CharField(
        _("发票是否都已缴销？"), max_length=3, choices=YesNo, default="", help_text=_("没有缴销的，由税务所一并办理。")
    )
    employees = models.CharField(_("办理过职工参保登记吗？"), max_length=3, choices=YesNo, default="")
    settled = models.CharField(_("职工工资和社会保险费都已结清吗？"), max_length=3, choices=YesNo, default="")
    keeper = models.CharField(_("账簿和凭证由谁保管"), max_length=60, default="")
    phone = models.CharField(_("联系电话"), max_length=20, default="", validators=[phone_number])

    class Meta:
        verbose_name = _("企业注销申请")
        verbose_name_plural = _("企业注销申请")

    def __str__(self) -> str:
        return self.get_reason_display()


CLOSE_BUSINESS = procedure.register(
    Bundle(
        code="close-business",
        title=_("企业注销一件事"),
        summary=_("一次申请，依次办好税务清税、社保和医保账户注销、注销登记。"),
        article="第十条",
        audience=frozenset({Party.Kind.ORGANISATION}),
        detail=BusinessClosure,
        pages=(
            Page("reason", _("为什么注销？"), ("reason", "liquidated_on")),
            Page("tax", _("税务方面还有什么没有办完？"), ("invoices", "keeper")),
            Page("staff", _("职工的工资和保险都结清了吗？"), ("employees", "settled")),
            Page("contact", _("怎样联系您？"), ("phone",)),
        ),
        papers=(
            Paper("business-licence", _("营业执照"), keeper=_("上海市市场监督管理局"), required=True),
            Paper("resolution", _("注销决议或者决定"), required=True),
            Paper("liquidation-report", _("清算报告"), required=True),
        ),
        parts=(
            Part(
                "tax",
                _("税务清税"),
                _("结清税费，缴销发票，出具清税证明。"),
                leading_office,
                term="bundle-tax-clearance",
                takes=("reason", "liquidated_on", "invoices", "keeper", "phone"),
                papers=("resolution", "liquidation-report"),
                result=results.number_form(_("清税证明编号")),
            ),
            Part(
                "hrss",
                _("社会保险账户注销"),
                _("核对并注销养老、失业、工伤保险账户。"),
                department("hrss"),
                term="bundle-employer-deregistration",
                takes=("settled", "phone"),
                papers=("business-licence",),
                after=("tax",),
                when=When("employees", YES),
            ),
            Part(
                "medical",
                _("医疗保险账户注销"),
                _("核对并注销职工医疗保险（含生育保险）账户。"),
                department("medical"),
                term="bundle-employer-deregistration",
                takes=("settled", "phone"),
                papers=("business-licence",),
                after=("tax",),
                when=When("employees", YES),
            ),
            Part(
                "market",
                _("企业注销登记"),
                _("注销登记，收回电子营业执照。"),
                department("market"),
                term="bundle-market-deregistration",
                takes=("reason", "liquidated_on", "phone"),
                papers=("business-licence", "resolution", "liquidation-report"),
                after=("tax", "hrss", "medical"),
                result=results.number_form(_("准予注销登记通知书文号")),
            ),
        ),
        term="bundle-close-business",
        minutes=15,
        keywords=("注销公司", "关闭企业", "清税", "注销登记"),
    )
)
