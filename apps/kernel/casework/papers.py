"""The papers of a case: which it needs, which are there, and which need not be handed in (两个免于提交, Art 10).

``cases.attach`` and ``cases.detach`` are the doors; they hold the lock on the case.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.audit import log
from apps.kernel.casework.models import Case, CasePaper
from apps.kernel.casework.procedures import Paper, recorded
from apps.kernel.documents import holdings
from apps.kernel.documents.models import HeldPaper, Upload
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a supplement notice may ask for beyond the list.
OTHER = Paper("other", gettext_lazy("其他补充材料"), gettext_lazy("补正通知要求的、上面没有列出的材料。"))
# One paper may take several files, such as front and back; beyond this, people upload by mistake.
MOST_PER_KIND = 10


@dataclass
class Row:
    """One paper of the list: what is attached, and what could be used instead of handing it in."""

    paper: Paper
    attached: list[CasePaper] = field(default_factory=list)
    held: list[HeldPaper] = field(default_factory=list)
    fetched: HeldPaper | None = None
    error: str = ""

    @property
    def missing(self) -> bool:
        """Whether it is still to be handed in."""
        return self.paper.required and not self.attached and self.fetched is None


def listed(case: Case) -> list[Paper]:
    """What may be attached to a case as it stands."""
    papers = case.definition.attachments
    return papers if case.submitted_at is None else [*papers, OTHER]


def rows(case: Case, actor: Actor) -> list[Row]:
    """The list of papers with what is attached; the applicant is also offered what is held of them."""
    found = {paper.kind: Row(paper) for paper in listed(case)}
    for use in CasePaper.objects.visible_to(actor).filter(case=case).select_related("paper__upload"):
        if use.kind in found:
            found[use.kind].attached.append(use)
    if actor.party is not None and case.applicant is not None:
        for row in found.values():
            _offer(row, case.applicant)
    return list(found.values())


def _offer(row: Row, party: Party) -> None:
    there = {use.paper_id for use in row.attached}
    if row.paper.keeper and not there:
        row.fetched = holdings.kept(party, row.paper.kind)
    if row.paper.kind != OTHER.kind and row.fetched is None:
        row.held = [paper for paper in holdings.held(party, row.paper.kind) if paper.pk not in there]


def attach(case: Case, kind: str, actor: Actor, *, file: UploadedFile | None, held: str) -> CasePaper:
    """Attach a file or a held paper to a locked case."""
    paper = next((paper for paper in listed(case) if paper.kind == kind), None)
    if paper is None or case.applicant is None:
        raise ValidationError({"kind": _("这个事项不需要这种材料，请从列表中选择。")})
    if case.papers.filter(kind=kind).count() >= MOST_PER_KIND:
        raise ValidationError(
            {"file": _("每种材料最多 %(most)d 份。请先移除不需要的，或合并成一个文件。") % {"most": MOST_PER_KIND}}
        )
    if file is not None:
        found = holdings.receive(file, party=case.applicant, kind=kind, title=recorded(paper.title), actor=actor)
    else:
        known = holdings.held(case.applicant, kind)
        chosen = next((each for each in known if held and each.ref == held), None)
        if chosen is None:
            raise ValidationError({"file": _("请选择要上传的文件，或者选择一份已有的材料。")})
        found = chosen
    return _use(case, kind, found, actor)


def detach(case: Case, ref: str, actor: Actor) -> None:
    """Take a paper off a locked case; one taken off already stays off."""
    gone, _kinds = case.papers.filter(paper__ref=ref).delete()
    if gone:
        log.record(case.about, "paper-detached", actor=actor, target=f"paper/{ref}")


def complete(case: Case, actor: Actor) -> None:
    """Attach what government offices keep, and refuse to go on without what must be handed in.

    :raises ValidationError: on ``papers``, naming each that is missing.
    """
    asked = [paper for paper in case.definition.attachments if paper.keeper or paper.required]
    if not asked:
        return
    sound = case.papers.exclude(paper__upload__state=Upload.State.REFUSED)
    there = set(sound.values_list("kind", flat=True))
    missing = []
    for paper in asked:
        if paper.kind in there:
            continue
        fetched = holdings.fetch(case.applicant, paper.kind, actor) if paper.keeper and case.applicant else None
        if fetched is not None:
            _use(case, paper.kind, fetched, actor)
        elif paper.required:
            missing.append(_("请上传：%(paper)s。") % {"paper": paper.title})
    if missing:
        raise ValidationError({"papers": missing})


def share(whole: Case, part: Case, kinds: "Iterable[str]", actor: Actor) -> None:
    """Let a part use the papers of the whole that its office needs."""
    for use in whole.papers.filter(kind__in=kinds).select_related("paper"):
        _use(part, use.kind, use.paper, actor)


def may_open(about: str, actor: Actor) -> bool:
    """Whether an actor may open a held paper ("paper/3f9k…"): whoever may see a case that uses it may."""
    return CasePaper.objects.visible_to(actor).filter(paper__ref=about.partition("/")[2]).exists()


def _use(case: Case, kind: str, paper: HeldPaper, actor: Actor) -> CasePaper:
    use, created = CasePaper.objects.get_or_create(
        case=case, paper=paper, defaults={"kind": kind, "attached_by": actor.user}
    )
    if created:
        log.record(case.about, "paper-attached", actor=actor, target=f"paper/{paper.ref}", data={"kind": kind})
    return use
