"""A draw recomputed from what is published, and nothing else (Art 33)."""

from collections import defaultdict
from dataclasses import dataclass

from apps.supervision.joint import drawing, inspecting
from apps.supervision.joint.models import JointInspection


@dataclass(frozen=True)
class Checked:
    """What agrees with what was published before the draw."""

    seed_used: str
    seed: bool
    list: bool
    targets: bool
    inspectors: bool


def check(inspection: JointInspection) -> Checked:
    """Recompute the draw of a drawn inspection."""
    numbers = dict(inspection.units.values_list("office__code", "number"))
    used = drawing.seed_used(inspection.seed, numbers)
    codes = list(inspection.candidates.values_list("code", flat=True))
    expected = drawing.drawn(used, codes, inspection.sample)
    people: dict[int, list[str]] = defaultdict(list)
    for office, code in inspection.inspectors.values_list("office", "code"):
        people[office].append(code)
    targets = list(inspection.targets.select_related("candidate").prefetch_related("inspectors"))
    inspectors = all(
        {person.code for person in target.inspectors.all()}
        == {
            code
            for of_unit in people.values()
            for code in drawing.inspectors(used, target.candidate.code, of_unit, inspection.per_target)
        }
        for target in targets
    )
    return Checked(
        seed_used=used,
        seed=drawing.sha256(inspection.seed) == inspection.seed_hash,
        list=drawing.list_hash(inspecting.lines(inspection)) == inspection.list_hash,
        targets=[target.candidate.code for target in targets] == expected,
        inspectors=inspectors,
    )
