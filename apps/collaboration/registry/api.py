"""Certificate checks for the registries' own systems (``/api/v1/registry/checks/``)."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.collaboration.registry import checking
from apps.collaboration.registry.forms import CheckForm
from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.parties.api_auth import HasScope, api_actor


class CheckIn(serializers.Serializer):
    """What is to be checked."""

    asked = serializers.CharField(help_text="Number or verification code of the certificate.")
    payer = serializers.CharField(help_text="The applicant's full name as registered.")
    matter = serializers.ChoiceField(CertificateCheck.Matter.choices)
    matter_number = serializers.CharField(help_text="The registry's own case number.")


class CheckOut(serializers.Serializer):
    """What came of it. Of the certificate itself only what the registry needs."""

    ref = serializers.CharField()
    outcome = serializers.CharField()
    passed = serializers.BooleanField()
    matter = serializers.CharField()
    matter_number = serializers.CharField()
    checked_at = serializers.DateTimeField()
    certificate_number = serializers.SerializerMethodField()
    amount = serializers.SerializerMethodField()

    def get_certificate_number(self, row: CertificateCheck) -> str | None:
        return row.document.number if row.passed else None

    def get_amount(self, row: CertificateCheck) -> str | None:
        return str(row.document.amount) if row.passed else None


class Checks(APIView):
    """Check a certificate."""

    permission_classes = [HasScope("registry.check")]

    @extend_schema(
        operation_id="check_certificate",
        request=CheckIn,
        responses={201: CheckOut},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request):
        actor = api_actor(request)
        checking.authorise(actor)
        form = CheckForm(request.data)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        key = request.headers.get("Idempotency-Key") or None
        row = checking.check(**form.cleaned_data, actor=actor, idempotency_key=key)
        return Response(CheckOut(row).data, status=status.HTTP_201_CREATED)
