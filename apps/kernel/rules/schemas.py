"""How the inputs and answers of a calculation are described: for the API's documentation and for pages."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from apps.kernel.rules import inputs
from apps.kernel.rules.calculators import Calculator


def outside(value: Any) -> Any:
    """An answer as it leaves the portal: numbers as text, so that no reader turns money into a float."""
    match value:
        case Decimal():
            return f"{value:f}"
        case dt.date():
            return value.isoformat()
        case dict():
            return {name: outside(inner) for name, inner in value.items()}
        case list():
            return [outside(inner) for inner in value]
        case _:
            return value


def described(calculator: Calculator) -> dict[str, Any]:
    """A kind and its inputs as data."""
    return {
        "kind": calculator.kind,
        "title": str(calculator.title),
        "url": reverse("calculation", kwargs={"kind": calculator.kind}),
        "inputs": [
            {
                "name": field.name,
                "type": field.type,
                "label": str(field.label),
                "help": str(field.help),
                "required": field.required,
                "choices": [
                    {"value": value, "label": str(label)}
                    for value, label in (field.choices if isinstance(field, inputs.Choice) else ())
                ],
            }
            for field in calculator.fields
        ],
    }


def request(calculator: Calculator) -> Any:
    """The documented shape of a kind's request."""
    return _shape(_name(calculator, "Request"), {field.name: _input(field) for field in calculator.fields})


def response(calculator: Calculator) -> Any:
    """The documented shape of a kind's answer."""
    fields = {name: _OUTPUTS[type_]() for name, type_ in calculator.outputs.items()}
    return _shape(_name(calculator, "Response"), {**fields, "lines": LINE(many=True), "pending": _PENDING(many=True)})


def _name(calculator: Calculator, suffix: str) -> str:
    return calculator.kind.title().replace("-", "") + suffix


def _shape(name: str, fields: dict[str, Any]) -> Any:
    """A documented object. Made once for each name, or the documentation would see two."""
    return type(name, (serializers.Serializer,), fields)


def _texts(*names: str) -> dict[str, Any]:
    return {name: serializers.CharField() for name in names}


def _input(field: inputs.Field) -> serializers.Field:
    return _INPUTS[field.type](field, {"required": field.required, "label": field.label, "help_text": field.help})


def _number(field: Any, common: dict[str, Any]) -> serializers.Field:
    return serializers.DecimalField(max_digits=16, decimal_places=field.decimals, **common)


def _money() -> serializers.Field:
    return serializers.DecimalField(max_digits=16, decimal_places=2)


# A line without an amount explains something else.
_AMOUNT = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
CONFIDENCE = "H, M, L or P: how far a rule nobody has reviewed can be trusted; empty where it was reviewed."
LINE = _shape(
    "CalculationLine",
    _texts("label", "formula", "source")
    | {"amount": _AMOUNT, "confidence": serializers.CharField(help_text=CONFIDENCE)},
)
_PENDING = _shape("CalculationPending", _texts("code", "title", "source", "confidence"))
_SALES = _shape("SalesAtRate", {"sales": _money(), "rate": serializers.DecimalField(max_digits=7, decimal_places=6)})
_MESSAGES = serializers.ListField(child=serializers.CharField())
ERRORS = _shape("CalculationErrors", {"errors": serializers.DictField(child=_MESSAGES)})
_CHOICE = _shape("CalculationChoice", _texts("value", "label"))
_INPUT = _shape(
    "CalculationInput",
    _texts("name", "type", "label", "help") | {"required": serializers.BooleanField(), "choices": _CHOICE(many=True)},
)
_KIND = _shape("CalculationKind", _texts("kind", "title", "url") | {"inputs": _INPUT(many=True)})
KINDS = _shape("CalculationKinds", {"results": _KIND(many=True)})

_INPUTS = {
    "money": _number,
    "number": _number,
    "rate": _number,
    "count": _number,
    "choice": lambda field, common: serializers.ChoiceField(choices=field.choices, **common),
    "flag": lambda _field, common: serializers.BooleanField(**common),
    "date": lambda _field, common: serializers.DateField(**common),
    "year": lambda _field, common: serializers.IntegerField(
        min_value=inputs.FIRST_YEAR, max_value=inputs.LAST_YEAR, **common
    ),
    "month": lambda _field, common: serializers.RegexField(r"^\d{4}-\d{2}$", **common),
    "period": lambda _field, common: serializers.RegexField(r"^\d{4}(-\d{2}|Q[1-4])$", **common),
    "sales_at_rates": lambda field, common: serializers.ListField(
        child=_SALES(),
        max_length=field.longest,
        **common,
    ),
    "records": lambda field, common: serializers.ListField(
        child=_shape(f"{field.name.title()}Record", {column.name: _input(column) for column in field.columns})(),
        max_length=field.longest,
        **common,
    ),
    "monthly_amounts": lambda _field, common: serializers.ListField(
        child=_money(), min_length=1, max_length=12, **common
    ),
}
_OUTPUTS = {
    "money": _money,
    "balance": _money,
    "rate": lambda: serializers.DecimalField(max_digits=8, decimal_places=6),
    "flag": serializers.BooleanField,
    "count": serializers.IntegerField,
    "date": serializers.DateField,
    "text": serializers.CharField,
    "monthly_amounts": lambda: serializers.ListField(child=_money()),
}
