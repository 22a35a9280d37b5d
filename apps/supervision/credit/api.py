"""Credit for systems: one's own file, the open list of A-level payers, measures for the departments (Art 34)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.audit import log
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit import files, measures, partner_views, repair, views
from apps.supervision.credit.models import MeasureTask

PAGE = 100
LONGEST = 18
POINTS = {"max_digits": 5, "decimal_places": 2}


class LineOut(serializers.Serializer):
    """One line of a score."""

    label = serializers.CharField()
    formula = serializers.CharField()
    points = serializers.DecimalField(**POINTS)
    day = serializers.DateField(allow_null=True)
    source = serializers.CharField()


class MendingStepOut(serializers.Serializer):
    """Mended up to a day (null: later), so many points come back."""

    until = serializers.DateField(allow_null=True)
    share = serializers.DecimalField(max_digits=3, decimal_places=2)
    points = serializers.DecimalField(**POINTS)


class DeductionOut(serializers.Serializer):
    """A deduction with how and by when to mend it."""

    ref = serializers.CharField()
    code = serializers.CharField()
    period = serializers.CharField()
    happened_on = serializers.DateField()
    points = serializers.DecimalField(**POINTS)
    direct = serializers.BooleanField()
    evidence = serializers.CharField()
    clause = serializers.CharField()
    state = serializers.CharField()
    mended_on = serializers.DateField(allow_null=True)
    restored = serializers.DecimalField(**POINTS)
    mend = serializers.CharField(source="indicator.mend")
    steps = MendingStepOut(many=True)


class FileOut(serializers.Serializer):
    """A credit file as it stands for a year; ``published_level`` is empty until the year's result is published."""

    year = serializers.IntegerField()
    level = serializers.CharField()
    published_level = serializers.CharField(allow_blank=True)
    unrated = serializers.CharField(allow_blank=True, help_text="Why there is no result, and when there will be one.")
    score = serializers.DecimalField(**POINTS)
    lines = LineOut(many=True)
    deductions = DeductionOut(many=True)


class ListedOut(serializers.Serializer):
    """A payer at level A."""

    name = serializers.CharField(source="party.name")
    credit_code = serializers.CharField(source="party.organisation.uscc")
    year = serializers.IntegerField()


class ListedPage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    results = ListedOut(many=True)
    next = serializers.CharField(allow_blank=True)


class MeasureOut(serializers.Serializer):
    """A measure to carry out for a payer."""

    ref = serializers.CharField()
    measure = serializers.CharField(source="measure.code")
    title = serializers.CharField(source="measure.title")
    clause = serializers.CharField(source="measure.clause")
    level = serializers.CharField(source="measure.level")
    payer = serializers.CharField(source="party.name")
    credit_code = serializers.CharField(source="party.organisation.uscc")
    year = serializers.IntegerField()
    state = serializers.CharField()
    report = serializers.CharField()
    reported_at = serializers.DateTimeField(allow_null=True)


class MeasurePage(serializers.Serializer):
    """One page, in the order the measures were given."""

    results = MeasureOut(many=True)
    next = serializers.CharField(allow_blank=True)


class ReportIn(serializers.Serializer):
    """What was done; the same report again changes nothing."""

    state = serializers.ChoiceField(choices=[state.value for state in measures.REPORTABLE])
    report = serializers.CharField(max_length=measures.LONGEST)


def _after(request) -> int:
    text = request.query_params.get("after", "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST else 0


class File(APIView):
    """The credit file of the party acted for."""

    @extend_schema(operation_id="credit_file", parameters=[OpenApiParameter("year", int)], responses=FileOut)
    def get(self, request):
        actor = api_actor(request)
        party = actor.party
        if party is None or party.kind != Party.Kind.ORGANISATION:
            raise Http404
        if actor.mandate is not None and not actor.mandate.covers(matter=repair.CODE):
            raise Http404
        year = views.asked_year(request, files.years(party, actor))
        found = files.of_year(party, year, actor)
        rows = []
        for row, steps in found["deductions"]:
            row.steps = steps
            rows.append(row)
        answer = {
            "year": year,
            "level": found["result"].level if found["result"] else found["score"].level,
            "published_level": found["result"].level if found["result"] else "",
            "unrated": found["unrated"],
            "score": found["result"].score if found["result"] else found["score"].total,
            "lines": found["lines"],
            "deductions": rows,
        }
        return Response(FileOut(answer).data)


class LevelA(APIView):
    """The A-level payers of a year, open to everybody."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="credit_a_list",
        parameters=[OpenApiParameter("year", int), OpenApiParameter("after", int), OpenApiParameter("name", str)],
        responses=ListedPage,
    )
    def get(self, request):
        text = request.query_params.get("year", "")
        year = int(text) if text.isdecimal() and len(text) == 4 else clock.today().year - 1
        found = views.a_list(year, request.query_params.get("name", "")[:60], _after(request), PAGE)
        page = found[:PAGE]
        return Response(ListedPage({"results": page, "next": str(page[-1].party_id) if len(found) > PAGE else ""}).data)


def _department(request, action: str):
    actor = api_actor(request)
    if not partner_views.in_charge(actor):
        log.denied(action, actor=actor, target="credit", reason="no measure in charge")
        raise PermissionDenied
    return actor


class Measures(APIView):
    """The measures of the department, all or by state."""

    permission_classes = [HasScope("credit.measures")]

    @extend_schema(
        operation_id="credit_measures",
        parameters=[OpenApiParameter("after", int), OpenApiParameter("state", str)],
        responses=MeasurePage,
    )
    def get(self, request):
        actor = _department(request, "credit.measures")
        found = MeasureTask.objects.of_department(actor).filter(pk__gt=_after(request))
        state = request.query_params.get("state", "")
        if state in MeasureTask.State.values:
            found = found.filter(state=state)
        rows = list(found.select_related("measure", "party__organisation").order_by("pk")[: PAGE + 1])
        page = rows[:PAGE]
        return Response(MeasurePage({"results": page, "next": str(page[-1].pk) if len(rows) > PAGE else ""}).data)


class MeasureReport(APIView):
    """Report back on one measure."""

    permission_classes = [HasScope("credit.measures")]

    @extend_schema(operation_id="report_credit_measure", request=ReportIn, responses=MeasureOut)
    def post(self, request, ref: str):
        actor = _department(request, "credit.measure")
        task = MeasureTask.objects.of_department(actor).filter(ref=ref).first()
        if task is None:
            raise Http404
        given = ReportIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = measures.report(task, actor, state=given.validated_data["state"], text=given.validated_data["report"])
        return Response(MeasureOut(row).data)
