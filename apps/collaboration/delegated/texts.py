"""The agreement's text: what it says, the digest both sides sign, and the letters it is written in (Art 23)."""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.delegated.models import AgreementVersion, DelegatedAgreement, Signature
from apps.kernel.documents import kinds, letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

_COMMON = frozenset({"number", "title"})

AGREEMENT = kinds.register(
    kinds.LetterKind(
        code="delegated-agreement",
        title=gettext_lazy("委托代征协议书"),
        template="documents/delegated_agreement.html",
        prefix="代协",
        needs=_COMMON | {"terms", "version", "sha256"},
    )
)
CERTIFICATE = kinds.register(
    kinds.LetterKind(
        code="delegated-certificate",
        title=gettext_lazy("委托代征证书"),
        template="documents/delegated_certificate.html",
        prefix="代委",
        needs=_COMMON | {"terms", "sha256", "signatures"},
    )
)
ENDING = kinds.register(
    kinds.LetterKind(
        code="delegated-ending",
        title=gettext_lazy("终止委托代征协议通知书"),
        template="documents/delegated_ending.html",
        prefix="代止",
        needs=_COMMON | {"ending", "ended_on", "reason"},
    )
)
RECEIPT = kinds.register(
    kinds.LetterKind(
        code="delegated-receipt",
        title=gettext_lazy("代征税费缴款凭证"),
        template="documents/delegated_receipt.html",
        prefix="代收",
        needs=frozenset({"rows", "total", "collector", "receipt_number", "agreement"}),
    )
)


def terms_of(agreement: DelegatedAgreement) -> dict[str, Any]:
    """What the agreement says, in Chinese whoever drafts it."""
    with translation.override("zh-hans"):
        return {
            "collector": agreement.case.applicant.name,
            "code": agreement.case.applicant.organisation.uscc,
            "office": str(agreement.case.office),
            "levies": agreement.levy_names,
            "area": agreement.area,
            "payers": agreement.payers,
            "begins": agreement.begins.isoformat(),
            "ends": agreement.ends.isoformat(),
            "remit_days": agreement.remit_days,
            "fee_rate": f"{agreement.fee_rate * 100:f}".rstrip("0").rstrip(".") + "%",
            "largest": f"{agreement.largest:,.2f}",
            "renews": agreement.renews,
        }


def digest(terms: dict[str, Any]) -> str:
    """The digest of a text: the same words give the same digest, one changed sign another."""
    return hashlib.sha256(json.dumps(terms, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def draft(agreement: DelegatedAgreement, actor: Actor) -> AgreementVersion:
    """A new text, numbered on; the one before stays as it was, and its letter no longer counts."""
    before = agreement.version
    if before is not None and before.document is not None and before.document.revoked_at is None:
        letters.revoke(before.document, actor=actor, reason=IssuedDocument.RevocationReason.REPLACED)
    terms = terms_of(agreement)
    return AgreementVersion.objects.create(
        agreement=agreement,
        number=before.number + 1 if before else 1,
        terms=terms,
        sha256=digest(terms),
        drafted_by=actor.user,
    )


def write(agreement: DelegatedAgreement, actor: Actor) -> None:
    """Write the approved text as the letter both sides sign."""
    version = agreement.version
    version.document = letters.issue(
        AGREEMENT.code,
        agreement.case.applicant,
        {
            "number": agreement.case.number,
            "title": str(AGREEMENT.title),
            "terms": version.terms,
            "version": version.number,
            "sha256": version.sha256,
        },
        actor=actor,
        about=agreement.case.about,
    )
    version.save(update_fields=["document"])


def sign(agreement: DelegatedAgreement, side: str, actor: Actor) -> Signature:
    """One side signs the text on the table.

    :raises ValidationError: when what is on the table is not the text that was drafted.
    """
    version = agreement.version
    if digest(version.terms) != version.sha256 or terms_of(agreement) != version.terms:
        raise ValidationError(_("协议内容与起草的文本不一致，不能签署。请重新起草。"))
    return Signature.objects.create(
        version=version,
        side=side,
        name=str(actor.party or actor.office),
        user=actor.person,
        sha256=version.sha256,
        signed_at=clock.now(),
    )


def certify(agreement: DelegatedAgreement, actor: Actor) -> None:
    """Both have signed: the certificate the collector shows payers (委托代征证书, 实施细则 Art 44)."""
    version = agreement.version
    letters.issue(
        CERTIFICATE.code,
        agreement.case.applicant,
        {
            "number": agreement.case.number,
            "title": str(CERTIFICATE.title),
            "terms": version.terms,
            "sha256": version.sha256,
            "signatures": [
                {"side": str(each.get_side_display()), "name": each.name, "at": each.signed_at}
                for each in version.signatures.all()
            ],
        },
        actor=actor,
        about=agreement.case.about,
    )


def end(agreement: DelegatedAgreement, reason: str, actor: Actor) -> None:
    """The agreement has ended: the certificate counts no more, the collector is told in writing."""
    for paper in IssuedDocument.objects.filter(
        kind=CERTIFICATE.code, about=agreement.case.about, revoked_at__isnull=True
    ):
        letters.revoke(
            paper,
            actor=Actor.system("delegated"),
            reason=IssuedDocument.RevocationReason.WITHDRAWN,
            note=str(agreement.get_ending_display()),
        )
    letters.issue(
        ENDING.code,
        agreement.case.applicant,
        {
            "number": agreement.case.number,
            "title": str(ENDING.title),
            "ending": str(agreement.get_ending_display()),
            "ended_on": agreement.ended_on,
            "reason": reason,
        },
        actor=actor,
        about=agreement.case.about,
    )
