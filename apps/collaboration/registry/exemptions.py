"""Certificates of exemption (减免税证明): issued with the decision, revoked when it is reopened (Art 28)."""

from apps.collaboration.registry.checking import EXEMPT
from apps.kernel.casework.models import Case
from apps.kernel.casework.standard import APPROVED
from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor

DECIDED_BY = "reduction"  # the matter, by its code: another chapter's


def on_case_moved(sender: object, *, case: Case, actor: Actor, **_more: object) -> None:
    """The decision was made by two people; the certificate follows it in the same transaction."""
    if case.procedure != DECIDED_BY:
        return
    known = IssuedDocument.objects.filter(kind=EXEMPT, about=case.about, revoked_at=None).first()
    if case.state == APPROVED and known is None:
        _issue(case, actor)
    elif case.state != APPROVED and known is not None:
        reason = IssuedDocument.RevocationReason.WITHDRAWN
        letters.revoke(known, actor=Actor.system("reduction"), reason=reason)


def _issue(case: Case, actor: Actor) -> None:
    relief = case.detail
    row = {"levy": relief.levy.name, "period": relief.period, "amount": str(relief.amount)}
    document = letters.issue(
        EXEMPT,
        case.applicant,
        {"rows": [row], "total": str(relief.amount), "number": case.number},
        actor=actor,
        about=case.about,
    )
    outbox.send("certificate-issued", case.applicant, {"number": document.number}, about=case.about)
