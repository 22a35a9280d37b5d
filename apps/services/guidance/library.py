"""The policy library: what is in force, by topic, scene and words looked for (Article 12)."""

from dataclasses import dataclass

from django.http import Http404

from apps.kernel.rules import versions
from apps.kernel.rules.models import Policy, PolicyVersion, Proposal
from apps.kernel.workcalendar import clock
from apps.services.guidance import content
from apps.services.guidance.content import Scene, Topic


@dataclass(frozen=True)
class Shelf:
    """One topic with its policies in force."""

    topic: Topic
    versions: tuple[PolicyVersion, ...]


def shelves(text: str = "", topic: str = "") -> list[Shelf]:
    """The policies in force by topic; with ``text``, those that hold every word of it."""
    in_force, words = versions.in_force(clock.today()), text.casefold().split()
    found = [
        Shelf(
            each, tuple(in_force[code] for code in each.policies if code in in_force and _holds(in_force[code], words))
        )
        for each in content.topics().values()
        if topic in {"", each.code}
    ]
    return [shelf for shelf in found if shelf.versions]


def helping(scene: Scene) -> list[PolicyVersion]:
    """The policies in force that help in a scene."""
    in_force = versions.in_force(clock.today())
    return [in_force[code] for code in scene.policies if code in in_force]


def shown(code: str) -> PolicyVersion:
    """The version of a policy to show: the one in force, else the latest approved one.

    :raises Http404: when there is no such policy.
    """
    policy = Policy.objects.filter(code=code).first()
    if policy is None:
        raise Http404
    approved = policy.versions.filter(state=Proposal.State.APPROVED).select_related("policy").order_by("-number")
    version = versions.of(policy, clock.today()) or approved.first()
    if version is None:
        raise Http404
    return version


def is_in_force(version: PolicyVersion) -> bool:
    """Whether a version counts today."""
    return versions.of(version.policy, clock.today()) == version


def _holds(version: PolicyVersion, words: list[str]) -> bool:
    policy = version.policy
    text = " ".join(
        [
            *(policy.code, policy.name, policy.name_en),
            *(version.benefit, version.benefit_en, version.condition, version.condition_en),
        ]
    ).casefold()
    return all(word in text for word in words)
