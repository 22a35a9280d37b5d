"""Transfer of real estate with its tax (不动产转移登记一件事): Articles 10 and 28.

Planning accepts and verifies the title, the tax office assesses the deed tax, the buyer pays, and the
registry enters the transfer after it has checked the certificate of payment.
"""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import standard
from apps.kernel.casework.models import CaseDetail
from apps.kernel.casework.procedures import SYSTEM, Page, Paper, State, Transition
from apps.kernel.ledger.models import Yuan
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.parties.models import Party, phone_number
from apps.services.bundles import deed_tax, procedure, progress, results
from apps.services.bundles.declaration import Bundle, Part
from apps.services.bundles.routing import department, tax_office_of_district

POSITIVE = MinValueValidator(Decimal("0.01"), _("应大于 0。"))
BY_PORTAL = frozenset({SYSTEM})


class PropertyTransfer(CaseDetail):
    """What is asked of the buyer of real estate (不动产转移申请)."""

    class Home(models.TextChoices):
        FIRST = "first", _("家庭唯一住房")
        SECOND = "second", _("家庭第二套住房")
        OTHER = "other", _("其他住房或者非住房")

    certificate = models.CharField(
        _("不动产权证书号"), max_length=60, default="", help_text=_("例如：沪（2019）黄字不动产权第000123号。")
    )
    district = models.CharField(_("不动产所在区"), max_length=6, choices=DISTRICTS, default="")
    address = models.CharField(_("坐落"), max_length=200, default="")
    area = models.DecimalField(
        _("建筑面积（平方米）"), max_digits=10, decimal_places=2, null=True, validators=[POSITIVE]
    )
    seller = models.CharField(_("转让人"), max_length=120, default="")
    contract = models.CharField(_("网签合同编号"), max_length=40, default="")
    signed_on = models.DateField(_("合同签订日期"), null=True)
    price = Yuan(_("成交价格（元，不含增值税）"), max_digits=16, null=True, validators=[POSITIVE])
    home = models.CharField(
        _("这是您家庭的第几套住房？"), max_length=10, choices=Home, default="", help_text=_("单位购买的，选最后一项。")
    )
    phone = models.CharField(_("联系电话"), max_length=20, default="", validators=[phone_number])

    class Meta:
        verbose_name = _("不动产转移申请")
        verbose_name_plural = _("不动产转移申请")

    def __str__(self) -> str:
        return self.certificate


TAX_ROWS = (
    Transition(
        "assess",
        _("核定契税"),
        (standard.HANDLING,),
        deed_tax.PAYING,
        standard.DECIDERS,
        "第二十八条",
        _("核定了契税"),
        bar=procedure.second_person_in_tax,
        effect=deed_tax.assess,
        then=deed_tax.nothing_to_pay,
    ),
    Transition(
        "approve",
        _("确认缴清"),
        (deed_tax.PAYING,),
        standard.APPROVED,
        BY_PORTAL,
        "第二十八条",
        _("确认契税已缴清"),
        notice="case-decided",
        after=progress.part_closed,
    ),
    Transition(
        "stop",
        _("停止办理"),
        (deed_tax.PAYING, *standard.WITHDRAW.sources),
        standard.WITHDRAWN,
        BY_PORTAL,
        "第六条",
        _("因申请人撤回而停止"),
        effect=deed_tax.cancel,
    ),
)

PROPERTY_TRANSFER = procedure.register(
    Bundle(
        code="property-transfer",
        title=_("不动产转移登记一件事"),
        summary=_("一次申请，办好权属核查、契税核定和缴纳、转移登记。"),
        article="第十条、第二十八条",
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=PropertyTransfer,
        validate=deed_tax.calculable,
        pages=(
            Page("property", _("转移的是哪一处不动产？"), ("certificate", "district", "address", "area")),
            Page("deal", _("合同是怎样约定的？"), ("seller", "contract", "signed_on", "price")),
            Page("home", _("这是您家庭的第几套住房？"), ("home",), _("这决定契税的税率。")),
            Page("contact", _("怎样联系您？"), ("phone",)),
        ),
        papers=(
            Paper("contract", _("房屋买卖合同"), required=True),
            Paper("property-certificate", _("转让人的不动产权证书"), _("有电子证照的，由登记中心核对。")),
            Paper("marriage-certificate", _("结婚证"), _("用来核对家庭住房套数。"), keeper=_("上海市民政局")),
        ),
        parts=(
            Part(
                "planning",
                _("受理和权属核查"),
                _("受理申请，核对不动产的权属、抵押和查封。"),
                department("planning"),
                term="bundle-property-acceptance",
                takes=("certificate", "district", "address", "area", "seller", "contract", "phone"),
                papers=("contract", "property-certificate"),
                result=results.number_form(_("受理编号")),
            ),
            Part(
                deed_tax.TAX,
                _("契税核定和缴纳"),
                _("核定契税，您在线缴纳后自动开具完税证明。"),
                tax_office_of_district,
                term="bundle-deed-assessment",
                takes=("address", "area", "contract", "signed_on", "price", "home", "phone"),
                papers=("contract", "marriage-certificate"),
                after=("planning",),
                lines=deed_tax.lines,
                decided_by=("assess", "refuse"),
                states=(
                    State(
                        deed_tax.PAYING,
                        _("待缴契税"),
                        _("契税已经核定，等您缴纳。"),
                        _("请在“我的账户”中缴清契税，缴清后自动进入登记。"),
                        tone="due",
                    ),
                ),
                rows=TAX_ROWS,
            ),
            Part(
                deed_tax.REGISTRATION,
                _("登簿发证"),
                _("核验契税完税证明，登记转移，发给不动产权证书。"),
                department("registry"),
                term="bundle-property-registration",
                takes=("certificate", "address", "area", "seller", "contract", "phone"),
                papers=("contract", "property-certificate"),
                after=("planning", deed_tax.TAX),
                ready=deed_tax.must_be_checked,
                result=results.number_form(_("新的不动产权证书号")),
                yields=Paper("property-certificate", _("不动产权证书")),
            ),
        ),
        term="bundle-property-transfer",
        minutes=15,
        keywords=("买房", "过户", "契税", "房产证", "不动产", "二手房"),
    )
)
