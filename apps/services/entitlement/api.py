"""The API of policies: what is in force, whether one fits me, and the monitoring's figures (Articles 12, 13)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.api_auth import api_actor
from apps.kernel.rules import versions
from apps.kernel.rules.models import PolicyVersion
from apps.kernel.workcalendar import clock
from apps.services.entitlement import explaining, standing


class PolicyOut(serializers.ModelSerializer):
    """A policy as it is in force today. ``predicate`` is its condition as data; amounts in fen."""

    code = serializers.CharField(source="policy.code")
    name = serializers.CharField(source="policy.name")
    name_en = serializers.CharField(source="policy.name_en")
    taxes = serializers.ListField(source="policy.taxes", child=serializers.CharField())
    url = serializers.CharField(help_text="Empty where no copy is public.")

    class Meta:
        model = PolicyVersion
        fields = [
            "code",
            "name",
            "name_en",
            "taxes",
            "number",
            "condition",
            "condition_en",
            "predicate",
            "benefit",
            "benefit_en",
            "valid_from",
            "valid_to",
            "source",
            "url",
            "confidence",
            "claim_mode",
            "straight_through",
        ]


class TraceStepOut(serializers.Serializer):
    """One clause of a policy for one payer."""

    words = serializers.CharField()
    field = serializers.CharField()
    value = serializers.CharField()
    met = serializers.BooleanField(allow_null=True)
    source = serializers.CharField()
    as_of = serializers.DateField(allow_null=True)
    disputed = serializers.BooleanField()


class FitOut(serializers.Serializer):
    """Whether a policy fits (null: not enough is known), why, and what it is worth in yuan if that is estimated."""

    met = serializers.BooleanField(allow_null=True)
    amount = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    steps = TraceStepOut(many=True)


class CountOut(serializers.Serializer):
    """Payers of one policy and indicator within the office's reach."""

    policy = serializers.CharField()
    kind = serializers.CharField()
    parties = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=20, decimal_places=2)


class MonitoringOut(serializers.Serializer):
    """The figures of the latest run."""

    on = serializers.DateField()
    results = CountOut(many=True)


class Policies(APIView):
    """Every policy in force today."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="policies", tags=["policies"], responses=PolicyOut(many=True))
    def get(self, _request: Request) -> Response:
        return Response(PolicyOut(versions.in_force(clock.today()).values(), many=True).data)


class PolicyPage(APIView):
    """One policy in force today."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="policy", tags=["policies"], responses=PolicyOut)
    def get(self, _request: Request, code: str) -> Response:
        return Response(PolicyOut(_in_force(code)).data)


class PolicyFit(APIView):
    """Whether a policy fits the payer acted for, clause by clause."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="policy_fit", tags=["policies"], responses=FitOut)
    def get(self, request: Request, code: str) -> Response:
        actor, version = api_actor(request), _in_force(code)
        if actor.party is None:
            raise PermissionDenied
        log.read(actor=actor, party_id=actor.party.pk, what="facts", purpose=Purpose.OWN)
        return Response(FitOut(explaining.fit(version, actor.party)).data)


class Monitoring(APIView):
    """How payers within the office's reach stand to the monitored policies."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="monitoring",
        tags=["policies"],
        parameters=[OpenApiParameter("district", OpenApiTypes.STR, description="District code.")],
        responses=MonitoringOut,
    )
    def get(self, request: Request) -> Response:
        actor, run = api_actor(request), standing.latest_run()
        if actor.front_door != "counter":
            raise PermissionDenied
        if run is None:
            raise Http404
        rows = standing.counts(run, actor, district=request.query_params.get("district", ""))
        results = [
            {"policy": group.key, "kind": kind, "parties": group.parties, "amount": group.amount}
            for kind in standing.Kind.values
            for group in standing.by_policy(rows, kind)
        ]
        return Response(MonitoringOut({"on": run.on, "results": results}).data)


def _in_force(code: str) -> PolicyVersion:
    version = versions.in_force(clock.today()).get(code)
    if version is None:
        raise Http404
    return version
