"""Certificate of Chinese tax residence (中国税收居民身份证明): Article 6, the right to be served.

Who earns abroad shows this certificate there to be taxed under a treaty. The tax office in charge issues
it within ten working days of accepting the application.
"""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import CaseDetail
from apps.kernel.casework.procedures import ClockSpec, Page, Procedure
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.services.procedures.rights import SUPPLEMENT_CLOCK, payers_office


class ResidenceCertificate(CaseDetail):
    """For which year and which other side the certificate is asked, and what it is needed for."""

    class Income(models.TextChoices):
        SERVICE = "service", _("劳务或者经营所得")
        INVESTMENT = "investment", _("股息、利息、特许权使用费")
        OTHER = "other", _("其他所得")

    year = models.PositiveSmallIntegerField(
        _("年度"),
        null=True,
        help_text=_("例如：2026。"),
        validators=[MinValueValidator(2000, _("请填写四位数的年度。"))],
    )
    country = models.CharField(_("缔约国家或者地区"), max_length=60, default="", help_text=_("例如：新加坡。"))
    income = models.CharField(_("所得种类"), max_length=20, choices=Income, default="")

    class Meta:
        verbose_name = _("税收居民身份证明申请")
        verbose_name_plural = _("税收居民身份证明申请")

    def __str__(self) -> str:
        return f"{self.year} {self.country}"


def begun(application: ResidenceCertificate) -> None:
    """Refuse a year that has not begun.

    :raises ValidationError: naming the field.
    """
    if application.year > clock.today().year:
        raise ValidationError({"year": gettext("这一年度还没有开始，请填写今年或者以前的年度。")})


RESIDENCE_CERTIFICATE = procedures.register(
    Procedure(
        code="residence-certificate",
        title=_("开具中国税收居民身份证明"),
        summary=_("在境外取得所得、需要享受税收协定待遇时，由主管税务机关开具。"),
        chapter="2",
        article="第六条",
        audience=frozenset({Party.Kind.PERSON, Party.Kind.ORGANISATION}),
        detail=ResidenceCertificate,
        states=standard.STATES,
        transitions=standard.TRANSITIONS,
        route=payers_office,
        clocks=(
            ClockSpec(
                "residence-certificate",
                _("开具证明"),
                starts=("accept", "reopen"),
                stops=("approve", "refuse", "withdraw"),
            ),
            SUPPLEMENT_CLOCK,
        ),
        pages=(
            Page("what", _("哪一年度、对哪个国家或者地区？"), ("year", "country")),
            Page("income", _("涉及哪一种所得？"), ("income",)),
        ),
        minutes=5,
        subject=_("纳税人权利"),
        keywords=("税收协定", "居民身份", "境外所得"),
        validate=begun,
    )
)
