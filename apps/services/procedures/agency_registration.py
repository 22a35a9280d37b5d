"""Entry of a professional agency on the register (涉税专业服务机构登记): Article 7."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import ClockSpec, Page, Procedure
from apps.kernel.parties.models import Office, Party
from apps.services.agencies import registering
from apps.services.agencies.models import AgencyApplication


def _office_in_charge(case: Case) -> Office:
    return case.applicant.office


AGENCY_REGISTRATION = procedures.register(
    Procedure(
        code="agency-registration",
        title=_("涉税专业服务机构登记"),
        summary=_("税务师事务所等机构登记后列入公开名录，可以接受委托代办税费事项。"),
        chapter="2",
        article="第七条",
        audience=frozenset({Party.Kind.ORGANISATION}),
        detail=AgencyApplication,
        states=standard.STATES,
        transitions=tuple(
            replace(row, effect=registering.enter) if row.action == "approve" else row
            for row in standard.TRANSITIONS
            if row.action != "reopen"
        ),
        route=_office_in_charge,
        clocks=(
            ClockSpec("agency-register", _("办理登记"), starts=("submit",), stops=("approve", "refuse", "withdraw")),
            ClockSpec(
                "supplement",
                _("补正材料"),
                starts=("ask_supplement",),
                stops=("supply", "withdraw"),
                pausable=False,
                whose="applicant",
            ),
        ),
        pages=(
            Page("kind", _("是哪一类机构？"), ("kind", "licence")),
            Page("services", _("提供哪些服务？"), ("filing", "advice", "special", "verification", "agency")),
            Page("staff", _("有哪些具备资格的从业人员？"), ("staff", "association")),
        ),
        papers=(_("执业证书或者批准文件。"), _("从业人员的资格证书。")),
        minutes=20,
        subject=_("涉税专业服务"),
        keywords=("税务师事务所", "代理记账", "中介"),
        validate=registering.validate,
    )
)
