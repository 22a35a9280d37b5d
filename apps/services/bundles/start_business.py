"""Starting a business as one thing (企业开办一件事): Article 10.

The market registration comes first, because its credit code is what everyone else registers by;
seal, tax and employer registration then run side by side, and medical insurance follows the employer's.
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.casework.procedures import Page, Paper
from apps.kernel.ledger.models import Yuan
from apps.kernel.parties import registration
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.parties.models import Organisation, Party, phone_number
from apps.services.bundles import procedure, results
from apps.services.bundles.declaration import Bundle, Part, When
from apps.services.bundles.routing import department, tax_office_of_district
from apps.services.bundles.words import YES, YesNo


class BusinessStart(CaseDetail):
    """What is asked of whoever starts a business (企业开办申请)."""

    class Form(models.TextChoices):
        COMPANY = "company", _("有限责任公司")
        SOLE = "sole", _("个人独资企业")
        INDIVIDUAL = "individual", _("个体工商户")

    class VatKind(models.TextChoices):
        SMALL = "small", _("小规模纳税人")
        GENERAL = "general", _("一般纳税人")

    name = models.CharField(
        _("拟用名称"), max_length=100, default="", help_text=_("例如：上海浦江书香文化有限公司。请先自行查询是否重名。")
    )
    form = models.CharField(_("企业类型"), max_length=12, choices=Form, default="")
    capital = Yuan(_("注册资本（元）"), max_digits=16, null=True, validators=[MinValueValidator(0)])
    scope = models.TextField(_("经营范围"), max_length=500, default="", help_text=_("写明主要业务，一行一项。"))
    district = models.CharField(_("所在区"), max_length=6, choices=DISTRICTS, default="")
    address = models.CharField(_("住所地址"), max_length=200, default="", help_text=_("写到门牌号和室号。"))
    phone = models.CharField(_("联系电话"), max_length=20, default="", validators=[phone_number])
    vat_kind = models.CharField(
        _("增值税纳税人类型"),
        max_length=10,
        choices=VatKind,
        default="",
        help_text=_("预计一年销售额超过 500 万元的，选择一般纳税人。"),
    )
    monthly_sales = Yuan(_("预计每月开票金额（元）"), max_digits=16, null=True, validators=[MinValueValidator(0)])
    seal = models.CharField(_("需要刻制公章吗？"), max_length=3, choices=YesNo, default="")
    hires = models.CharField(_("会招用员工吗？"), max_length=3, choices=YesNo, default="")
    headcount = models.PositiveIntegerField(
        _("首批员工人数"), null=True, blank=True, help_text=_("招用员工的请填写；不招用可以留空。")
    )

    class Meta:
        verbose_name = _("企业开办申请")
        verbose_name_plural = _("企业开办申请")

    def __str__(self) -> str:
        return self.name


def register_company(case: Case, actor: Actor) -> None:
    """With its tax registration the company is a taxpayer of its own, and the applicant acts for it."""
    whole = case.parent
    market = whole.parts.get(part="market").detail
    answers: BusinessStart = whole.detail
    individual = answers.form == BusinessStart.Form.INDIVIDUAL
    registration.register_company(
        Organisation(
            uscc=market.number,
            form=Organisation.Form.INDIVIDUAL_BUSINESS if individual else Organisation.Form.ENTERPRISE,
            vat_kind=answers.vat_kind,
            address=answers.address,
        ),
        name=answers.name,
        office=case.office,
        district=answers.district,
        phone=answers.phone,
        legal_representative=whole.applicant,
        actor=actor,
    )


START_BUSINESS = procedure.register(
    Bundle(
        code="start-business",
        title=_("企业开办一件事"),
        summary=_("一次申请，办好设立登记、刻章备案、税务登记和发票额度、社保和医保登记。"),
        article="第十条",
        audience=frozenset({Party.Kind.PERSON}),
        detail=BusinessStart,
        pages=(
            Page("company", _("要开办什么企业？"), ("name", "form", "capital", "scope")),
            Page("place", _("企业设在哪里，怎样联系您？"), ("district", "address", "phone")),
            Page("tax", _("怎样纳税、开票？"), ("vat_kind", "monthly_sales")),
            Page("seal", _("需要刻制公章吗？"), ("seal",), _("公安机关备案后，公章送到您填写的地址。")),
            Page("staff", _("会招用员工吗？"), ("hires", "headcount"), _("招用员工的，同时办理社保和医保登记。")),
        ),
        papers=(
            Paper("identity-card", _("申请人的居民身份证"), keeper=_("上海市公安局"), required=True),
            Paper("articles", _("公司章程或者设立协议"), required=True),
            Paper("premises", _("住所使用证明，例如租赁合同"), required=True),
        ),
        parts=(
            Part(
                "market",
                _("企业设立登记"),
                _("核准名称，登记企业，发给电子营业执照。"),
                department("market"),
                term="bundle-market-registration",
                takes=("name", "form", "capital", "scope", "district", "address", "phone"),
                papers=("identity-card", "articles", "premises"),
                result=results.CreditCodeForm,
            ),
            Part(
                "seal",
                _("公章刻制备案"),
                _("备案并安排刻制公章。"),
                department("police"),
                term="bundle-seal",
                takes=("name", "phone", "seal"),
                papers=("identity-card",),
                after=("market",),
                when=When("seal", YES),
                result=results.number_form(_("印章备案编号")),
            ),
            Part(
                "tax",
                _("税务登记和发票额度"),
                _("确认税务登记信息，核定每月发票总额度。"),
                tax_office_of_district,
                term="bundle-tax-registration",
                takes=("name", "form", "district", "address", "phone", "vat_kind", "monthly_sales"),
                papers=("premises",),
                after=("market",),
                result=results.QuotaForm,
                effect=register_company,
            ),
            Part(
                "hrss",
                _("用人单位社会保险登记"),
                _("为企业开立养老、失业、工伤保险账户。"),
                department("hrss"),
                term="bundle-employer-registration",
                takes=("name", "address", "phone", "headcount"),
                after=("market",),
                when=When("hires", YES),
                result=results.number_form(_("社会保险登记号")),
            ),
            Part(
                "medical",
                _("用人单位医疗保险登记"),
                _("为企业开立职工医疗保险（含生育保险）账户。"),
                department("medical"),
                term="bundle-employer-medical",
                takes=("name", "phone", "headcount"),
                after=("hrss",),
                when=When("hires", YES),
                result=results.number_form(_("医疗保险登记号")),
            ),
        ),
        term="bundle-start-business",
        minutes=20,
        keywords=("开公司", "开办企业", "注册公司", "营业执照", "创业"),
    )
)
