"""Conditions of the law as data: parsed once, evaluated for one profile or compiled to SQL for the whole city.

The written form is JSON: ``{"all": [...]}``, ``{"any": [...]}``, ``{"not": ...}`` and clauses
``[field, operator, value]``. Amounts are whole fen, so no comparison ever meets a float.

**Unknown values.** A clause about a value that is not known (None, SQL NULL) is neither true nor false but
unknown, also under ``<>``, ``not in`` and ``not``. ``all`` is false if any part is false, else unknown if any part
is unknown; ``any`` is true if any part is true, else unknown if any part is unknown (Kleene's logic, which is
SQL's own). Only what is *true* counts as met: select with ``(…) IS TRUE``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

Scalar = int | str | bool
Truth = bool | None

ORDERING: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
EQUALITY: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "<>": ne}
MEMBERSHIP = ("in", "not in")
DEEPEST = 20


@dataclass(frozen=True)
class Clause:
    """One comparison of a profile field with a constant."""

    field: str
    operator: str
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True)
class All:
    """Every part must hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Any_:  # noqa: N801 - typing.Any is taken
    """One part must hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """The part must not hold."""

    part: "Node"


Node = Clause | All | Any_ | Not


@dataclass(frozen=True)
class Traced:
    """What one clause came to for a profile."""

    clause: Clause
    actual: Any
    met: Truth


@dataclass(frozen=True)
class Verdict:
    """Whether a predicate holds for a profile (None: not enough is known), clause by clause."""

    met: Truth
    trace: tuple[Traced, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """The fields whose value is missing, in order."""
        return tuple(dict.fromkeys(step.clause.field for step in self.trace if step.actual is None))


def parse(written: Any) -> Node:
    """Read a predicate from its JSON form.

    :raises ValidationError: saying where it is wrong and what is expected.
    """
    return _parse(written, "$", DEEPEST)


def written(node: Node) -> Any:
    """The JSON form a predicate is read from."""
    match node:
        case Clause(field, operator, value):
            return [field, operator, list(value) if isinstance(value, tuple) else value]
        case Not(part):
            return {"not": written(part)}
        case All(parts):
            return {"all": [written(part) for part in parts]}
        case Any_(parts):
            return {"any": [written(part) for part in parts]}


def fields(node: Node) -> frozenset[str]:
    """Every profile field a predicate asks for."""
    return frozenset(clause.field for clause in clauses(node))


def clauses(node: Node) -> Iterator[Clause]:
    """Every clause, in the order written."""
    match node:
        case Clause():
            yield node
        case Not(part):
            yield from clauses(part)
        case All(parts) | Any_(parts):
            for part in parts:
                yield from clauses(part)


def evaluate(node: Node, profile: Mapping[str, Any]) -> Verdict:
    """Decide a predicate for one profile. Every clause is decided, so the trace is complete.

    :raises TypeError: when a profile value has another type than the clause asks about.
    """
    trace: list[Traced] = []
    return Verdict(_decide(node, profile, trace), tuple(trace))


def compile_sql(node: Node, *, column: Callable[[str], str] | None = None) -> tuple[str, list[Any]]:
    """The same predicate as one SQL expression with parameters, over columns named like the fields.

    ``column`` maps a field to an SQL column reference; by default the quoted field name.
    """
    params: list[Any] = []
    return _sql(node, column or connection.ops.quote_name, params), params


# --- parsing -----------------------------------------------------------------------------


def _parse(written: Any, where: str, depth: int) -> Node:
    if depth == 0:
        raise ValidationError(_("%(where)s：嵌套过深。") % {"where": where})
    if isinstance(written, dict) and len(written) == 1:
        ((key, body),) = written.items()
        if key == "not":
            return Not(_parse(body, f"{where}.not", depth - 1))
        if key in {"all", "any"} and isinstance(body, list) and body:
            parts = tuple(_parse(part, f"{where}.{key}[{i}]", depth - 1) for i, part in enumerate(body))
            return All(parts) if key == "all" else Any_(parts)
    if isinstance(written, list) and len(written) == 3:
        return _clause(*written, where=where)
    raise ValidationError(
        _('%(where)s：请写成 {"all": […]}、{"any": […]}、{"not": …} 或者 [字段, 运算符, 值]。') % {"where": where}
    )


def _clause(field: Any, operator: Any, value: Any, *, where: str) -> Clause:
    if not isinstance(field, str) or not field.isidentifier() or not field.isascii():
        raise ValidationError(_("%(where)s：字段名不正确。") % {"where": where})
    if not isinstance(operator, str):
        operator = ""
    if operator in MEMBERSHIP:
        if not isinstance(value, list) or not value or not all(_is_scalar(item) for item in value):
            raise ValidationError(_("%(where)s：in 之后请写非空列表。") % {"where": where})
        if len({type(item) for item in value}) > 1:
            raise ValidationError(_("%(where)s：列表中的值须为同一类型。") % {"where": where})
        return Clause(field, operator, tuple(value))
    if operator in ORDERING:
        if type(value) is not int:
            raise ValidationError(_("%(where)s：大小比较的值须为整数（金额以分为单位）。") % {"where": where})
        return Clause(field, operator, value)
    if operator in EQUALITY and _is_scalar(value):
        return Clause(field, operator, value)
    raise ValidationError(
        _("%(where)s：运算符须为 = <> < <= > >= in not in，值须为整数、文字或者 true/false。") % {"where": where}
    )


def _is_scalar(value: Any) -> bool:
    return type(value) in {int, str, bool}


# --- one profile -------------------------------------------------------------------------


def _decide(node: Node, profile: Mapping[str, Any], trace: list[Traced]) -> Truth:
    match node:
        case Clause():
            actual = profile.get(node.field)
            met = None if actual is None else _compare(node, actual)
            trace.append(Traced(node, actual, met))
            return met
        case Not(part):
            inner = _decide(part, profile, trace)
            return None if inner is None else not inner
        case All(parts):
            return _kleene([_decide(part, profile, trace) for part in parts], decisive=False)
        case Any_(parts):
            return _kleene([_decide(part, profile, trace) for part in parts], decisive=True)


def _kleene(results: list[Truth], *, decisive: bool) -> Truth:
    if decisive in results:
        return decisive
    return None if None in results else not decisive


def _compare(clause: Clause, actual: Any) -> bool:
    expected = clause.value
    sample = expected[0] if isinstance(expected, tuple) else expected
    if _family(actual) is not _family(sample):
        raise TypeError(f"{clause.field}: cannot compare {actual!r} with {sample!r}")
    if isinstance(expected, tuple):
        return (actual in expected) == (clause.operator == "in")
    return (ORDERING | EQUALITY)[clause.operator](actual, expected)


def _family(value: Any) -> type:
    """Numbers compare with numbers, text with text, truth with truth; a float with nothing."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, int | Decimal):
        return int
    return str if isinstance(value, str) else type(value)


# --- the whole city ----------------------------------------------------------------------


def _sql(node: Node, column: Callable[[str], str], params: list[Any]) -> str:
    match node:
        case Clause(field, operator, value):
            params.append(list(value) if isinstance(value, tuple) else value)
            name = column(field)
            if operator == "in":
                return f"{name} = ANY(%s)"
            return f"{name} <> ALL(%s)" if operator == "not in" else f"{name} {operator} %s"
        case Not(part):
            return f"NOT ({_sql(part, column, params)})"
        case All(parts):
            return "(" + " AND ".join(_sql(part, column, params) for part in parts) + ")"
        case Any_(parts):
            return "(" + " OR ".join(_sql(part, column, params) for part in parts) + ")"
