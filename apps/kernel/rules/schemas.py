"""How the inputs and answers of a calculation are described: for the API's documentation and for pages."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from apps.kernel.rules import inputs
from apps.kernel.rules.calculators import Calculator


class Errors(serializers.Serializer):
    """Messages by field name."""

    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class LineOut(serializers.Serializer):
    """One explained line; ``amount`` is null where the line explains something other than an amount."""

    label = serializers.CharField()
    formula = serializers.CharField()
    amount = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    source = serializers.CharField()


class PendingOut(serializers.Serializer):
    """A rule the answer rests on that is still pending review."""

    code = serializers.CharField()
    title = serializers.CharField()
    source = serializers.CharField()


class ChoiceOut(serializers.Serializer):
    """A named value of an input."""

    value = serializers.CharField()
    label = serializers.CharField()


class InputOut(serializers.Serializer):
    """One input of a kind."""

    name = serializers.CharField()
    type = serializers.CharField()
    label = serializers.CharField()
    help = serializers.CharField()
    required = serializers.BooleanField()
    choices = ChoiceOut(many=True)


class KindOut(serializers.Serializer):
    """One kind of calculation."""

    kind = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    inputs = InputOut(many=True)


class KindList(serializers.Serializer):
    """Every kind."""

    results = KindOut(many=True)


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


def request_serializer(calculator: Calculator) -> type[serializers.Serializer]:
    """The documented shape of a kind's request."""
    return _serializer(calculator, "Request", {field.name: _input(field) for field in calculator.fields})


def response_serializer(calculator: Calculator) -> type[serializers.Serializer]:
    """The documented shape of a kind's answer."""
    outputs = {name: _OUTPUTS[type_]() for name, type_ in calculator.outputs.items()}
    return _serializer(
        calculator, "Response", {**outputs, "lines": LineOut(many=True), "pending": PendingOut(many=True)}
    )


def _serializer(calculator: Calculator, suffix: str, fields: dict[str, Any]) -> type[serializers.Serializer]:
    name = calculator.kind.title().replace("-", "") + suffix
    return type(name, (serializers.Serializer,), {**fields, "__doc__": str(calculator.title)})


def _input(field: inputs.Field) -> serializers.Field:
    return _INPUTS[field.type](field, {"required": field.required, "label": field.label, "help_text": field.help})


def _number(field: Any, common: dict[str, Any]) -> serializers.Field:
    return serializers.DecimalField(max_digits=16, decimal_places=field.decimals, **common)


def _money() -> serializers.Field:
    return serializers.DecimalField(max_digits=16, decimal_places=2)


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
    "monthly_amounts": lambda _field, common: serializers.ListField(
        child=_money(), min_length=1, max_length=12, **common
    ),
    "rated_sales": lambda _field, common: serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()), max_length=inputs.MOST_RATES, **common
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
