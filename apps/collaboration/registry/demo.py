"""Checks of the demonstration: one that passed and was revoked since, one in doubt, one resolved (Art 28)."""

from apps.collaboration.registry import checking, mismatch
from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.casework import cases
from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, User

ABOUT = "demo/registry"


def seed() -> None:
    """Three checks and two cases, once."""
    registry, market, clerk = (staff_actor(User.objects.get(username=name)) for name in ("registry", "market", "clerk"))
    payer = Party.objects.get(name="上海申澜精密机械有限公司")
    citizen = User.objects.get(username="citizen").own_party
    if IssuedDocument.objects.filter(about=ABOUT).exists():
        return
    old, new = (_certificate(payer, clerk) for _each in range(2))
    _check(registry, "demo-check-1", asked=old.number, payer=payer.name, matter_number="沪黄2026-登-0412")
    letters.revoke(old, actor=clerk, reason=IssuedDocument.RevocationReason.REPLACED, replaced_by=new)
    waiting = _check(
        registry,
        "demo-check-2",
        payer_code=citizen.person.id_number,
        payer=citizen.name,
        matter_number="沪黄2026-登-0507",
    )
    note = "申请人称契税已由中介代缴，未能提供凭证。"
    mismatch.open_for(waiting, note=note, tax_office=None, actor=registry, key="demo-mismatch-1")
    settled = _check(
        market,
        "demo-check-3",
        payer_code=citizen.person.id_number,
        payer=citizen.name,
        matter="shares",
        matter_number="沪市监2026-股-031",
    )
    tax = Office.objects.get(code="tax-310101-1")
    case = mismatch.open_for(
        settled, note="转让给配偶，申请人主张不征税。", tax_office=tax, actor=market, key="demo-mismatch-2"
    )
    cases.perform(
        case, "resolve", clerk, answer="exempt", certificate="", reason="转让价格偏低有正当理由，不征个人所得税。"
    )


def _certificate(payer: Party, clerk: Actor) -> IssuedDocument:
    row = {"levy": "契税", "period": "2026-09-18", "amount": "36000.00", "paid_on": "2026-09-20"}
    context = {"rows": [row], "total": "36000.00"}
    return letters.issue(checking.PAID, payer, context, actor=clerk, about=ABOUT)


def _check(actor: Actor, key: str, **given: str) -> CertificateCheck:
    return checking.check(**{"matter": "real_estate", **given}, actor=actor, idempotency_key=key)
