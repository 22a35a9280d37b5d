"""Payers who enjoy a policy without the qualification it asks for, or whose figures contradict it (Art 26)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from apps.collaboration.qualification import kinds
from apps.collaboration.qualification.models import Determination, QualificationVerification, of_office
from apps.kernel.facts.models import Profile
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules import predicates, versions
from apps.kernel.workcalendar import clock

MOST = 50  # of one sort; the rest follow when these are dealt with
Ground = QualificationVerification.Ground


@dataclass(frozen=True)
class Anomaly:
    """One payer, the qualification in doubt, and what raises the doubt."""

    party: Party
    kind: kinds.Kind
    ground: str
    what: str
    policy: str = ""

    @property
    def ground_label(self) -> str:
        return str(Ground(self.ground).label)


def found(actor: Actor) -> list[Anomaly]:
    """What a tax office should ask about, among its own payers; what is asked about already is left out."""
    return [*_lapsed(actor), *_contradicting(actor)]


def _not_asked(kind: str):
    open_case = QualificationVerification.objects.filter(
        party=OuterRef("party"), kind=kind, case__closed_at__isnull=True
    )
    return ~Exists(open_case)


def _lapsed(actor: Actor) -> Iterator[Anomaly]:
    for version in versions.in_force(clock.today()).values():
        enjoyed = version.policy.enjoyed_field
        asked = predicates.fields(version.condition_tree)
        for kind in kinds.every().values():
            if not enjoyed or kind.fact not in asked:
                continue
            rows = (
                Profile.objects.filter(of_office(actor.office), _not_asked(kind.code), **{enjoyed: True})
                .filter(Q(**{kind.fact: False}) | Q(**{f"{kind.fact}__isnull": True}))
                .select_related("party")
                .order_by("party")[:MOST]
            )
            for row in rows:
                yield Anomaly(row.party, kind, Ground.LAPSED, version.policy.name, version.policy.code)


def _contradicting(actor: Actor) -> Iterator[Anomaly]:
    for kind in kinds.every().values():
        if kind.contradicts is None:
            continue
        text, params = predicates.compile_sql(kind.contradicts, column=_column)
        held = Determination.objects.standing(clock.today()).filter(party=OuterRef("party"), kind=kind.code)
        rows = (
            Profile.objects.filter(of_office(actor.office), _not_asked(kind.code), Exists(held))
            .annotate(contradicts=RawSQL(f"({text}) IS TRUE", params, output_field=BooleanField()))  # noqa: S611
            .filter(contradicts=True)
            .select_related("party")
            .order_by("party")[:MOST]
        )
        for row in rows:
            yield Anomaly(row.party, kind, Ground.FIGURES, _met(kind, row))


def _column(name: str) -> str:
    table = connection.ops.quote_name(Profile._meta.db_table)  # noqa: SLF001 - Django's public _meta
    return f"{table}.{connection.ops.quote_name(name)}"


def _met(kind: kinds.Kind, profile: Profile) -> str:
    """The clauses that hold although they should not, in words."""
    known = {name: getattr(profile, name) for name in predicates.fields(kind.contradicts)}
    trace = predicates.evaluate(kind.contradicts, known).trace
    return "；".join(
        f"{Profile._meta.get_field(step.clause.field).verbose_name} {step.actual}"  # noqa: SLF001 - as above
        for step in trace
        if step.met
    )
