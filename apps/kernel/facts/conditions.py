"""Conditions of the law in words: what a predicate asks of the facts, and whether it may ask that (Arts 12, 13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.facts import catalogue
from apps.kernel.facts.catalogue import Entry
from apps.kernel.facts.columns import Amount, Count, Days, Flag, Months, Number, Ratio
from apps.kernel.facts.display import shown
from apps.kernel.lists import joined
from apps.kernel.rules import predicates
from apps.kernel.rules.predicates import All, Any_, Clause, Node, Not

OPERATORS = {
    "=": gettext_lazy("为"),
    "<>": gettext_lazy("不为"),
    "<": gettext_lazy("小于"),
    "<=": gettext_lazy("不超过"),
    ">": gettext_lazy("大于"),
    ">=": gettext_lazy("不少于"),
    "in": gettext_lazy("为下列之一："),
    "not in": gettext_lazy("不是下列任何一项："),
}
_NUMBERS = (Amount, Count, Days, Months, Number, Ratio)


@dataclass(frozen=True)
class Outline:
    """A condition as an outline: a sentence and, under it, the parts it joins."""

    text: str
    parts: tuple["Outline", ...] = ()


def outline(node: Node) -> Outline:
    """A predicate as people read it."""
    match node:
        case Clause():
            return Outline(sentence(node))
        case Not(part):
            return Outline(_("不能满足："), (outline(part),))
        case All(parts=(only,)) | Any_(parts=(only,)):
            return outline(only)
        case All(parts):
            return Outline(_("同时满足："), tuple(map(outline, parts)))
        case Any_(parts):
            return Outline(_("满足其中一项："), tuple(map(outline, parts)))


def sentence(clause: Clause) -> str:
    """One clause as a sentence: the fact, the comparison, the value with its unit."""
    entry = catalogue.entries().get(clause.field)
    if entry is None:
        return f"{clause.field} {clause.operator} {clause.value}"
    if entry.is_flag and clause.operator in {"=", "<>"}:
        wanted = clause.value if clause.operator == "=" else not clause.value
        return f"{entry.label}: {_('是') if wanted else _('否')}"
    values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    words = joined(shown(entry, value) for value in values)
    return f"{entry.label} {OPERATORS[clause.operator]} {words}"


def check(node: Node) -> None:
    """Whether every clause asks about a known fact in a way it can answer.

    :raises ValidationError: saying which clause is wrong and what would be right.
    """
    mistakes = list(_mistakes(node))
    if mistakes:
        raise ValidationError(mistakes)


def _mistakes(node: Node) -> Iterator[str]:
    for clause in predicates.clauses(node):
        entry = catalogue.entries().get(clause.field)
        if entry is None:
            yield _("没有“%(field)s”这一项事实，请从数据目录中选用。") % {"field": clause.field}
            continue
        values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
        if not all(_fits(entry, value) for value in values):
            yield _("“%(field)s”不能这样比较，请按这一项的类型填写：%(example)s。") % {
                "field": entry.label,
                "example": joined(entry.choices or [str(entry.column.example or _("整数"))]),
            }


def _fits(entry: Entry, value: Any) -> bool:
    if isinstance(entry.column, Flag):
        return type(value) is bool
    if isinstance(entry.column, _NUMBERS):
        return type(value) is int
    return type(value) is str and (entry.choices is None or value in entry.choices)
