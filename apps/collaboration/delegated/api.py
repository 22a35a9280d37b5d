"""Delegated collection for the collectors' own systems: deliver, look up, what is to be handed in (Art 23)."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from apps.collaboration.coded import UNIT, require_yuan
from apps.collaboration.delegated import access, intake, rows
from apps.collaboration.delegated.models import CollectionBatch, DelegatedAgreement, Remittance
from apps.collaboration.messages.api import PartnerView
from apps.kernel.audit import log
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.request_keys import KEY, idempotency_key

SHOWN = 400
MONEY = {"max_digits": 18, "decimal_places": 2}


class ItemIn(serializers.Serializer):
    """One sum collected. Amounts are yuan with two decimals, as text."""

    receipt_number = serializers.CharField(help_text="The collector's own receipt number, never used twice.")
    payer_name = serializers.CharField()
    payer_code = serializers.CharField(required=False, help_text="Credit code or identity number.")
    levy = serializers.CharField(help_text="Code or name of the levy, e.g. vat.")
    period = serializers.CharField(help_text="2026-09, 2026Q3, 2026 or 2026-09-15.")
    amount = serializers.CharField()
    collected_on = serializers.DateField()
    place = serializers.CharField(help_text="Where; it must name the area of the agreement.")
    certificate = serializers.CharField(required=False, help_text="The certificate of who collected.")


class BatchIn(serializers.Serializer):
    """A batch; all of it is taken or nothing."""

    items = serializers.ListField(child=serializers.DictField(), max_length=intake.MOST_ROWS, allow_empty=False)
    control_count = serializers.IntegerField(min_value=1)
    control_total = serializers.DecimalField(min_value=Decimal("0.01"), **MONEY)
    unit = serializers.CharField(default=UNIT, help_text="yuan; anything else is refused.")


class ProblemOut(serializers.Serializer):
    """Why a row is not taken; row 0 is the batch as a whole."""

    row = serializers.IntegerField()
    field = serializers.CharField()
    code = serializers.ChoiceField(choices=rows.Refusal.choices)
    message = serializers.CharField()


class ItemOut(serializers.Serializer):
    """What became of one sum, with the code payers verify their receipt by."""

    ref = serializers.CharField()
    receipt_number = serializers.CharField()
    state = serializers.CharField()
    amount = serializers.DecimalField(**MONEY)
    receipt = serializers.CharField(source="receipt.number", allow_null=True, default=None)
    code = serializers.CharField(source="receipt.printed_code", allow_null=True, default=None)


class BatchOut(serializers.Serializer):
    """A batch and what became of it."""

    ref = serializers.CharField()
    state = serializers.CharField()
    received_at = serializers.DateTimeField()
    problems = ProblemOut(many=True)
    items = serializers.SerializerMethodField()

    def get_items(self, batch: CollectionBatch) -> list[dict]:
        return ItemOut(batch.items.select_related("receipt").order_by("id"), many=True).data


class RemittanceOut(serializers.Serializer):
    """A day's money: what is to be handed in and by when."""

    ref = serializers.CharField()
    day = serializers.DateField()
    due = serializers.DateField()
    amount = serializers.DecimalField(source="charge.amount", **MONEY)
    remitted = serializers.DecimalField(source="charge.paid", **MONEY)


class RemittanceList(serializers.Serializer):
    """The days of an agreement, newest first."""

    results = RemittanceOut(many=True)


def _agreement(request, number: str, action: str) -> DelegatedAgreement:
    actor = api_actor(request)
    row = (
        DelegatedAgreement.objects.visible_to(actor)
        .select_related("case__applicant", "case__office")
        .filter(case__number=number)
        .first()
    )
    if row is None:
        raise Http404
    if not access.collects(actor, row):
        log.denied(action, actor=actor, target=row.about, reason="does not collect under it")
        raise PermissionDenied(_("只有代征单位可以使用。"))
    return row


class Batches(PartnerView):
    """Deliver what was collected."""

    permission_classes = [HasScope("delegated.write")]

    @extend_schema(
        operation_id="deliver_collected",
        request=BatchIn,
        responses={201: BatchOut, 202: BatchOut, 422: BatchOut},
        parameters=[KEY],
    )
    def post(self, request, number: str):
        agreement = _agreement(request, number, "delegated.deliver")
        key = idempotency_key(request)
        given = BatchIn(data=request.data)
        given.is_valid(raise_exception=True)
        require_yuan(given.validated_data["unit"])
        batch = intake.deliver(
            agreement,
            given.validated_data["items"],
            control_count=given.validated_data["control_count"],
            control_total=given.validated_data["control_total"],
            actor=api_actor(request),
            idempotency_key=key,
        )
        codes = {
            CollectionBatch.State.RECEIVED: status.HTTP_202_ACCEPTED,
            CollectionBatch.State.REFUSED: status.HTTP_422_UNPROCESSABLE_ENTITY,
        }
        return Response(BatchOut(batch).data, status=codes.get(batch.state, status.HTTP_201_CREATED))


class Batch(PartnerView):
    """What became of a batch."""

    permission_classes = [HasScope("delegated.read")]

    @extend_schema(operation_id="collected_batch", responses=BatchOut)
    def get(self, request, ref: str):
        batch = CollectionBatch.objects.visible_to(api_actor(request)).filter(ref=ref).first()
        if batch is None:
            raise Http404
        return Response(BatchOut(batch).data)


class Remittances(PartnerView):
    """What is to be handed in, and what was."""

    permission_classes = [HasScope("delegated.read")]

    @extend_schema(operation_id="collected_remittances", responses=RemittanceList)
    def get(self, request, number: str):
        agreement = _agreement(request, number, "delegated.remittances")
        days = Remittance.objects.filter(agreement=agreement).select_related("charge")[:SHOWN]
        return Response(RemittanceList({"results": days}).data)
