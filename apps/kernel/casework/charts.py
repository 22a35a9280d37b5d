"""Draws procedures from their transition tables, so a chart can never disagree with the code."""

from collections.abc import Iterator

from apps.kernel.casework import procedures
from apps.kernel.casework.procedures import DRAFT, Procedure


def mermaid(procedure: Procedure) -> str:
    """A Mermaid state diagram of one procedure: states in the staff's words, actions on the arrows."""
    return "\n".join(["stateDiagram-v2", *_lines(procedure)])


def document() -> str:
    """The chapter of the documentation on procedures: who may do what, with a chart each."""
    parts = [
        "# Procedures",
        "Written by `manage.py draw_procedures` from the registered tables; do not edit.",
        *(_section(procedure) for procedure in procedures.all()),
    ]
    return "\n\n".join(parts) + "\n"


def _lines(procedure: Procedure) -> Iterator[str]:
    for state in procedure.states:
        yield f'    state "{state.label}" as {state.code}'
    yield f"    [*] --> {DRAFT}"
    for row in procedure.transitions:
        for source in row.sources:
            yield f"    {source} --> {row.target or source}: {row.label}"
    for state in procedure.states:
        if state.final:
            yield f"    {state.code} --> [*]"


def _section(procedure: Procedure) -> str:
    rows = [
        f"| `{row.action}` | {row.label} | {', '.join(sorted(row.by))} | {row.article} |"
        for row in procedure.transitions
    ]
    clocks = [
        f"- {spec.label}: `{spec.term}`, {' / '.join(spec.starts)} → {' / '.join(spec.stops)}"
        for spec in procedure.clocks
    ]
    return "\n".join(
        [
            f"## {procedure.title} (`{procedure.code}`, {procedure.article})",
            "",
            str(procedure.summary),
            "",
            "```mermaid",
            mermaid(procedure),
            "```",
            "",
            "| action | label | by | article |",
            "|---|---|---|---|",
            *rows,
            *(["", "Clocks:", "", *clocks] if clocks else []),
        ]
    )
