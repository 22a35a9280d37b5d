"""Quarantined rows as people may see them: whoever provides the data sees them whole, others without personal data."""

from dataclasses import dataclass

from apps.datashare.pulls.contract import KEY_SEPARATOR, Contract
from apps.datashare.pulls.models import Pull, QuarantinedRow
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor

HIDDEN = "＊＊＊"


@dataclass(frozen=True)
class Shown:
    """One row for the page: values in the order of the contract."""

    row: QuarantinedRow
    values: list[tuple[str, str, bool]]  # label, value, whether a rule names the field


def shown(rows: list[QuarantinedRow], run: Pull, contract: Contract, actor: Actor) -> list[Shown]:
    """Rows with personal data masked unless they are the actor's own office's; reading them whole is on record."""
    own = run.source.dataset.provider_id == actor.office.pk
    if own and contract.guarded and rows:
        log.record(run.stream, "pull.rows_read", actor=actor, target=run.ref, data={"rows": len(rows)})
    return [
        Shown(
            row,
            [
                (term.label, _value(row.raw.get(term.name), hide=term.guarded and not own), _named(row, term.name))
                for term in contract.terms
            ],
        )
        for row in rows
    ]


def _named(row: QuarantinedRow, name: str) -> bool:
    return any(rule.partition(":")[0] == name for rule in row.rules)


def _value(value: str | None, *, hide: bool) -> str:
    if not value:
        return ""
    return f"{value[:1]}{HIDDEN}" if hide else value.replace(KEY_SEPARATOR, " ")
