"""A court sells: it asks who bears which tax before the bid, and remits the seller's from the price (Art 30)."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.collaboration.coded import Refusal
from apps.collaboration.courts import computing, papers, remitting
from apps.collaboration.courts.forms import RemitForm, SoldForm
from apps.collaboration.courts.models import CourtSale, SaleLine
from apps.collaboration.courts.opening import pass_on
from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import ReasonForm, RefusalForm
from apps.kernel.documents import letters
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import ZERO, Charge
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.rules.inputs import InvalidInputs
from apps.kernel.workcalendar import clock, filing
from apps.kernel.workcalendar.days import SHANGHAI

ARTICLE = "第三十条"
ASKED, ANSWERED, SOLD, REMITTED, UNSOLD, REFUSED = "asked", "answered", "sold", "remitted", "unsold", "refused"
COURT, CLERK = frozenset({Role.OFFICER}), frozenset({Role.CLERK})
Basis, Bearer = SaleLine.Basis, SaleLine.Bearer


def _to_tax(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    pass_on(case, case.detail.office)


def _to_court(case: Case, _actor: Actor, _data: dict[str, Any]) -> None:
    pass_on(case, case.detail.court)


def _lines(sale: CourtSale, basis: str) -> list[SaleLine]:
    """Compute and keep the lines of a sale at the price expected or reached."""
    price, on = (sale.sold_price, sale.sold_on) if basis == Basis.REACHED else (sale.price, clock.today())
    try:
        found = computing.taxes(sale, price, on)
    except InvalidInputs as error:
        raise Refusal(
            gettext("缺少测算需要的信息：%(what)s") % {"what": "；".join(error.messages)}, code="inputs"
        ) from error
    return SaleLine.objects.bulk_create(
        SaleLine(
            sale=sale,
            basis=basis,
            bearer=each.bearer,
            levy_id=each.levy,
            formula=each.formula,
            amount=each.amount,
            source=each.source,
        )
        for each in found
    )


def _answer(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """The computation is the tax office's opinion, with a letter, and the court has it."""
    sale: CourtSale = case.detail
    case.handler = actor.user
    _letter(sale, _lines(sale, Basis.EXPECTED), sale.price, actor)
    pass_on(case, sale.court)


def _letter(sale: CourtSale, lines: list[SaleLine], price, actor: Actor) -> None:
    totals = {
        bearer: sum((line.amount or ZERO for line in lines if line.bearer == bearer), ZERO) for bearer in Bearer.values
    }
    sale.letter = letters.issue(
        papers.COMPUTATION.code,
        sale.party,
        {
            "number": sale.case.number,
            "court": str(sale.court),
            "court_case": sale.court_case,
            "description": f"{sale.get_thing_display()} {sale.description}",
            "price": price,
            "rows": [
                {
                    "bearer": str(line.get_bearer_display()),
                    "levy": line.levy.name,
                    "formula": line.formula,
                    "amount": line.amount,
                    "source": line.source,
                }
                for line in lines
            ],
            "seller_total": totals[Bearer.SELLER],
            "buyer_total": totals[Bearer.BUYER],
        },
        actor=Actor(user=actor.user, office=sale.office, channel=actor.channel, name=actor.name),
        about=sale.case.about,
    )
    sale.save(update_fields=["letter"])


