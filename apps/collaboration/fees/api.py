"""Fee sources for the departments' own systems: deliver, look up, change, withdraw, read on what came in (Art 25)."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from apps.collaboration.coded import UNIT, require_yuan
from apps.collaboration.fees import access, changing, intake
from apps.collaboration.fees.models import Feedback, FeeDelivery, FeeSource
from apps.collaboration.messages.api import PartnerView
from apps.collaboration.messages.paging import READ_ON, read_on
from apps.kernel.audit import log
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.request_keys import KEY, idempotency_key


def department(request, action: str):
    """The officer or system of a department that delivers sources; anyone else is refused, on record."""
    actor = api_actor(request)
    if not access.delivers(actor):
        log.denied(action, actor=actor, target="fees", reason="no duty to deliver fee sources")
        raise PermissionDenied(_("只有负有费源传递职责的部门可以使用。"))
    return actor


class SourceIn(serializers.Serializer):
    """One source. Amounts are yuan with two decimals, as text."""

    number = serializers.CharField(help_text="The department's own number, never used twice.")
    payer_code = serializers.CharField(required=False, help_text="Credit code or identity number.")
    payer = serializers.CharField(help_text="Full name as registered.")
    levy = serializers.CharField(help_text="Code or name of the levy, e.g. soil-conservation.")
    base = serializers.CharField(help_text="What the amount is computed on.")
    amount = serializers.CharField()
    basis = serializers.CharField(help_text="Number of the document it rests on.")
    due = serializers.DateField()


class DeliveryIn(serializers.Serializer):
    """A delivery; one source is a delivery of one. All of it is taken or nothing."""

    sources = serializers.ListField(child=serializers.DictField(), max_length=intake.MOST_ROWS, allow_empty=False)
    control_count = serializers.IntegerField(min_value=1)
    control_total = serializers.DecimalField(max_digits=18, decimal_places=2, min_value=Decimal("0.01"))
    unit = serializers.CharField(default=UNIT, help_text="yuan; anything else is refused.")


class RowErrorOut(serializers.Serializer):
    """What is wrong with a field, in a word for machines and in words for people."""

    field = serializers.CharField()
    code = serializers.CharField(default="")
    message = serializers.CharField()


class RowOut(serializers.Serializer):
    """What became of one row."""

    row = serializers.IntegerField()
    number = serializers.CharField()
    source = serializers.CharField(allow_null=True)
    state = serializers.CharField()
    repeated = serializers.BooleanField()
    errors = RowErrorOut(many=True)


class DeliveryOut(serializers.Serializer):
    """A delivery and its rows."""

    ref = serializers.CharField()
    state = serializers.CharField()
    received_at = serializers.DateTimeField()
    progress = serializers.SerializerMethodField()
    errors = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField()

    def get_progress(self, delivery: FeeDelivery) -> int:
        return intake.progress(delivery, delivery.count)

    def get_errors(self, delivery: FeeDelivery) -> list[dict]:
        """What is wrong with the delivery as a whole: its control totals."""
        return [each for each in delivery.problems if each["row"] == 0]

    def get_results(self, delivery: FeeDelivery) -> list[dict]:
        return RowOut(intake.results(delivery), many=True).data


class SourceOut(serializers.Serializer):
    """Where a source stands."""

    ref = serializers.CharField()
    number = serializers.CharField()
    state = serializers.CharField()
    levy = serializers.CharField(source="levy_id")
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    collected = serializers.DecimalField(max_digits=18, decimal_places=2)
    fed_back = serializers.DecimalField(max_digits=18, decimal_places=2)
    due = serializers.DateField()
    send_by = serializers.DateField(allow_null=True)
    sent_late = serializers.BooleanField()


class FeedbackOut(serializers.Serializer):
    """Money collected, or given back when negative."""

    id = serializers.IntegerField()
    number = serializers.CharField(source="source.number")
    source = serializers.CharField(source="source.ref")
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    total = serializers.DecimalField(max_digits=18, decimal_places=2)
    collected_on = serializers.DateField()
    at = serializers.DateTimeField()


class FeedbackPage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    results = FeedbackOut(many=True)
    next = serializers.CharField(allow_blank=True)


class ChangeIn(serializers.Serializer):
    """A new amount with its reason."""

    amount = serializers.DecimalField(max_digits=13, decimal_places=2, min_value=Decimal("0.01"))
    reason = serializers.CharField(max_length=180)


class WithdrawIn(serializers.Serializer):
    """Why a source is taken back."""

    reason = serializers.CharField(max_length=180)


class Sources(PartnerView):
    """Deliver sources."""

    permission_classes = [HasScope("fees.write")]

    @extend_schema(
        operation_id="deliver_fee_sources",
        request=DeliveryIn,
        responses={201: DeliveryOut, 202: DeliveryOut, 422: DeliveryOut},
        parameters=[KEY],
    )
    def post(self, request):
        actor = department(request, "fees.deliver")
        key = idempotency_key(request)
        given = DeliveryIn(data=request.data)
        given.is_valid(raise_exception=True)
        require_yuan(given.validated_data["unit"])
        delivery = intake.deliver(
            given.validated_data["sources"],
            control_count=given.validated_data["control_count"],
            control_total=given.validated_data["control_total"],
            actor=actor,
            idempotency_key=key,
        )
        codes = {
            FeeDelivery.State.RECEIVED: status.HTTP_202_ACCEPTED,
            FeeDelivery.State.REFUSED: status.HTTP_422_UNPROCESSABLE_ENTITY,
        }
        return Response(DeliveryOut(delivery).data, status=codes.get(delivery.state, status.HTTP_201_CREATED))


class Delivery(PartnerView):
    """What became of a delivery."""

    permission_classes = [HasScope("fees.write")]

    @extend_schema(operation_id="fee_delivery", responses=DeliveryOut)
    def get(self, request, ref: str):
        actor = department(request, "fees.read")
        delivery = FeeDelivery.objects.visible_to(actor).filter(ref=ref).first()
        if delivery is None:
            raise Http404
        return Response(DeliveryOut(delivery).data)


def _own(request, ref: str, action: str) -> tuple[FeeSource, object]:
    actor = department(request, action)
    source = FeeSource.objects.visible_to(actor).select_related("charge").filter(ref=ref).first()
    if source is None:
        raise Http404
    return source, actor


class Source(PartnerView):
    """One source: where it stands, change, withdraw."""

    permission_classes = [HasScope("fees.write")]

    @extend_schema(operation_id="fee_source", responses=SourceOut)
    def get(self, request, ref: str):
        source, _actor = _own(request, ref, "fees.read")
        return Response(SourceOut(source).data)

    @extend_schema(operation_id="change_fee_source", request=ChangeIn, responses=SourceOut)
    def patch(self, request, ref: str):
        source, actor = _own(request, ref, "fees.change")
        given = ChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(SourceOut(changing.change(source, actor=actor, **given.validated_data)).data)

    @extend_schema(operation_id="withdraw_fee_source", request=WithdrawIn, responses={200: SourceOut})
    def delete(self, request, ref: str):
        source, actor = _own(request, ref, "fees.withdraw")
        given = WithdrawIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(SourceOut(changing.withdraw(source, actor=actor, **given.validated_data)).data)


class FeedbackList(PartnerView):
    """What was collected, in the order it was told."""

    permission_classes = [HasScope("fees.read")]

    @extend_schema(
        operation_id="fee_feedback",
        parameters=READ_ON,
        responses=FeedbackPage,
    )
    def get(self, request):
        actor = department(request, "fees.feedback")
        page, following = read_on(request, Feedback.objects.visible_to(actor).select_related("source"))
        return Response(FeedbackPage({"results": page, "next": following}).data)
