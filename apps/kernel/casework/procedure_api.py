"""The register of procedures by API: states, steps, papers, inputs and clocks with the law's terms; public (Art 10)."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework import asking, procedures
from apps.kernel.casework.api import InputOut
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock


class Names(serializers.ListField):
    """A set of names, in an order that stays."""

    child = serializers.CharField()

    def to_representation(self, data: Any) -> list[str]:
        return sorted(data)


class ProcedureStateOut(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    now = serializers.CharField()
    final = serializers.BooleanField()


class ProcedureStepOut(serializers.Serializer):
    """One row of the transition table."""

    action = serializers.CharField()
    label = serializers.CharField()
    to = serializers.CharField(source="target", allow_null=True, help_text="Null: the state stays.")
    by = Names()
    article = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:
        # A class body cannot name a field "from".
        return {**super().get_fields(), "from": serializers.ListField(child=serializers.CharField(), source="sources")}


class ProcedureClockOut(serializers.Serializer):
    """A clock of the procedure with the term the law sets today."""

    code = serializers.CharField(source="spec.term")
    label = serializers.CharField(source="spec.label")
    starts = Names(source="spec.starts")
    stops = Names(source="spec.stops")
    term = serializers.IntegerField(source="law.term")
    unit = serializers.CharField(source="law.unit")
    source = serializers.CharField(source="law.source")
    confidence = serializers.CharField(source="law.confidence")


class ProcedurePaperOut(serializers.Serializer):
    kind = serializers.CharField()
    title = serializers.CharField()
    required = serializers.BooleanField()
    keeper = serializers.CharField(help_text="Who keeps it, so that it need not be handed in when found there.")


class ProcedureOut(serializers.Serializer):
    """A procedure as its register holds it."""

    code = serializers.CharField()
    title = serializers.CharField()
    chapter = serializers.CharField()
    article = serializers.CharField()
    audience = Names()
    states = ProcedureStateOut(many=True)
    steps = ProcedureStepOut(source="transitions", many=True)
    papers = ProcedurePaperOut(source="attachments", many=True)
    inputs = serializers.SerializerMethodField(
        help_text="What `detail` holds when a case is opened; null: `POST /api/v1/cases/` does not open it."
    )
    clocks = serializers.SerializerMethodField()

    @extend_schema_field(InputOut(many=True, allow_null=True))
    def get_inputs(self, procedure: procedures.Procedure) -> Any:
        return asking.opening(procedure)

    @extend_schema_field(ProcedureClockOut(many=True))
    def get_clocks(self, procedure: procedures.Procedure) -> Any:
        today = clock.today()
        rows = [{"spec": spec, "law": terms.term(spec.term, today)} for spec in procedure.clocks]
        return ProcedureClockOut(rows, many=True).data


class ProcedureList(APIView):
    """Every procedure with its article, states, steps and clocks. Public."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(operation_id="procedures", responses=ProcedureOut(many=True))
    def get(self, request):
        return Response(ProcedureOut(procedures.all(), many=True).data)
