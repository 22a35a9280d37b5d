"""A score explained: for each indicator formula, figures with source and date, threshold, points (Art 32)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework.procedures import recorded
from apps.kernel.facts import catalogue, reading
from apps.kernel.facts.columns import as_text
from apps.kernel.facts.display import shown
from apps.kernel.facts.reading import Statement
from apps.kernel.parties.models import Party
from apps.supervision.risk import peers, scanning
from apps.supervision.risk.indicators import IRREGULAR, LABELS, MISSED, Indicator, Rules, indicators, read, reliefs
from apps.supervision.risk.models import RiskRun
from apps.supervision.risk.scanning import Judgement, Verdict

_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Explained:
    """A party's score and what each indicator says of it."""

    score: Decimal
    rules: Rules
    judgements: list[Judgement]
    rows: list[dict[str, Any]]


def explain(run: RiskRun, party: Party) -> Explained:
    """By the rules of a run and what is known of the party now."""
    rules = read(run.rules)
    profile = reading.profile(party)
    judgements = scanning.judge(rules, reliefs(rules), profile, peers.of(run, profile["industry_code"]))
    statements = reading.current(party)
    rows = [_row(each, rules, profile, statements) for each in judgements]
    return Explained(scanning.score(rules, judgements), rules, judgements, rows)


def recorded_hits(explained: Explained) -> list[dict[str, Any]]:
    """The rows of what hit, as a case keeps them."""
    return [row for row, each in zip(explained.rows, explained.judgements, strict=True) if each.hits]


def shown_row(row: dict[str, Any]) -> dict[str, Any]:
    """A kept row for the page: the indicator's name in the reader's language, figures as people read them."""
    indicator = indicators()[row["number"]]
    return {
        **row,
        "name": indicator.name,
        "verdict_label": Verdict(row["verdict"]).label,
        "measure": _measure(indicator, row["measure"]),
        "figures": [shown_figure(each) for each in row["figures"]],
        "thresholds": [{"label": LABELS[name], "value": value} for name, value in row["thresholds"].items()],
        "condition": in_words(indicator),
    }


def in_words(indicator: Indicator) -> str:
    """The condition with facts under their labels, for people to recompute it."""
    text = indicator.hit.text
    facts = catalogue.entries()
    words = {name: str(facts[name].label if name in facts else LABELS[name]) for name in indicator.hit.names}
    for name in sorted(words, key=len, reverse=True):
        text = _replace(text, name, words[name])
    for word, sign in ((" and ", _(" 且 ")), (" or ", _(" 或 ")), ("not ", _("非 ")), (" * ", " × ")):
        text = text.replace(word, sign)
    return text


def _replace(text: str, name: str, label: str) -> str:
    """Whole names only: ``vat`` must not be found in ``vat_prev``."""
    parts, begin = [], 0
    while (at := text.find(name, begin)) >= 0:
        end = at + len(name)
        whole = not (at and (text[at - 1].isalnum() or text[at - 1] == "_")) and not (
            end < len(text) and (text[end].isalnum() or text[end] == "_")
        )
        parts += [text[begin:at], f"“{label}”" if whole else name]
        begin = end
    return "".join([*parts, text[begin:]])


def _row(each: Judgement, rules: Rules, profile: dict[str, Any], statements: dict[str, Statement]) -> dict[str, Any]:
    indicator = each.indicator
    severe = each.verdict == Verdict.SEVERE
    points = _HUNDRED * (1 - rules.left(indicator.number, severe=severe)) if each.hits else Decimal(0)
    return {
        "number": indicator.number,
        "code": indicator.code,
        "verdict": each.verdict.value,
        "measure": None if each.measure is None else str(each.measure),
        "thresholds": {name: str(value) for name, value in rules.thresholds[indicator.number].items()},
        "weight": str(rules.weights[indicator.number]),
        "points": str(points.quantize(_CENT)),
        "figures": [_fact(field, profile, statements) for field in _fields(indicator, rules, profile)]
        + [
            {
                "field": name,
                "value": None if value is None else str(value),
                "source": recorded(gettext_lazy("同行业数据")),
                "as_of": None,
            }
            for name, value in each.values.items()
            if name.startswith("peer_")
        ],
    }


def _fields(indicator: Indicator, rules: Rules, profile: dict[str, Any]) -> list[str]:
    """The facts an indicator is decided by; of reliefs only those that do not fit."""
    for name, taken in ((IRREGULAR, True), (MISSED, False)):
        if name in indicator.names:
            return scanning.unfitting(reliefs(rules), profile, taken=taken)
    return list(indicator.facts)


def _fact(field: str, profile: dict[str, Any], statements: dict[str, Statement]) -> dict[str, Any]:
    said = statements.get(field)
    return {
        "field": field,
        "value": as_text(profile[field]),
        "source": said.source if said else "",
        "as_of": said.as_of.isoformat() if said else None,
    }


def shown_figure(kept: dict[str, Any]) -> dict[str, Any]:
    """A kept figure as people read it."""
    entry = catalogue.entries().get(kept["field"])
    if entry is None:  # a figure of the trade
        return {**kept, "label": LABELS[kept["field"]], "text": kept["value"] or _("不详")}
    value = None if kept["value"] is None else entry.column.to_python(kept["value"])
    as_of = dt.date.fromisoformat(kept["as_of"]) if kept["as_of"] else None
    return {**kept, "label": entry.label, "text": shown(entry, value) or _("不详"), "as_of": as_of}


def figure_in_words(kept: dict[str, Any]) -> str:
    """A kept figure in one line."""
    figure = shown_figure(kept)
    return _("%(label)s：%(value)s") % {"label": figure["label"], "value": figure["text"]}


def _measure(indicator: Indicator, kept: str | None) -> str:
    if kept is None:
        return ""
    value = Decimal(kept)
    match indicator.unit:
        case "ratio":
            return f"{value * _HUNDRED:,.2f}%"
        case "yuan":
            return _("%(amount)s 元") % {"amount": f"{value / _HUNDRED:,.2f}"}
        case "count":
            return f"{value:,.2f}".rstrip("0").rstrip(".")
        case _:
            return f"{value:,.2f}"
