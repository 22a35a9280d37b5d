"""The invoice API: hand in one electronic invoice as XML (``POST /api/v1/invoices/``)."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.parties.api_auth import api_actor
from apps.services.invoices import importing
from apps.services.invoices.models import Invoice


class InvoiceFile(serializers.Serializer):
    """The XML of one invoice, as downloaded."""

    file = serializers.FileField()


class InvoiceOut(serializers.ModelSerializer):
    """An invoice as its seller or buyer sees it."""

    class Meta:
        model = Invoice
        fields = [
            "number",
            "kind",
            "status",
            "issued_at",
            "seller_number",
            "seller_name",
            "buyer_number",
            "buyer_name",
            "amount",
            "tax",
            "total",
        ]


class Conflict(APIException):
    """Another content is kept under the same number."""

    status_code = status.HTTP_409_CONFLICT


class InvoiceIn(APIView):
    """Hand in an invoice: 201 when it is new, 200 when it is there already, 409 when it says something else."""

    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="hand_in_invoice",
        request=InvoiceFile,
        responses={200: InvoiceOut, 201: InvoiceOut, 409: OpenApiResponse(description=Conflict.__doc__)},
    )
    def post(self, request):
        actor = api_actor(request)
        importing.authorise(actor)
        shape = InvoiceFile(data=request.data)
        shape.is_valid(raise_exception=True)
        try:
            invoice, new = importing.take_in(shape.validated_data["file"].read(), actor=actor)
        except ValidationError as error:
            if any(each.code == "conflict" for each in error.error_dict["file"]):
                raise Conflict(error.messages[0]) from error
            raise
        return Response(InvoiceOut(invoice).data, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)
