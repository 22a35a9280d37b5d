"""The papers held of each party, asked for once and used again (两个免于提交, Arts 10 and 15).

What somebody handed in, what an earlier matter brought about, and what a government office keeps as an
electronic licence: an application takes any of them, and asks only for what is not there.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from apps.kernel.audit import log
from apps.kernel.documents import uploads
from apps.kernel.documents.models import HeldPaper, Upload
from apps.kernel.parties import identifiers
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock


@dataclass(frozen=True)
class Licence:
    """What a register says of a licence it keeps (电子证照). The number is shown in part only."""

    title: str
    issuer: str
    number: str
    valid_until: dt.date | None = None


Register = Callable[[Party], Licence | None]
_registers: dict[str, Register] = {}


def register(kind: str, find: Register) -> None:
    """Let ``find`` answer for a kind of licence; called once at start-up by the app that keeps the register."""
    _registers[kind] = find


@transaction.atomic
def receive(file: UploadedFile, *, party: Party, kind: str, title: str, actor: Actor) -> HeldPaper:
    """Take in a paper somebody hands in; its file goes through quarantine and scan like every upload.

    :raises ValidationError: on field ``file``, saying how to mend it.
    """
    ref = reference()
    upload = uploads.receive(file, actor=actor, about=f"paper/{ref}", party=party)
    return HeldPaper.objects.create(
        ref=ref, party=party, kind=kind, title=title, source=HeldPaper.Source.UPLOADED, upload=upload
    )


@transaction.atomic
def record(
    party: Party,
    *,
    kind: str,
    title: str,
    issuer: str,
    number: str,
    actor: Actor,
    source: str = "licence",
    valid_until: dt.date | None = None,
) -> HeldPaper:
    """Keep a licence or the outcome of a matter; told the same again, nothing is added."""
    paper, created = HeldPaper.objects.get_or_create(
        party=party,
        kind=kind,
        number=number,
        source=source,
        defaults={"title": title, "issuer": issuer, "valid_until": valid_until},
    )
    if created:
        log.record(
            f"party/{party.ref}", "paper-recorded", actor=actor, target=f"paper/{paper.ref}", data={"kind": kind}
        )
    return paper


def held(party: Party, kind: str, on: dt.date | None = None) -> list[HeldPaper]:
    """What is held of a kind and still valid, newest first; a file that failed its scan is not."""
    on = on or clock.today()
    valid = HeldPaper.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), party=party, kind=kind)
    return list(valid.exclude(upload__state=Upload.State.REFUSED).select_related("upload").order_by("-id"))


def kept(party: Party, kind: str) -> HeldPaper | None:
    """What a government office keeps of this kind, so that it need not be handed in; nothing is written."""
    known = next((paper for paper in held(party, kind) if paper.source != HeldPaper.Source.UPLOADED), None)
    find = _registers.get(kind)
    if known is not None or find is None:
        return known
    licence = find(party)
    if licence is None:
        return None
    return HeldPaper(party=party, kind=kind, source=HeldPaper.Source.LICENCE, **vars(licence))


def fetch(party: Party, kind: str, actor: Actor) -> HeldPaper | None:
    """Fetch what a government office keeps of this kind, or None when it has to be handed in."""
    paper = kept(party, kind)
    if paper is None or not paper._state.adding:  # noqa: SLF001 - Django's documented way to ask
        return paper
    return record(
        party,
        kind=kind,
        title=paper.title,
        issuer=paper.issuer,
        number=paper.number,
        valid_until=paper.valid_until,
        actor=actor,
    )


def of_identity_card(party: Party) -> Licence | None:
    """The identity card of a person on the register."""
    if party.kind != Party.Kind.PERSON:
        return None
    return Licence("居民身份证", "公安机关", identifiers.masked(party.person.id_number))


def of_business_licence(party: Party) -> Licence | None:
    """The business licence of an organisation on the register."""
    if party.kind != Party.Kind.ORGANISATION:
        return None
    return Licence("营业执照", "市场监督管理部门", party.organisation.uscc)
