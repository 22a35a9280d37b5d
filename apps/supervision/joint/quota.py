"""Looking at an invoice quota after what market regulation told (发票额度核实): a person lowers or keeps it (Art 33).

The quota itself is the invoices' own: they hear of the decision by the kernel's signal that a case moved.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, SYSTEM, Procedure, State, Transition
from apps.kernel.forms import MoneyField
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.supervision.joint.models import QuotaReview
from apps.supervision.risk.access import in_charge

CODE = "invoice-quota-review"
ARTICLE = "第三十三条"
OPEN, LOWERED, KEPT = "open", "lowered", "kept"
HANDLERS = frozenset({Role.RISK, Role.CLERK, Role.CHIEF})


class LowerForm(standard.RefusalForm):
    """To how much, on which clause, and why."""

    amount = MoneyField(label=_("调整后的月总额度（元）"), min_value=Decimal(0), max_digits=16, decimal_places=2)
    field_order = ("amount", "clause", "reason")


def lower(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Keep what was decided.

    :raises ValidationError: on ``amount``, unless it is lower than the present quota.
    """
    review: QuotaReview = case.detail
    review.amount = data["amount"]
    if review.present is not None and review.amount >= review.present:
        raise ValidationError({"amount": gettext("调整后的额度应低于现有额度；不需要调低的，请选择维持。")})
    review.full_clean(exclude=["case"])
    review.save(update_fields=["amount"])


REVIEW = procedures.register(
    Procedure(
        code=CODE,
        title=_("发票额度核实"),
        summary=_("市场监管部门通报列入经营异常名录或者吊销执照的，由税务机关核实发票总额度。"),
        chapter="5",
        article=ARTICLE,
        audience=frozenset(),
        detail=QuotaReview,
        states=(
            State(DRAFT, _("待提请"), _("尚未提请。"), tone="draft"),
            State(OPEN, _("待核实"), _("主管税务机关正在核实您的发票总额度，目前没有变化。")),
            State(
                LOWERED,
                _("已调低"),
                _("发票总额度已调低。"),
                _("情况改变的，可以申请调整发票总额度；有异议的，可依法申请行政复议。"),
                final=True,
                tone="due",
            ),
            State(KEPT, _("已维持"), _("发票总额度维持不变。"), final=True, tone="done"),
        ),
        transitions=(
            Transition(
                "submit",
                _("提请核实"),
                (DRAFT,),
                OPEN,
                frozenset({SYSTEM}),
                ARTICLE,
                _("根据市场监管部门的通报提请核实"),
                public=False,
            ),
            replace(standard.TAKE, sources=(OPEN,), by=HANDLERS, article=ARTICLE),
            Transition(
                "lower",
                _("调低额度"),
                (OPEN,),
                LOWERED,
                frozenset({Role.CHIEF}),
                ARTICLE,
                _("决定调低发票总额度"),
                form=LowerForm,
                bar=standard.second_person,
                effect=lower,
                letter="quota-decision",
                notice="quota-lowered",
                tone="warning",
            ),
            Transition(
                "keep",
                _("维持额度"),
                (OPEN,),
                KEPT,
                HANDLERS,
                ARTICLE,
                _("决定维持发票总额度"),
                form=standard.ReasonForm,
                notice="case-decided",
                tone="secondary",
            ),
        ),
        route=lambda case: in_charge(case.applicant),
        subject=_("联合监管"),
        detail_template="joint/_quota.html",
    )
)
