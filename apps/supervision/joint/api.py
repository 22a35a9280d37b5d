"""Market regulation's own systems tell of businesses and read what the tax side tells back (Art 33)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.supervision.joint import access, market
from apps.supervision.joint.models import MarketSignal

SHOWN = 100


class SignalIn(serializers.Serializer):
    """One message; ``number`` is the regulator's own and makes sending it again harmless."""

    number = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(MarketSignal.Kind.choices)
    code = serializers.CharField(max_length=18)
    name = serializers.CharField(max_length=200)
    on = serializers.DateField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class SignalOut(serializers.Serializer):
    """What the tax side tells back."""

    ref = serializers.CharField()
    number = serializers.CharField()
    registered = serializers.BooleanField()
    listed = serializers.BooleanField()
    review = serializers.CharField(allow_blank=True)


def regulator(request, action: str) -> Actor:
    """The regulator's officer or system; anyone else is refused, on record."""
    actor = api_actor(request)
    if not access.tells(actor):
        log.denied(action, actor=actor, target="market-signal", reason="not market regulation")
        raise PermissionDenied(_("只有市场监管部门可以提供这类信息。"))
    return actor


class Signals(APIView):
    """Tell of a business; the latest messages with what is told back."""

    permission_classes = [HasScope("market.exchange")]

    @extend_schema(operation_id="market_signals", responses=SignalOut(many=True))
    def get(self, request):
        actor = regulator(request, "market-signal.read")
        rows = list(MarketSignal.objects.filter(office=actor.office).select_related("case")[:SHOWN])
        listed = market.listed([row.code for row in rows])
        told = [market.answer(row, listed=row.code in listed) for row in rows]
        return Response(SignalOut(told, many=True).data)

    @extend_schema(operation_id="tell_market_signal", request=SignalIn, responses={201: SignalOut})
    def post(self, request):
        actor = regulator(request, "market-signal.tell")
        given = SignalIn(data=request.data)
        given.is_valid(raise_exception=True)
        signal = market.receive(actor, **given.validated_data)
        told = market.answer(signal, listed=signal.code in market.listed([signal.code]))
        return Response(SignalOut(told).data, status=status.HTTP_201_CREATED)
