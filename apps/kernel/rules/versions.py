"""The preferential policies in force on a day, and their loading from the dated file (Art 13)."""

import datetime as dt

from apps.kernel.rules import predicates
from apps.kernel.rules.models import Policy, PolicyVersion, Proposal
from apps.kernel.rules.policies import Policy as Written
from apps.kernel.rules.policies import policies

APPROVED = Proposal.State.APPROVED
_SAID = (
    "condition",
    "condition_en",
    "benefit",
    "benefit_en",
    "valid_from",
    "valid_to",
    "source",
    "url",
    "confidence",
    "claim_mode",
    "straight_through",
    "note",
    "note_en",
)


def in_force(on: dt.date) -> dict[str, PolicyVersion]:
    """The version of each policy that counts on a day, by the policy's code."""
    begun = (
        PolicyVersion.objects.filter(state=APPROVED, valid_from__lte=on)
        .select_related("policy")
        .order_by("policy_id", "-number")
        .distinct("policy_id")
    )
    return {row.policy.code: row for row in begun if row.valid_to is None or on <= row.valid_to}


def of(policy: Policy, on: dt.date) -> PolicyVersion | None:
    """The version of one policy that counts on a day, or None when it is not in force then."""
    row = policy.versions.filter(state=APPROVED, valid_from__lte=on).order_by("-number").first()
    return row if row is not None and (row.valid_to is None or on <= row.valid_to) else None


def next_number(policy: Policy) -> int:
    """The number the next approved version of a policy gets. The caller holds the policy's row."""
    latest = policy.versions.filter(state=APPROVED).order_by("-number").first()
    return 1 if latest is None or latest.number is None else latest.number + 1


def load() -> list[str]:
    """Bring the policies up to the file and say what changed; what people decided here is left alone."""
    return [change for written in policies().values() if (change := _load(written))]


def _load(written: Written) -> str:
    policy, _new = Policy.objects.update_or_create(
        code=written.code,
        defaults={
            "name": written.name,
            "name_en": written.name_en,
            "taxes": list(written.taxes),
            "enjoyed_field": written.enjoyed_field or "",
        },
    )
    approved = policy.versions.filter(state=APPROVED).order_by("-number")
    latest = approved.first()
    if latest is not None and not _differs(latest, written):
        return ""
    if approved.filter(decided_by__isnull=False).exists():
        return f"{policy.code}: reviewed here, the file differs; propose a version if the file is right"
    version = PolicyVersion(
        policy=policy,
        number=next_number(policy),
        predicate=predicates.written(written.predicate),
        state=APPROVED,
        reason="load_law",
        **{name: getattr(written, name) for name in _SAID},
    )
    version.full_clean(exclude=["proposed_by"])
    version.save()
    return f"{policy.code}: version {version.number}"


def _differs(version: PolicyVersion, written: Written) -> bool:
    return version.condition_tree != written.predicate or any(
        getattr(version, name) != getattr(written, name) for name in _SAID
    )
