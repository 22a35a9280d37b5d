"""Batches of an agency by API (Art 11): what its clients have to file, an order to file it, and what became of it."""

from django.core.paginator import Paginator
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.api_auth import api_actor
from apps.kernel.request_keys import KEY, idempotency_key
from apps.services.filing import batches
from apps.services.filing.models import FilingBatch

RECENT = 50


class ClientPeriodOut(serializers.Serializer):
    """One period a client has to file."""

    code = serializers.CharField(help_text="How an order names it.")
    party = serializers.CharField(source="client.party.ref")
    name = serializers.CharField(source="client.party.name")
    kind = serializers.CharField(source="row.kind.code")
    title = serializers.CharField(source="row.kind.title")
    period = serializers.CharField(source="row.period")
    due = serializers.DateField(source="row.due.due")
    overdue = serializers.BooleanField(source="row.overdue")
    ready = serializers.BooleanField(help_text="It can be filed as prefilled.")
    nil = serializers.BooleanField(help_text="There is nothing in it, so far as the data know.")


class ClientPeriodPage(serializers.Serializer):
    """The periods of one page of clients."""

    results = ClientPeriodOut(many=True)
    page = serializers.IntegerField()
    pages = serializers.IntegerField()


class FilingBatchIn(serializers.Serializer):
    """An order to file as prefilled what is named."""

    chosen = serializers.ListField(child=serializers.CharField(max_length=80), max_length=batches.LARGEST)


class FilingBatchItem(serializers.Serializer):
    """One client's return, and what became of it."""

    party = serializers.CharField(source="party.ref")
    name = serializers.CharField(source="party.name")
    kind = serializers.CharField()
    period = serializers.CharField()
    outcome = serializers.CharField()
    case = serializers.CharField(source="case.number", default=None, allow_null=True)
    message = serializers.CharField()


class FilingBatchHead(serializers.Serializer):
    """A batch and how far it has got."""

    ref = serializers.CharField()
    created_at = serializers.DateTimeField()
    total = serializers.SerializerMethodField()
    done = serializers.SerializerMethodField()

    def get_total(self, batch: FilingBatch) -> int:
        return batches.progress(batch).total

    def get_done(self, batch: FilingBatch) -> int:
        return batches.progress(batch).done


class FilingBatchOut(FilingBatchHead):
    """A batch with its rows."""

    items = serializers.SerializerMethodField()

    @extend_schema_field(FilingBatchItem(many=True))
    def get_items(self, batch: FilingBatch):
        return FilingBatchItem(batch.items.select_related("party", "case"), many=True).data


class ClientPeriods(APIView):
    """What the clients of the agency acted for have to file, the soonest due first."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="client_periods", parameters=[OpenApiParameter("page", int)], responses=ClientPeriodPage
    )
    def get(self, request):
        actor = api_actor(request)
        page = Paginator(batches.clients(actor), batches.PAGE).get_page(request.query_params.get("page"))
        for client in page:
            log.read(actor=actor, party_id=client.party.pk, what="filing/clients", purpose=Purpose.MANDATE)
        found = {"results": batches.to_file(page), "page": page.number, "pages": page.paginator.num_pages}
        return Response(ClientPeriodPage(found).data)


class Batches(APIView):
    """The batches the user ordered for the agency, the latest first."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="filing_batches", responses=FilingBatchHead(many=True))
    def get(self, request):
        return Response(FilingBatchHead(batches.ordered(api_actor(request))[:RECENT], many=True).data)

    @extend_schema(
        operation_id="open_filing_batch", request=FilingBatchIn, parameters=[KEY], responses={201: FilingBatchOut}
    )
    def post(self, request):
        actor = api_actor(request)
        batches.authorise(actor)
        given = FilingBatchIn(data=request.data)
        given.is_valid(raise_exception=True)
        batch = batches.open_batch(actor, given.validated_data["chosen"], idempotency_key=idempotency_key(request))
        return Response(FilingBatchOut(batch).data, status=status.HTTP_201_CREATED)


class Batch(APIView):
    """How far a batch has got, and what became of each client's return."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="filing_batch", responses=FilingBatchOut)
    def get(self, request, ref: str):
        batch = batches.ordered(api_actor(request)).filter(ref=ref).first()
        if batch is None:
            raise Http404
        return Response(FilingBatchOut(batch).data)
