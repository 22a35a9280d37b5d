"""Contributions for the agencies' own systems: deliver, look up, replay, read on what came in, reconcile (Art 24)."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from apps.collaboration.insurance import access, feedback, intake, packing, reconciliation
from apps.collaboration.insurance.models import InsuranceExchange, InsuranceFeedback
from apps.collaboration.messages.api import PartnerView
from apps.collaboration.messages.paging import READ_ON, read_on
from apps.kernel.audit import log
from apps.kernel.parties.api_auth import HasScope, api_actor

MONEY = {"max_digits": 18, "decimal_places": 2}


def agency(request, action: str):
    """The officer or system of an agency in charge; anyone else is refused, on record."""
    actor = api_actor(request)
    if not access.delivers(actor):
        log.denied(action, actor=actor, target="insurance", reason="not in charge of an insurance")
        raise PermissionDenied(_("只有社会保险经办部门可以这样做。"))
    return actor


class ExchangeIn(serializers.Serializer):
    """A delivery. Rows are objects of text; their columns are those of the file's template, in the API's words."""

    message_id = serializers.RegexField(r"^[\w.\-]{4,80}$", help_text="The agency's own number; taken once.")
    kind = serializers.ChoiceField(choices=InsuranceExchange.Kind.choices)
    sent_at = serializers.DateTimeField()
    unit = serializers.CharField(max_length=10, help_text="Always yuan; anything else is refused.")
    control_count = serializers.IntegerField(min_value=1)
    control_total = serializers.DecimalField(min_value=Decimal(0), **MONEY)
    rows = serializers.ListField(child=serializers.DictField(), max_length=intake.MOST_ROWS, allow_empty=False)


class ExchangeProblemOut(serializers.Serializer):
    """What is wrong with a row; row 0 is the delivery as a whole."""

    row = serializers.IntegerField()
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class ExchangeOut(serializers.Serializer):
    """A delivery and what became of it."""

    ref = serializers.CharField()
    message_id = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    reason = serializers.CharField()
    lines = serializers.IntegerField()
    unmatched = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    problems = ExchangeProblemOut(many=True)


class InsuranceFeedbackOut(serializers.Serializer):
    """Money collected, or given back when negative."""

    id = serializers.IntegerField()
    payer_code = serializers.SerializerMethodField()
    levy = serializers.CharField(source="bill.levy_id")
    period = serializers.CharField(source="bill.period")
    amount = serializers.DecimalField(**MONEY)
    total = serializers.DecimalField(**MONEY)
    collected_on = serializers.DateField()
    at = serializers.DateTimeField()

    def get_payer_code(self, row: InsuranceFeedback) -> str:
        return feedback.code_of(row)


class InsuranceFeedbackPage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    results = InsuranceFeedbackOut(many=True)
    next = serializers.CharField(allow_blank=True)


class InsuranceDayOut(serializers.Serializer):
    """A day's figures."""

    day = serializers.DateField()
    bills = serializers.IntegerField()
    lines = serializers.DecimalField(**MONEY)
    assessed = serializers.DecimalField(**MONEY)
    changed = serializers.DecimalField(**MONEY)
    charged = serializers.DecimalField(**MONEY)
    collected = serializers.DecimalField(**MONEY)
    fed_back = serializers.DecimalField(**MONEY)
    differing = serializers.IntegerField()
    accounted = serializers.BooleanField()


class InsuranceDifferenceOut(serializers.Serializer):
    """A bill whose figures do not agree, and where."""

    ref = serializers.CharField()
    levy = serializers.CharField()
    period = serializers.CharField()
    places = serializers.ListField(child=serializers.CharField())


class InsuranceReconciliationOut(serializers.Serializer):
    """The days of the agency and the differences."""

    days = InsuranceDayOut(many=True)
    differences = InsuranceDifferenceOut(many=True)


def answer(exchange: InsuranceExchange) -> Response:
    """201 taken, 202 still worked on, 422 refused with its code."""
    codes = {
        InsuranceExchange.State.RECEIVED: status.HTTP_202_ACCEPTED,
        InsuranceExchange.State.REFUSED: status.HTTP_422_UNPROCESSABLE_ENTITY,
    }
    return Response(ExchangeOut(exchange).data, status=codes.get(exchange.state, status.HTTP_201_CREATED))


class Exchanges(PartnerView):
    """Deliver registrations, insured people or assessed amounts."""

    permission_classes = [HasScope("contributions.write")]

    @extend_schema(
        operation_id="deliver_insurance",
        request=ExchangeIn,
        responses={201: ExchangeOut, 202: ExchangeOut, 422: ExchangeOut},
    )
    def post(self, request):
        actor = agency(request, "insurance.deliver")
        given = ExchangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        frame = dict(given.validated_data)
        rows = frame.pop("rows")
        return answer(intake.deliver(packing.of_rows(frame["kind"], rows), actor=actor, **frame))


def _own(request, ref: str, action: str) -> tuple[InsuranceExchange, object]:
    actor = agency(request, action)
    exchange = InsuranceExchange.objects.visible_to(actor).defer("content").filter(ref=ref).first()
    if exchange is None:
        raise Http404
    return exchange, actor


class Exchange(PartnerView):
    """What became of a delivery."""

    permission_classes = [HasScope("contributions.write")]

    @extend_schema(operation_id="insurance_exchange", responses=ExchangeOut)
    def get(self, request, ref: str):
        return Response(ExchangeOut(_own(request, ref, "insurance.read")[0]).data)


class Replay(PartnerView):
    """Try a refused delivery, or its unmatched lines, again."""

    permission_classes = [HasScope("contributions.write")]

    @extend_schema(
        operation_id="replay_insurance_exchange", request=None, responses={201: ExchangeOut, 422: ExchangeOut}
    )
    def post(self, request, ref: str):
        exchange, actor = _own(request, ref, "insurance.replay")
        return answer(intake.replay(exchange, actor=actor))


class FeedbackList(PartnerView):
    """What was collected, in the order it was told."""

    permission_classes = [HasScope("contributions.read")]

    @extend_schema(
        operation_id="insurance_feedback",
        parameters=READ_ON,
        responses=InsuranceFeedbackPage,
    )
    def get(self, request):
        actor = agency(request, "insurance.feedback")
        related = ("bill__party__organisation", "bill__party__person")
        page, following = read_on(request, InsuranceFeedback.objects.visible_to(actor).select_related(*related))
        return Response(InsuranceFeedbackPage({"results": page, "next": following}).data)


class Reconciliation(PartnerView):
    """The agency's days to the fen, and the bills that differ."""

    permission_classes = [HasScope("contributions.read")]

    @extend_schema(operation_id="insurance_reconciliation", responses=InsuranceReconciliationOut)
    def get(self, request):
        actor = agency(request, "insurance.reconcile")
        found = {"days": reconciliation.days(actor.office), "differences": reconciliation.differences(actor.office)}
        return Response(InsuranceReconciliationOut(found).data)
