"""The public check of a document (公开查验): what a stranger holding a code may learn, and no more."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.timezone import localtime
from rest_framework.throttling import SimpleRateThrottle

from apps.kernel.documents import codes
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.models import Party

VALID, REVOKED = "valid", "revoked"


class CheckThrottle(SimpleRateThrottle):
    """Checks per address: enough for a counter that checks all day, too few to try codes."""

    scope = "verify"
    rate = "60/min"

    def get_cache_key(self, request, view) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


@dataclass(frozen=True)
class Answer:
    """What the check says of a document."""

    state: str
    kind: str | Promise
    number: str
    issued_on: dt.date
    office: str
    payer: str
    amount: Decimal | None
    sha256: str
    revoked_on: dt.date | None
    revocation_reason: str | Promise
    replacement: str


def check(typed: str) -> Answer | None:
    """The answer for a code as somebody typed it, or None: an unknown code is no different from nonsense."""
    code = codes.normalised(typed)
    if not code:
        return None
    document = IssuedDocument.objects.select_related("party", "replaced_by").filter(code=code).first()
    if document is None:
        return None
    return Answer(
        state=REVOKED if document.revoked_at else VALID,
        kind=document.kind_label,
        number=document.number,
        issued_on=localtime(document.issued_at).date(),
        office=document.context["issuing_office"],
        payer=_addressee(document),
        amount=document.amount,
        sha256=document.sha256,
        revoked_on=localtime(document.revoked_at).date() if document.revoked_at else None,
        revocation_reason=document.get_revocation_reason_display(),
        replacement=document.replaced_by.number if document.replaced_by else "",
    )


def _addressee(document: IssuedDocument) -> str:
    """A taxpayer's name masked; an office's name is public."""
    if document.party is None:
        return document.party_name
    return masked_name(document.party_name, person=document.party.kind == Party.Kind.PERSON)


def masked_name(name: str, *, person: bool) -> str:
    """A name its holder recognises and a stranger cannot use: 王*明, 上海******有限公司."""
    if person:
        return f"{name[:1]}*{name[2:][-1:]}"
    head, tail = (2, 4) if len(name) > 8 else (1, 1)
    return f"{name[:head]}{'*' * max(1, len(name) - head - tail)}{name[-tail:]}"
