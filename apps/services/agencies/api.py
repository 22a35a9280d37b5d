"""Agencies by API: the public directory, and an agency's clients with their deadlines (Art 7)."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.api_auth import api_actor
from apps.services.agencies import clients, directory


class AgencyOut(serializers.Serializer):
    """An agency as the public sees it."""

    number = serializers.CharField(source="agency.number")
    name = serializers.CharField(source="agency.party.name")
    kind = serializers.CharField(source="agency.get_kind_display")
    services = serializers.ListField(child=serializers.CharField(), source="agency.service_labels")
    district = serializers.CharField(source="agency.party.district")
    association = serializers.CharField(source="agency.association")
    registered_on = serializers.DateField(source="agency.registered_on")
    score = serializers.IntegerField()
    grade = serializers.CharField()


class AgencyPage(serializers.Serializer):
    """One page of agencies."""

    results = AgencyOut(many=True)
    next = serializers.CharField(allow_blank=True)


class Agencies(APIView):
    """The directory, by name."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="agencies",
        parameters=[OpenApiParameter(name, str) for name in ("words", "kind", "district", "after")],
        responses=AgencyPage,
    )
    def get(self, request):
        asked = {name: request.query_params.get(name, "")[:60] for name in ("words", "kind", "district", "after")}
        rows, following = directory.search(**asked)
        return Response(AgencyPage({"results": rows, "next": following}).data)


class ReturnDue(serializers.Serializer):
    """A return not filed yet."""

    kind = serializers.CharField()
    period = serializers.CharField()
    due = serializers.DateField()


class ClientOut(serializers.Serializer):
    """A client with what falls due."""

    party = serializers.CharField(source="party.ref")
    name = serializers.CharField(source="party.name")
    next_due = serializers.DateField(allow_null=True)
    owed = serializers.DecimalField(max_digits=18, decimal_places=2)
    returns = serializers.SerializerMethodField()
    waiting = serializers.SerializerMethodField()

    @extend_schema_field(ReturnDue(many=True))
    def get_returns(self, client):
        return [
            {"kind": each.kind.code, "period": str(each.period), "due": each.due.isoformat()} for each in client.returns
        ]

    def get_waiting(self, client) -> list[str]:
        return [case.number for case in client.waiting]


class ClientPageOut(serializers.Serializer):
    """One page of clients."""

    results = ClientOut(many=True)
    next = serializers.CharField(allow_blank=True)


class Clients(APIView):
    """The clients of the agency named in ``X-Acting-For``."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="agency_clients",
        parameters=[
            OpenApiParameter("which", str, enum=clients.FILTERS),
            OpenApiParameter("name", str),
            OpenApiParameter("after", str),
        ],
        responses=ClientPageOut,
    )
    def get(self, request):
        actor = api_actor(request)
        if actor.party is None:
            raise Http404
        asked = {name: request.query_params.get(name, "")[:60] for name in ("which", "name", "after")}
        found = clients.page(actor, **asked)
        for client in found.clients:
            log.read(actor=actor, party_id=client.party.pk, what="agency/clients", purpose=Purpose.MANDATE)
        return Response(ClientPageOut({"results": found.clients, "next": found.next}).data)
