"""Runs and levels for the tax authority's own systems and staff (Art 32)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import api_actor
from apps.supervision.risk import access, dashboard
from apps.supervision.risk.models import Level, RiskRun
from apps.supervision.risk.views import after_key

SHOWN = 20


def analyst(request, action: str) -> Actor:
    """The analyst who asks; anyone else is refused, on record."""
    actor = api_actor(request)
    if not access.is_analyst(actor):
        log.denied(action, actor=actor, target="risk", reason="role")
        raise PermissionDenied(_("只有风险管理岗和审批岗可以这样做。"))
    return actor


class RunOut(serializers.ModelSerializer):
    """A run and how far it is."""

    class Meta:
        model = RiskRun
        fields = ["ref", "on", "state", "total", "done", "found", "queued", "opened", "started_at", "finished_at"]


class ScoreOut(serializers.Serializer):
    """A payer's score and level; scores have two decimals."""

    payer = serializers.CharField(source="party.ref")
    name = serializers.CharField(source="party.name")
    score = serializers.DecimalField(max_digits=5, decimal_places=2)
    level = serializers.ChoiceField(Level.choices)
    indicators = serializers.SerializerMethodField()

    def get_indicators(self, row) -> list[str]:
        """The codes that hit."""
        return [f"R{number:02d}" for number in row.hits]


class ScorePage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    run = serializers.CharField()
    results = ScoreOut(many=True)
    next = serializers.CharField(allow_blank=True)


class Runs(APIView):
    """The latest runs."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="risk_runs", responses=RunOut(many=True))
    def get(self, request):
        analyst(request, "risk.read")
        return Response(RunOut(RiskRun.objects.defer("rules", "tally")[:SHOWN], many=True).data)


class Levels(APIView):
    """Payers of the latest run by score, within the office's reach."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="risk_levels",
        parameters=[OpenApiParameter("level", str), OpenApiParameter("after", str)],
        responses=ScorePage,
    )
    def get(self, request):
        actor = analyst(request, "risk.read")
        run = dashboard.latest()
        level = request.query_params.get("level", "")
        if run is None or (level and level not in Level.values):
            raise Http404
        after = after_key(request.query_params.get("after", ""))
        found = dashboard.payers(run, actor, level=level, indicator=None, after=after)
        rows = found[: dashboard.PER_PAGE]
        following = f"{rows[-1].score}_{rows[-1].party_id}" if len(found) > dashboard.PER_PAGE else ""
        log.record(f"risk-run/{run.ref}", "risk.read", actor=actor, data={"rows": len(rows)})
        return Response(ScorePage({"run": run.ref, "results": rows, "next": following}).data)
