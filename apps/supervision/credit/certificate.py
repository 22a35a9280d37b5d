"""The credit certificate (纳税缴费信用证明): a numbered PDF with QR, checked by anybody (Art 34)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.documents import kinds, letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.credit import standing

CERTIFICATE = kinds.register(
    kinds.LetterKind(
        code="credit-certificate",
        title=gettext_lazy("纳税缴费信用证明"),
        template="documents/credit_certificate.html",
        prefix="信",
        needs=frozenset({"year", "level", "score", "start", "deducted", "restored", "clean", "published_on"}),
    )
)


@transaction.atomic
def issue(actor: Actor) -> IssuedDocument:
    """The certificate of the last published result; the one that says the same is given again.

    :raises PermissionDenied: nobody is acted for, or the mandate does not reach credit.
    :raises ValidationError: when nothing is published yet.
    """
    party = actor.party
    if party is None or (actor.mandate is not None and not actor.mandate.covers(matter="credit-repair")):
        raise PermissionDenied
    Party.objects.select_for_update(of=("self",), no_key=True).get(pk=party.pk)  # two clicks, one number
    result = standing.latest(party)
    if result is None:
        raise ValidationError(_("还没有已发布的年度评价结果，不能开具信用证明。"))
    about = f"credit-year/{party.ref}/{result.year}"
    held = IssuedDocument.objects.filter(party=party, kind=CERTIFICATE.code, about=about, revoked_at__isnull=True)
    for document in held:
        if document.context.get("score") == f"{result.score}":
            return document
    return letters.issue(
        CERTIFICATE.code,
        party,
        {
            "year": result.year,
            "level": result.level,
            "score": f"{result.score}",
            "start": f"{result.start}",
            "deducted": f"{result.deducted}",
            "restored": f"{result.restored}",
            "clean": f"{result.clean}",
            "published_on": result.published_at.astimezone(SHANGHAI).date(),
        },
        actor=actor,
        about=about,
    )
