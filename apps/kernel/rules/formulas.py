"""Formulas of the law as text: arithmetic and comparisons, decided exactly for one profile or compiled to SQL.

What predicates cannot say - a ratio, a difference, a comparison with what is usual - is written as a formula:
``invoice_net > 0 and invoice_net - return_net > gt * invoice_net``. Names stand for facts, thresholds and
figures of a trade; whoever evaluates a formula says what each is. Two back ends must agree to the last digit, so
numbers are exact in both (``Decimal`` here, ``numeric`` there) and **conditions never divide**: a ratio is compared by
multiplying out. Division is for measures, which are only shown.

**Unknown values.** As in predicates: an unknown value makes arithmetic and comparisons unknown, ``and`` is false as
soon as one part is false, ``or`` true as soon as one part is true (Kleene's logic, which is SQL's own).
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import cached_property
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_EXACT = Context(prec=400)  # sums and products of amounts never reach it: nothing is rounded
_SHOWN = Context(prec=40)
_ARITHMETIC = {ast.Add: (add, "+"), ast.Sub: (sub, "-"), ast.Mult: (mul, "*")}
_COMPARING = {
    ast.Lt: (lt, "<"),
    ast.LtE: (le, "<="),
    ast.Gt: (gt, ">"),
    ast.GtE: (ge, ">="),
    ast.Eq: (eq, "="),
    ast.NotEq: (ne, "<>"),
}
_LONGEST = 1000

Resolve = Callable[[str], tuple[str, list[Any]]]


@dataclass(frozen=True)
class Formula:
    """A formula that was checked; ``text`` is how it is written."""

    text: str
    tree: ast.expr

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name it asks for, in the order written."""
        found = (node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name) and node.id != "abs")
        return tuple(dict.fromkeys(found))

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The condition's truth (None: not enough is known). Exact.

        :raises KeyError: when a name has no entry; what is not known is an entry with None.
        """
        with localcontext(_EXACT):
            return _value(self.tree, values)

    def measure(self, values: Mapping[str, Any]) -> Decimal | None:
        """The figure a measure comes to, for showing only; None where it cannot be computed."""
        with localcontext(_SHOWN):
            return _value(self.tree, values)

    def compile_sql(self, resolve: Resolve) -> tuple[str, list[Any]]:
        """The same condition as one SQL expression with parameters; ``resolve`` gives the SQL of a name."""
        params: list[Any] = []
        return _sql(self.tree, resolve, params), params


def parse(text: str, *, divides: bool = False) -> Formula:
    """Read a formula; only a measure ``divides``.

    :raises ValidationError: when it holds anything but names, numbers, texts, arithmetic, comparisons, and, or, not.
    """
    if len(text) > _LONGEST:
        raise ValidationError(_("公式过长。"))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValidationError(_("公式写法有误：%(text)s") % {"text": text}) from error
    for part in ast.walk(tree):
        if not _permitted(part, divides=divides):
            raise ValidationError(_("公式中不能使用这种写法：%(part)s") % {"part": type(part).__name__})
    return Formula(text, tree)


def _permitted(part: ast.AST, *, divides: bool) -> bool:
    match part:
        case ast.Constant(value=value):
            return type(value) in {int, str, bool}
        case ast.Compare(ops=[operator]):
            return type(operator) in _COMPARING
        case ast.BinOp(op=operator):
            return type(operator) in _ARITHMETIC or (divides and isinstance(operator, ast.Div))
        case ast.UnaryOp(op=operator):
            return isinstance(operator, ast.Not | ast.USub)
        case ast.Call(func=ast.Name(id="abs"), args=[_one], keywords=[]):
            return True
        case ast.BoolOp() | ast.Name() | ast.Load() | ast.operator() | ast.unaryop() | ast.cmpop() | ast.boolop():
            return True
    return False


# --- one profile -------------------------------------------------------------------------


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return Decimal(value) if type(value) is int else value
        case ast.Name(id=name):
            return _exact(name, values[name])
        case ast.BoolOp(op=operator, values=parts):
            return _kleene([_value(part, values) for part in parts], decisive=isinstance(operator, ast.Or))
        case ast.UnaryOp(op=ast.Not(), operand=part):
            inner = _value(part, values)
            return None if inner is None else not inner
        case ast.UnaryOp(operand=part):
            inner = _value(part, values)
            return None if inner is None else -inner
        case ast.Call(args=[part]):
            inner = _value(part, values)
            return None if inner is None else abs(inner)
        case ast.BinOp(left=left, op=operator, right=right):
            return _arithmetic(operator, _value(left, values), _value(right, values))
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            pair = (_value(left, values), _value(right, values))
            return None if None in pair else _COMPARING[type(operator)][0](*pair)
    raise TypeError(ast.dump(node))


def _arithmetic(operator: ast.operator, left: Any, right: Any) -> Decimal | None:
    if left is None or right is None:
        return None
    if isinstance(operator, ast.Div):
        return left / right if right else None
    return _ARITHMETIC[type(operator)][0](left, right)


def _exact(name: str, value: Any) -> Any:
    if isinstance(value, float):
        raise TypeError(f"{name}: a float may not come near a formula")
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _kleene(results: list[Any], *, decisive: bool) -> bool | None:
    if decisive in results:
        return decisive
    return None if None in results else not decisive


# --- the whole city ----------------------------------------------------------------------


def _sql(node: ast.expr, resolve: Resolve, params: list[Any]) -> str:
    def inner(part: ast.expr) -> str:
        return _sql(part, resolve, params)

    match node:
        case ast.Constant() | ast.Name():
            return _leaf(node, resolve, params)
        case ast.BoolOp(op=operator, values=parts):
            word = " OR " if isinstance(operator, ast.Or) else " AND "
            return "(" + word.join(map(inner, parts)) + ")"
        case ast.UnaryOp(op=operator, operand=part):
            return f"({'NOT ' if isinstance(operator, ast.Not) else '-'}{inner(part)})"
        case ast.Call(args=[part]):
            return f"abs({inner(part)})"
        case ast.BinOp(left=left, op=operator, right=right):
            return f"({inner(left)} {_ARITHMETIC[type(operator)][1]} {inner(right)})"
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return f"({inner(left)} {_COMPARING[type(operator)][1]} {inner(right)})"
    raise TypeError(ast.dump(node))


def _leaf(node: ast.Constant | ast.Name, resolve: Resolve, params: list[Any]) -> str:
    match node:
        case ast.Constant(value=bool() as value):
            return "TRUE" if value else "FALSE"
        case ast.Constant(value=int() as value):
            return f"{value}::numeric"
        case ast.Constant(value=value):
            params.append(value)
            return "%s"
        case ast.Name(id=name):
            text, values = resolve(name)
            params.extend(values)
            return text
    raise TypeError(ast.dump(node))
