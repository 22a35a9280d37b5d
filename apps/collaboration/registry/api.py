"""Certificate checks for the registries' own systems (``/api/v1/registry/checks/``, Art 28)."""

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from apps.collaboration.messages.api import PartnerView
from apps.collaboration.messages.paging import READ_ON, read_on
from apps.collaboration.registry import checking, mismatch
from apps.collaboration.registry.forms import CheckForm, MismatchForm
from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.request_keys import KEY_IF_ANY, key_if_any


class CheckIn(serializers.Serializer):
    """What is to be checked."""

    asked = serializers.CharField(
        required=False, help_text="Number or verification code of the certificate, or the address its QR code holds."
    )
    payer_code = serializers.CharField(
        required=False, help_text="Without a certificate: credit code or identity number of the applicant."
    )
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
    used_before = serializers.SerializerMethodField(help_text="Whether it has passed for another registration.")
    may_register = serializers.BooleanField(help_text="Passed or confirmed by the tax office, and not revoked since.")
    revoked_since = serializers.SerializerMethodField()
    revoked_told_at = serializers.DateTimeField(source="warned_at", allow_null=True)
    resolution = serializers.CharField()
    resolved_at = serializers.DateTimeField(allow_null=True)

    def get_used_before(self, row: CertificateCheck) -> bool:
        return checking.used_before(row) if row.passed else False

    def get_revoked_since(self, row: CertificateCheck) -> bool:
        return row.warned_at is not None

    def get_certificate_number(self, row: CertificateCheck) -> str | None:
        return row.document.number if row.passed else None

    def get_amount(self, row: CertificateCheck) -> str | None:
        return str(row.document.amount) if row.passed else None


class Checks(PartnerView):
    """Check a certificate."""

    permission_classes = [HasScope("registry.check")]

    @extend_schema(
        operation_id="check_certificate",
        request=CheckIn,
        responses={201: CheckOut},
        parameters=[KEY_IF_ANY],
    )
    def post(self, request):
        actor = api_actor(request)
        checking.authorise(actor)
        form = CheckForm(request.data)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        row = checking.check(**form.cleaned_data, actor=actor, idempotency_key=key_if_any(request))
        return Response(CheckOut(row).data, status=status.HTTP_201_CREATED)


class CheckPage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    results = CheckOut(many=True)
    next = serializers.CharField(allow_blank=True)


class SinceIn(serializers.Serializer):
    """From which moment on."""

    since = serializers.DateTimeField(required=False)


class Revocations(PartnerView):
    """The checks whose certificate was revoked after the registry relied on it: ask with the moment last asked at."""

    permission_classes = [HasScope("registry.check")]

    @extend_schema(
        operation_id="revoked_certificates",
        parameters=[OpenApiParameter("since", OpenApiTypes.DATETIME, description="Told at or after it."), *READ_ON],
        responses=CheckPage,
    )
    def get(self, request):
        actor = api_actor(request)
        checking.authorise(actor)
        found = CertificateCheck.objects.visible_to(actor).filter(warned_at__isnull=False).select_related("document")
        asked = SinceIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        if since := asked.validated_data.get("since"):
            found = found.filter(warned_at__gte=since)
        rows, following = read_on(request, found)
        return Response({"results": CheckOut(rows, many=True).data, "next": following})


class DisputeIn(serializers.Serializer):
    """What does not agree."""

    note = serializers.CharField(max_length=1000)
    tax_office = serializers.CharField(required=False, help_text="Code of the tax office; found when left out.")


class DisputeOut(serializers.Serializer):
    """The case the tax office resolves within one working day; see ``/cases/<number>/``."""

    number = serializers.CharField()
    state = serializers.CharField()


def _own(request, ref: str) -> tuple[CertificateCheck, Actor]:
    actor = api_actor(request)
    checking.authorise(actor)
    row = CertificateCheck.objects.visible_to(actor).select_related("document__party", "party").filter(ref=ref).first()
    if row is None:
        raise Http404
    return row, actor


class Check(PartnerView):
    """One check as it stands: resolved by the tax office, revoked since."""

    permission_classes = [HasScope("registry.check")]

    @extend_schema(operation_id="certificate_check", responses=CheckOut)
    def get(self, request, ref: str):
        return Response(CheckOut(_own(request, ref)[0]).data)


class Dispute(PartnerView):
    """Ask a tax office to resolve a check that did not pass."""

    permission_classes = [HasScope("registry.check")]

    @extend_schema(
        operation_id="dispute_check",
        request=DisputeIn,
        responses={201: DisputeOut},
        parameters=[KEY_IF_ANY],
    )
    def post(self, request, ref: str):
        row, actor = _own(request, ref)
        form = MismatchForm(request.data)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        key = key_if_any(request) or f"check-{row.ref}"
        case = mismatch.open_for(row, actor=actor, key=key, **form.cleaned_data)
        return Response(DisputeOut(case).data, status=status.HTTP_201_CREATED)
