"""Assessments for the units' own systems: to read (Art 20)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.datashare.access import department
from apps.datashare.quality import reporting
from apps.datashare.quality.indicators import Direction
from apps.datashare.quality.models import QualityAssessment
from apps.kernel.parties.api_auth import HasScope
from apps.kernel.workcalendar.periods import Period

PERIOD = OpenApiParameter("period", str, description="2026-09, 2026Q3 or 2026; the latest when left out.")


class QualityScoreOut(serializers.Serializer):
    """One indicator: raw counts, direction, weight; ``value`` is null where there is nothing to count."""

    indicator = serializers.CharField()
    direction = serializers.ChoiceField(Direction.choices)
    count = serializers.IntegerField(source="hits")
    out_of = serializers.IntegerField()
    weight = serializers.DecimalField(6, 2)
    value = serializers.DecimalField(7, 6, allow_null=True)


class QualityAssessmentOut(serializers.Serializer):
    """A unit or one of its datasets in a period."""

    office = serializers.CharField(source="office.code")
    dataset = serializers.CharField(source="dataset.code", default=None, allow_null=True)
    period = serializers.CharField()
    total = serializers.DecimalField(7, 6, allow_null=True)
    quality = serializers.DecimalField(7, 6, allow_null=True)
    effect = serializers.DecimalField(7, 6, allow_null=True)
    security = serializers.DecimalField(7, 6, allow_null=True)
    rules = serializers.CharField(help_text="The day the weights are in force from.")
    computed_at = serializers.DateTimeField()
    scores = QualityScoreOut(many=True)


class Assessments(APIView):
    """The results of a period: all units for the data centre and the General Office, a unit's own otherwise."""

    permission_classes = [HasScope("data.supply")]

    @extend_schema(operation_id="quality_assessments", parameters=[PERIOD], responses=QualityAssessmentOut(many=True))
    def get(self, request):
        actor = department(request, "quality.read")
        asked = request.query_params.get("period", "")
        if asked:
            try:
                Period.parse(asked)
            except ValueError as error:
                raise ValidationError({"period": _("期间写作 2026-09、2026Q3 或者 2026。")}) from error
        known = reporting.periods(actor)
        period = asked or (known[0] if known else "")
        rows = QualityAssessment.objects.visible_to(actor).filter(period=period, current=True)
        rows = rows.select_related("office", "dataset").prefetch_related("scores").order_by("office", "dataset")
        return Response(QualityAssessmentOut(rows, many=True).data)
