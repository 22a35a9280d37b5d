"""Handing invoices in by API (``POST /api/v1/invoices/``, ``POST /api/v1/invoices/receipts/``) (Art 14)."""

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.parties.api_auth import api_actor
from apps.services.invoices import importing, receiving
from apps.services.invoices.api.shapes import Conflict, InvoiceOut, own_invoices
from apps.services.invoices.forms import ListForm
from apps.services.invoices.models import InvoiceReceipt, ReceivedInvoice
from apps.services.invoices.views.reading import one_page, selected, summed

Outcome = ReceivedInvoice.Outcome


class InvoiceFile(serializers.Serializer):
    """The XML or OFD of one invoice, or a ZIP of many."""

    file = serializers.FileField()


class RowOut(serializers.ModelSerializer):
    """What became of one invoice of a handing-in."""

    invoice = serializers.CharField(source="invoice.number", default=None, allow_null=True)

    class Meta:
        model = ReceivedInvoice
        fields = ["name", "outcome", "invoice", "mistakes"]


class ReceiptOut(serializers.ModelSerializer):
    """A handing-in: how far it is, and its rows so far."""

    done = serializers.IntegerField(source="rows.count")
    rows = RowOut(many=True)

    class Meta:
        model = InvoiceReceipt
        fields = ["ref", "state", "expected", "done", "received_at", "done_at", "rows"]


class SelectionOut(serializers.Serializer):
    number = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=20, decimal_places=2)
    tax = serializers.DecimalField(max_digits=20, decimal_places=2)


class InvoicePage(serializers.Serializer):
    results = InvoiceOut(many=True)
    selection = SelectionOut()
    next = serializers.CharField(allow_null=True)


class Invoices(APIView):
    """The invoices of the party acted for: list them, or hand one in."""

    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="invoices",
        responses=InvoicePage,
        parameters=[
            OpenApiParameter("month", str, description="2026-09; every month without it."),
            OpenApiParameter("direction", str, enum=["sale", "purchase"]),
            OpenApiParameter("kind", str, enum=["special", "ordinary"]),
            OpenApiParameter("status", str, enum=["normal", "red", "void"]),
            OpenApiParameter("after", str, description="Continue after this number, from `next`."),
        ],
    )
    def get(self, request):
        party = own_invoices(request, what="invoices")
        form = ListForm(request.query_params)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        rows = selected(party, form.cleaned_data["month"], form)
        page, following = one_page(rows, request.query_params.get("after", ""))
        return Response(InvoicePage({"results": page, "selection": summed(rows), "next": following or None}).data)

    @extend_schema(
        operation_id="hand_in_invoice",
        request=InvoiceFile,
        responses={
            200: InvoiceOut,
            201: InvoiceOut,
            202: ReceiptOut,
            409: OpenApiResponse(description=Conflict.__doc__),
        },
    )
    def post(self, request):
        """201 when new, 200 when there already, 409 when it says something else, 202 while it is being scanned."""
        receipt = _received(request)
        row = receipt.rows.select_related("invoice").first()
        if row is None:
            return Response(ReceiptOut(receipt).data, status=status.HTTP_202_ACCEPTED)
        if row.outcome == Outcome.CONFLICT:
            raise Conflict(row.mistakes[0])
        if row.invoice is None:
            raise ValidationError({"file": row.mistakes})
        new = row.outcome == Outcome.NEW
        return Response(InvoiceOut(row.invoice).data, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)


class Receipts(APIView):
    """Hand many invoices in at once, as a ZIP; what became of each is told row by row."""

    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="hand_in_invoices", request=InvoiceFile, responses={202: ReceiptOut})
    def post(self, request):
        return Response(ReceiptOut(_received(request)).data, status=status.HTTP_202_ACCEPTED)


class Receipt(APIView):
    """How far a handing-in is."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="invoice_receipt", responses=ReceiptOut)
    def get(self, request, ref: str):
        actor = api_actor(request)
        found = InvoiceReceipt.objects.filter(party=actor.party, ref=ref).first() if actor.party else None
        if found is None:
            raise Http404
        return Response(ReceiptOut(found).data)


def _received(request) -> InvoiceReceipt:
    actor = api_actor(request)
    importing.authorise(actor)
    shape = InvoiceFile(data=request.data)
    shape.is_valid(raise_exception=True)
    return receiving.receive([shape.validated_data["file"]], actor=actor)
