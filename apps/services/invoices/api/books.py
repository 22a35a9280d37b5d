"""For the books by API: use marks, purposes, files, archive packages, and the public check (Art 14)."""

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.parties.api_auth import api_actor
from apps.services.invoices import importing, marking, purposes, verifying
from apps.services.invoices.api.shapes import Conflict, InvoiceOut, own_invoice
from apps.services.invoices.archive import sealing
from apps.services.invoices.models import ArchivePackage, PurposeConfirmation, UseMark
from apps.services.invoices.views.reading import download


class MarkIn(serializers.Serializer):
    kind = serializers.ChoiceField(UseMark.Kind.choices)
    voucher = serializers.CharField(max_length=60)


class UnmarkIn(serializers.Serializer):
    kind = serializers.ChoiceField(UseMark.Kind.choices)
    because = serializers.CharField(max_length=200)


class MarkOut(serializers.ModelSerializer):
    invoice = serializers.CharField(source="invoice.number")

    class Meta:
        model = UseMark
        fields = ["invoice", "kind", "voucher", "made_at", "withdrawn_at", "withdrawn_because"]


class PurposeIn(serializers.Serializer):
    purpose = serializers.ChoiceField(PurposeConfirmation.Purpose.choices)


class SealIn(serializers.Serializer):
    year = serializers.IntegerField(min_value=2016, max_value=2999)


class PackageOut(serializers.ModelSerializer):
    class Meta:
        model = ArchivePackage
        fields = [
            "ref",
            "sequence",
            "fiscal_year",
            "keep_years",
            "keep_until",
            "invoices_number",
            "head",
            "previous",
            "sha256",
            "sealed_at",
        ]


class VerifyIn(serializers.Serializer):
    number = serializers.RegexField(
        r"^[0-9]{20}$", error_messages={"invalid": _("数电票的发票号码是 20 位数字。请核对。")}
    )
    issued_on = serializers.DateField()
    total = serializers.DecimalField(max_digits=18, decimal_places=2)


class InvoiceVerificationOut(serializers.Serializer):
    """What the check says of an invoice its asker holds."""

    number = serializers.CharField()
    kind = serializers.CharField()
    status = serializers.CharField()
    issued_on = serializers.DateField()
    seller_name = serializers.CharField()
    buyer_name = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    tax = serializers.DecimalField(max_digits=18, decimal_places=2)
    total = serializers.DecimalField(max_digits=18, decimal_places=2)
    red_amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    sha256 = serializers.CharField()


class OneInvoice(APIView):
    """One invoice of the party acted for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="invoice", responses=InvoiceOut)
    def get(self, request, number: str):
        return Response(InvoiceOut(own_invoice(request, number)).data)


class Original(APIView):
    """Its original file."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="invoice_original", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request, number: str) -> HttpResponse:
        original = own_invoice(request, number).original
        return download(original.file_name, bytes(original.content), "application/octet-stream")


class Marks(APIView):
    """Mark an invoice as reimbursed or entered: 201 when it is new, 200 for the same voucher again, 409 for another."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="invoice_marks", responses=MarkOut(many=True))
    def get(self, request, number: str):
        invoice = own_invoice(request, number)
        return Response(MarkOut(invoice.marks.filter(party=api_actor(request).party), many=True).data)

    @extend_schema(
        operation_id="mark_invoice",
        request=MarkIn,
        responses={200: MarkOut, 201: MarkOut, 409: OpenApiResponse(description=Conflict.__doc__)},
    )
    def post(self, request, number: str):
        invoice = own_invoice(request, number)
        shape = MarkIn(data=request.data)
        shape.is_valid(raise_exception=True)
        try:
            made, new = marking.mark(invoice, **shape.validated_data, actor=api_actor(request))
        except ValidationError as error:
            if any(each.code == "used" for each in getattr(error, "error_dict", {}).get("voucher", [])):
                raise Conflict(error.messages[0]) from error
            raise
        return Response(MarkOut(made).data, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)

    @extend_schema(operation_id="unmark_invoice", request=UnmarkIn, responses={200: MarkOut})
    def delete(self, request, number: str):
        invoice = own_invoice(request, number)
        shape = UnmarkIn(data=request.data)
        shape.is_valid(raise_exception=True)
        return Response(MarkOut(marking.withdraw(invoice, **shape.validated_data, actor=api_actor(request))).data)


class Purpose(APIView):
    """Say what a received special invoice is used for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="confirm_purpose", request=PurposeIn, responses=PurposeIn)
    def post(self, request, number: str):
        invoice = own_invoice(request, number)
        shape = PurposeIn(data=request.data)
        shape.is_valid(raise_exception=True)
        made = purposes.confirm(invoice, shape.validated_data["purpose"], actor=api_actor(request))
        return Response(PurposeIn(made).data)


class Archives(APIView):
    """The archive packages of the party acted for: list them, or seal what waits of a year."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="invoice_archives", responses=PackageOut(many=True))
    def get(self, request):
        party = importing.authorise(api_actor(request))
        return Response(PackageOut(ArchivePackage.objects.filter(party=party), many=True).data)

    @extend_schema(operation_id="seal_invoice_archive", request=SealIn, responses={201: PackageOut})
    def post(self, request):
        actor = api_actor(request)
        importing.authorise(actor)
        shape = SealIn(data=request.data)
        shape.is_valid(raise_exception=True)
        made = sealing.seal(shape.validated_data["year"], actor=actor)
        return Response(PackageOut(made).data, status=status.HTTP_201_CREATED)


class ArchiveFile(APIView):
    """One package, to keep."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="invoice_archive_file", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request, ref: str) -> FileResponse:
        actor = api_actor(request)
        found = ArchivePackage.objects.filter(party=actor.party, ref=ref).first() if actor.party else None
        if found is None:
            raise Http404
        return FileResponse(
            sealing.open_package(found, actor=actor),
            as_attachment=True,
            filename=f"{ref}.zip",
            content_type="application/zip",
        )


class Verify(APIView):
    """Check an invoice by number, date and total; unless all three agree it is a 404."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [verifying.VerifyThrottle]

    @extend_schema(
        operation_id="verify_invoice",
        request=VerifyIn,
        responses={200: InvoiceVerificationOut, 404: OpenApiResponse(description="No such invoice.")},
        auth=[],
    )
    def post(self, request):
        shape = VerifyIn(data=request.data)
        shape.is_valid(raise_exception=True)
        answer = verifying.by_particulars(**shape.validated_data)
        if answer is None:
            raise NotFound
        return Response(InvoiceVerificationOut(answer).data, headers={"Cache-Control": "no-store"})
