"""Adjusting the invoice quota by application (调整发票总额度): Article 14; the office decides, the quota follows."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import ClockSpec, Page, Procedure
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock
from apps.services.invoices import quotas
from apps.services.invoices.models import QuotaAdjustment


def _payers_office(case: Case) -> Office:
    """The tax office in charge of the payer."""
    return case.applicant.office


def _grant(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    detail = case.detail
    quotas.adjust(case.applicant, detail.amount, span=detail.span, about=case.about, actor=actor)


def _adjustable(case: Case, _actor: Actor) -> None:
    quotas.adjustable(case.applicant, case.detail.amount, clock.today())


APPROVE = replace(
    standard.APPROVE, bar=standard.every(standard.APPROVE.bar, _adjustable), effect=_grant, article="第十四条"
)
# A decided quota is in use at once: it is changed by another application, not by deciding this one anew.
TRANSITIONS = tuple(
    APPROVE if row is standard.APPROVE else row for row in standard.TRANSITIONS if row is not standard.REOPEN
)

QUOTA_ADJUSTMENT = procedures.register(
    Procedure(
        code="invoice-quota",
        title=_("调整发票总额度"),
        summary=_("每月可以开具的发票总额不够用时，可以申请临时或者长期调整。"),
        chapter="2",
        article="第十四条",
        audience=frozenset({Party.Kind.ORGANISATION}),
        detail=QuotaAdjustment,
        states=standard.STATES,
        transitions=TRANSITIONS,
        route=_payers_office,
        clocks=(
            ClockSpec(
                "invoice-quota-decide",
                _("作出决定"),
                starts=("submit",),
                stops=("approve", "refuse", "withdraw"),
            ),
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
            Page("how-much", _("每月需要开具多少？"), ("amount", "span")),
            Page("why", _("为什么需要调整？"), ("explanation",)),
        ),
        papers=(_("能够说明业务量的材料，例如购销合同、订单。"),),
        minutes=5,
        subject=_("发票"),
        keywords=("发票", "额度", "授信", "增量"),
    )
)