def _sellable(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    if not case.submitted_at.astimezone(SHANGHAI).date() <= data["sold_on"] <= clock.today():
        raise Refusal({"sold_on": gettext("成交日期不早于提出测算之日，不晚于今天。")}, code="stale")


def _sold(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The seller's taxes on the price reached are on the seller's account; the court remits them from the price."""
    sale: CourtSale = case.detail
    sale.sold_price, sale.sold_on = data["price"], data["sold_on"]
    sale.save(update_fields=["sold_price", "sold_on"])
    lines = _lines(sale, Basis.REACHED)
    following = sale.sold_on.month % 12 + 1
    due = filing.monthly_due(sale.sold_on.year + (following == 1), following).due
    for line in lines:
        if line.bearer == Bearer.SELLER and line.amount:
            charges.assess(
                party=sale.party,
                levy=line.levy_id,
                period=f"{sale.sold_on:%Y-%m}",
                amount=line.amount,
                due=due,
                about=case.about,
                actor=actor,
            )
    total = sale.to_remit
    outbox.send(
        "court-sale",
        sale.party,
        {"court": str(sale.court), "court_case": sale.court_case, "amount": total, "office": str(sale.office)},
        about=case.about,
    )


def _owed(case: Case) -> list[Charge]:
    return list(Charge.objects.filter(about=case.about).order_by("id"))


def _remittable(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    remitting.check(case, case.detail.to_remit, data)


def _remitted(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    remitting.book(case, _owed(case), actor, data)


SALE = procedures.register(
    Procedure(
        code="court-sale",
        title=_("司法处置税费测算"),
        summary=_("人民法院处置不动产、大宗股票前，税务机关测算各方依法承担的税费；成交后从价款中划扣。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=CourtSale,
        states=(
            State(DRAFT, _("待提出"), _("尚未提出。"), tone="draft"),
            State(ASKED, _("待测算"), _("税务机关正在测算。")),
            State(REFUSED, _("未能测算"), _("信息不足，未能测算。"), final=True, tone="draft"),
            State(ANSWERED, _("已测算"), _("税务机关已经提供测算意见。")),
            State(UNSOLD, _("未成交"), _("没有成交，办结。"), final=True, tone="draft"),
            State(SOLD, _("待划扣税费"), _("已经成交，等待划扣税费。"), tone="due"),
            State(REMITTED, _("税费已入库"), _("税费已经划扣入库。"), final=True, tone="done"),
        ),
        transitions=(
            Transition(
                "submit",
                _("提出测算"),
                (DRAFT,),
                ASKED,
                frozenset({REQUESTER}),
                ARTICLE,
                _("提出了测算"),
                effect=_to_tax,
            ),
            Transition(
                "answer",
                _("测算并答复"),
                (ASKED,),
                ANSWERED,
                CLERK,
                ARTICLE,
                _("完成测算，出具意见书"),
                effect=_answer,
            ),
            Transition(
                "refuse",
                _("不能测算"),
                (ASKED,),
                REFUSED,
                CLERK,
                ARTICLE,
                _("说明理由，未能测算"),
                form=RefusalForm,
                effect=_to_court,
                tone="warning",
            ),
            Transition(
                "sold",
                _("登记成交"),
                (ANSWERED,),
                SOLD,
                COURT,
                ARTICLE,
                _("登记了成交价"),
                guard=_sellable,
                effect=_sold,
                form=SoldForm,
                then=lambda case: None if case.detail.to_remit else "finish",
            ),
            Transition(
                "unsold",
                _("登记未成交"),
                (ANSWERED,),
                UNSOLD,
                COURT,
                ARTICLE,
                _("登记了未成交"),
                form=ReasonForm,
                tone="secondary",
            ),
            Transition(
                "remit",
                _("划付税费"),
                (SOLD,),
                None,
                COURT,
                ARTICLE,
                _("划付了税费"),
                guard=_remittable,
                effect=_remitted,
                form=RemitForm,
                then=lambda case: None if case.detail.to_remit else "finish",
            ),
            Transition("finish", _("办结"), (SOLD,), REMITTED, frozenset({SYSTEM}), ARTICLE, _("税费全部入库，办结")),
        ),
        route=lambda case: case.detail.court,
        clocks=(
            ClockSpec("court-computation", _("提供测算"), starts=("submit",), stops=("answer", "refuse")),
            ClockSpec("court-remit", _("划付税费"), starts=("sold",), stops=("finish",)),
        ),
        detail_template="collaboration/courts/_sale.html",
        subject=_("协助"),
    )
)
