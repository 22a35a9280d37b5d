"""How a bundle moves on: parts open when what they wait for is done, and what hangs on a refusal never opens.

All of it happens in the transaction of the step that finished a part, under the lock on the whole
application: however many parts finish at the same moment, each waiting part opens once and the whole
completes once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import cases, papers, procedures
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.casework.procedures import State
from apps.kernel.casework.standard import APPROVED, REFUSED, SUPPLEMENT
from apps.kernel.parties.actors import Actor, Channel
from apps.services.bundles import declaration
from apps.services.bundles.declaration import Bundle, Part

WAITING = State("waiting", _("等待前面的环节"), _("前面的环节办好后自动开始，不用您再申请。"), tone="draft")
STOPPED = State("stopped", _("不再办理"), _("它所依靠的环节没有办成，这个环节没有开始。"), final=True, tone="due")

# What a step of the whole tells, by the code it keeps.
TOLD = {
    "decided": _("%(part)s：%(state)s。"),
    "begins": _("现在开始：%(part)s（%(office)s）。"),
    "stops": _("%(part)s依靠它的结果，不再办理。"),
    "goes-on": _("%(part)s不受影响，继续办理。"),
    "resumed": _("%(part)s重新办理。"),
}
Line = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Standing:
    """Where one part stands: its case once it is open, and its state in public words."""

    part: Part
    case: Case | None
    state: State
    waits_for: tuple[Part, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.state.code == APPROVED

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of the part."""
        return self.state.final


def bundle_of(whole: Case) -> Bundle:
    """The bundle an application is for."""
    return declaration.get(whole.procedure)


def standings(whole: Case, answers: CaseDetail | None = None) -> list[Standing]:
    """Every part the application needs, in order, with where it stands."""
    bundle = bundle_of(whole)
    needed = bundle.applying(answers or whole.detail)
    opened = {case.part: case for case in whole.parts.with_due().select_related("office")}
    found: dict[str, Standing] = {}
    for part in needed:
        found[part.code] = _standing(part, opened.get(part.code), [found[code] for code in part.after if code in found])
    return list(found.values())


def _standing(part: Part, case: Case | None, before: list[Standing]) -> Standing:
    if case is not None:
        return Standing(part, case, case.standing)
    if any(each.is_over and not each.is_done for each in before):
        return Standing(part, None, STOPPED)
    return Standing(part, None, WAITING, tuple(each.part for each in before if not each.is_done))


def begin(whole: Case, _actor: Actor, _data: dict) -> None:
    """The application is submitted: open what waits for nothing."""
    _open_ready(whole)


def part_closed(case: Case, _actor: Actor, _data: dict) -> None:
    """A part is decided: open what waited for it, say what goes on, and finish the whole after its last part."""
    whole = Case.objects.get(pk=case.parent_id)
    if whole.standing.final:
        return
    opened = _open_ready(whole)
    found = standings(whole)
    cases.perform(whole, "advance", Actor.system("bundles"), told=_news(case, opened, found))
    if all(each.is_over for each in found):
        complete = all(each.is_done for each in found)
        cases.perform(whole, "complete" if complete else "end", Actor.system("bundles"))


def part_waits(case: Case, _actor: Actor, data: dict) -> None:
    """A part waits for the applicant: the clock of the whole stands still too."""
    cases.perform(case.parent, "wait", Actor.system("bundles"), reason=data.get("reason", ""))


def part_goes_on(case: Case, _actor: Actor, _data: dict) -> None:
    """The applicant has answered: the clock of the whole runs again unless another part still waits."""
    if not case.parent.parts.filter(state=SUPPLEMENT).exists():
        cases.perform(case.parent, "go_on", Actor.system("bundles"))


def part_reopened(case: Case, _actor: Actor, _data: dict) -> None:
    """A refused part is looked at again: the whole goes on if it had ended with it."""
    whole = Case.objects.get(pk=case.parent_id)
    if whole.definition.transition("resume", whole.state) is not None:
        cases.perform(whole, "resume", Actor.system("bundles"), told=[_line("resumed", case.part)])


def stop_parts(whole: Case, _actor: Actor, data: dict) -> None:
    """The applicant withdraws: every part still under way stops."""
    for case in whole.parts.filter(closed_at__isnull=True).order_by("id"):
        cases.perform(case, "stop", Actor.system("bundles"), reason=data.get("reason", ""))


def _open_ready(whole: Case) -> list[Case]:
    """Open every part that is still to be opened and waits for nobody."""
    bundle = bundle_of(whole)
    ready = [each.part for each in standings(whole) if each.case is None and not each.is_over and not each.waits_for]
    return [_open(bundle, part, whole) for part in ready]


def _open(bundle: Bundle, part: Part, whole: Case) -> Case:
    actor = Actor(party=whole.applicant, channel=Channel.SYSTEM, name="bundles")
    case = cases.open_case(procedures.get(bundle.procedure_of(part)), actor, {}, parent=whole, part=part.code)
    papers.share(whole, case, part.papers, actor)
    return cases.perform(case, "submit", actor)


def _news(case: Case, opened: list[Case], found: list[Standing]) -> list[Line]:
    """What is told when a part is decided: its outcome, what starts, what stops, what still runs."""
    lines = [_line("decided", case.part, state=case.state)]
    lines += [_line("begins", each.part, office=str(each.office or "")) for each in opened]
    if case.state == REFUSED:
        lines += [_line("stops", each.part.code) for each in found if each.state is STOPPED]
        lines += [_line("goes-on", each.part.code) for each in found if not each.is_over]
    return lines


def _line(code: str, part: str, **values: str) -> Line:
    return code, {"part": part, **values}


def teller(bundle: Bundle) -> Callable[[str, dict[str, Any]], str]:
    """Says the lines of a bundle's steps in the language of whoever reads them."""

    def tells(code: str, values: dict[str, Any]) -> str:
        part = bundle.part(values["part"])
        shown = {**values, "part": part.title}
        if "state" in values:
            shown["state"] = procedures.get(bundle.procedure_of(part)).state(values["state"]).label
        return str(TOLD[code]) % shown

    return tells
