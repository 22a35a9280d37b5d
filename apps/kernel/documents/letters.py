"""Issue and revoke letters and certificates: a numbered PDF with QR and public check (Arts 12, 28)."""

import json
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.documents import kinds, tasks
from apps.kernel.documents.kinds import LetterKind
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.documents.signals import document_revoked
from apps.kernel.parties import identifiers
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import TAX_WORD, Office, Party
from apps.kernel.workcalendar import clock

_LONGEST_NOTE = 200
_NEXT_NUMBER = """
    INSERT INTO documents_numberseries AS series (word, kind, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (word, kind, year) DO UPDATE SET last = series.last + 1
    RETURNING last
"""


@transaction.atomic
def issue(
    kind: str, to: Party | Office, context: dict[str, Any], *, actor: Actor, about: str = "", title: str | None = None
) -> IssuedDocument:
    """Issue a document to a taxpayer or an office in the caller's transaction; its PDF follows after commit.

    The number is taken last and held until commit, so numbers have no gaps.

    :raises ValueError: when the context lacks what the kind needs.
    """
    definition = kinds.get(kind)
    definition.check(context)
    party = to if isinstance(to, Party) else None
    office = actor.office or (party.office if party else None)
    with translation.override("zh-hans"):
        stored = json.loads(
            json.dumps({**context, "payer": _payer(to), "issuing_office": str(office or "")}, cls=DjangoJSONEncoder)
        )
        name = title or str(definition.title)
    now = clock.now()
    document = IssuedDocument(
        kind=kind,
        title=name,
        party=party,
        party_name=to.name,
        office=office,
        about=about,
        amount=_total(definition, context),
        context=stored,
        issued_at=now,
        issued_by=actor.user,
    )
    document.number = _number(definition, office, timezone.localtime(now).year)
    document.save(force_insert=True)
    log.record(
        f"document/{document.ref}", "issue", actor=actor, target=about, data={"kind": kind, "number": document.number}
    )
    transaction.on_commit(partial(tasks.write_letter.delay, document.pk), robust=True)
    return document


@transaction.atomic
def revoke(
    document: IssuedDocument,
    *,
    actor: Actor,
    reason: str,
    note: str = "",
    replaced_by: IssuedDocument | None = None,
) -> IssuedDocument:
    """Revoke a document; the public check says so at once.

    :raises PermissionDenied: unless the actor is the portal itself or the office that issued it.
    :raises ValidationError: when it is revoked already, or the replacement is not the same payer's.
    """
    document = IssuedDocument.objects.select_for_update(no_key=True, of=("self",)).get(pk=document.pk)
    if not (actor.is_system or (actor.office is not None and actor.office.pk == document.office_id)):
        log.denied("revoke", actor=actor, target=f"document/{document.ref}", reason="not the issuing office")
        raise PermissionDenied
    if document.revoked_at:
        raise ValidationError({"reason": _("该文书已于此前作废，无需再次作废。")})
    if reason not in IssuedDocument.RevocationReason.values:
        raise ValidationError({"reason": _("请选择作废原因。")})
    if len(note) > _LONGEST_NOTE:
        raise ValidationError({"note": _("作废说明不能超过 %(limit)d 字。") % {"limit": _LONGEST_NOTE}})
    if replaced_by is not None and (replaced_by.pk == document.pk or replaced_by.party_id != document.party_id):
        raise ValidationError({"replaced_by": _("换开后的文书应属于同一纳税人、缴费人。请重新选择。")})
    document.revoked_at = clock.now()
    document.revoked_by = actor.user
    document.revocation_reason = reason
    document.revocation_note = note
    document.replaced_by = replaced_by
    document.save(update_fields=["revoked_at", "revoked_by", "revocation_reason", "revocation_note", "replaced_by"])
    log.record(
        f"document/{document.ref}",
        "revoke",
        actor=actor,
        target=document.about,
        data={"reason": reason, "replaced_by": replaced_by.number if replaced_by else ""},
    )
    document_revoked.send(IssuedDocument, document=document, actor=actor)
    return document


def _number(kind: LetterKind, office: Office | None, year: int) -> str:
    """The next number of the organ that issues; what no office is behind, the tax authority issues."""
    word = office.word if office is not None else TAX_WORD
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [word, kind.code, year])
        return f"{word}{kind.prefix}〔{year}〕{cursor.fetchone()[0]:06d}号"


def _payer(party: Party | Office) -> dict[str, str]:
    """Who the document names: a credit code is public, a person's identity number is masked."""
    if isinstance(party, Office):
        return {"name": party.name, "identifier_label": "", "identifier": ""}
    if party.kind == Party.Kind.PERSON:
        label, identifier = "居民身份证号码", identifiers.masked(party.person.id_number)
    else:
        label, identifier = "统一社会信用代码", party.organisation.uscc
    return {"name": party.name, "identifier_label": label, "identifier": identifier}


def _total(kind: LetterKind, context: dict[str, Any]) -> Decimal | None:
    """The amount a document attests; its rows must add up to it.

    :raises ValueError: when they do not.
    """
    if "total" not in kind.needs:
        return None
    total = Decimal(context["total"])
    if sum((Decimal(row["amount"]) for row in context["rows"]), Decimal(0)) != total:
        raise ValueError(f"{kind.code}: the rows do not add up to {total}")
    return total
