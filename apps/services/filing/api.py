"""The API of returns beside the cases': what is to be filed, one return with its figures, confirming and declaring.

A return is opened, submitted and corrected through ``/api/v1/cases/``.
"""

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework.models import Case
from apps.kernel.parties.api_auth import api_actor
from apps.kernel.rules.calculators import InvalidInputs
from apps.kernel.rules.schemas import LINE
from apps.services.filing import computation, opening, periods, straight
from apps.services.filing.models import Return
from apps.services.filing.procedure import CODES


def _amount() -> serializers.Field:
    return serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)


class PeriodOut(serializers.Serializer):
    """One period of one kind."""

    kind = serializers.CharField(source="kind.code")
    procedure = serializers.CharField(source="kind.procedure")
    title = serializers.CharField(source="kind.title")
    period = serializers.CharField()
    due = serializers.DateField(source="due.due")
    official = serializers.BooleanField(source="due.official")
    overdue = serializers.BooleanField()
    under_way = serializers.CharField(source="under_way.case.number", default=None, allow_null=True)
    in_force = serializers.CharField(source="in_force.case.number", default=None, allow_null=True)


class FigureOut(serializers.Serializer):
    """One figure: what the data say, what is declared."""

    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    period = serializers.CharField(source="own_period", allow_null=True, help_text="The tax period of its source.")
    imported = _amount()
    source = serializers.CharField()
    as_of = serializers.DateField(allow_null=True)
    declared = _amount()
    confirmed = serializers.BooleanField()
    reason = serializers.CharField()


class ReturnOut(serializers.Serializer):
    """A return with its figures and what they come to."""

    number = serializers.CharField(source="case.number")
    kind = serializers.CharField()
    period = serializers.CharField()
    state = serializers.CharField(source="case.state")
    due = serializers.DateField(source="due_on")
    total = serializers.SerializerMethodField()
    way = serializers.SerializerMethodField(help_text="as_prefilled or nil: what one confirmation would file.")
    figures = FigureOut(many=True, source="sheet")
    lines = serializers.SerializerMethodField(help_text="How the total comes about; empty while it cannot be computed.")

    def get_total(self, tax_return: Return) -> str | None:
        if tax_return.total is not None:
            return f"{tax_return.total:f}"
        answer = self._answer(tax_return)
        return f"{answer['total']:f}" if answer else None

    @extend_schema_field(LINE(many=True))
    def get_lines(self, tax_return: Return) -> list[dict]:
        if tax_return.total is not None:
            return LINE(tax_return.lines.all(), many=True).data
        answer = self._answer(tax_return)
        return LINE(answer["lines"], many=True).data if answer else []

    def _answer(self, tax_return: Return) -> dict | None:
        """What a draft comes to, computed once for an answer."""
        try:
            return self.context.setdefault(tax_return.pk, computation.compute(tax_return))
        except InvalidInputs:
            return None

    def get_way(self, tax_return: Return) -> str | None:
        return straight.way(tax_return)


class FiguresIn(serializers.Serializer):
    """Figures as in opening a return: with ``declared`` they are declared, without they are confirmed."""

    figures = serializers.ListField(child=serializers.DictField())


class Periods(APIView):
    """What the payer acted for has to file and has filed."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="filing_periods", responses=PeriodOut(many=True))
    def get(self, request):
        return Response(PeriodOut(periods.rows(api_actor(request)), many=True).data)


class ReturnOne(APIView):
    """One return."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="filing_return", responses=ReturnOut)
    def get(self, request, number: str):
        return Response(ReturnOut(_return(request, number)).data)


class Figures(APIView):
    """Confirm or declare figures of a draft: all that are given, or none."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="declare_figures", request=FiguresIn, responses=ReturnOut)
    def post(self, request, number: str):
        case = _return(request, number).case
        figures = request.data.get("figures")
        with transaction.atomic():
            opening.take(case, api_actor(request), figures)
        return Response(ReturnOut(_return(request, number)).data)


def _return(request, number: str) -> Return:
    """The return if the actor may see its case; foreign and absent ones are the same 404."""
    visible = Case.objects.visible_to(api_actor(request)).filter(procedure__in=CODES, number=number)
    found = Return.objects.filter(case__in=visible).select_related("case", "party__organisation")
    tax_return = found.prefetch_related("figures__detail").first()
    if tax_return is None:
        raise Http404
    return tax_return
