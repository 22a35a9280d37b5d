"""Price determinations for the bureau's own system: what to determine, and the conclusion (Art 27)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from apps.collaboration.coded import UNIT
from apps.collaboration.messages.api import PartnerView, in_yuan
from apps.collaboration.messages.paging import READ_ON, read_on
from apps.collaboration.price import procedure, receiving
from apps.collaboration.price.models import PriceMessage
from apps.kernel.audit import log
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.request_keys import KEY, idempotency_key

SCOPE = HasScope("prices.write")


class ItemOut(serializers.Serializer):
    """An item to be priced."""

    item = serializers.IntegerField(source="place")
    name = serializers.CharField()
    specification = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=14, decimal_places=3)
    unit = serializers.CharField()
    declared = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)


class PriceOut(serializers.Serializer):
    """An application with its items."""

    number = serializers.CharField()
    state = serializers.CharField()
    purpose = serializers.CharField(source="detail.purpose")
    basis_date = serializers.DateField(source="detail.basis_date")
    dispute = serializers.CharField(source="detail.dispute")
    items = ItemOut(many=True, source="detail.items")


class PricePage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    results = PriceOut(many=True)
    next = serializers.CharField(allow_blank=True)


class PricedIn(serializers.Serializer):
    """The price of one item. Amounts are yuan with two decimals, as text; amount = quantity x unit price."""

    item = serializers.IntegerField()
    method = serializers.ChoiceField(["market", "cost", "income", "expert"])
    unit_price = serializers.CharField()
    amount = serializers.CharField()
    note = serializers.CharField(required=False, allow_blank=True)


class ConclusionIn(serializers.Serializer):
    """A conclusion. ``basis_date`` repeats the application's, so that a mix-up is noticed."""

    basis_date = serializers.DateField()
    unit = serializers.CharField(default=UNIT, help_text="yuan; anything else is refused.")
    items = PricedIn(many=True)
    report = serializers.CharField()


class PriceMessageOut(serializers.Serializer):
    """What became of a conclusion. ``code`` says why it was refused."""

    ref = serializers.CharField()
    state = serializers.CharField()
    code = serializers.CharField()
    explanation = serializers.CharField()
    document = serializers.CharField(source="conclusion.document.number", default=None, allow_null=True)
    check_code = serializers.CharField(source="conclusion.document.printed_code", default=None, allow_null=True)
    total = serializers.DecimalField(
        source="conclusion.total", max_digits=18, decimal_places=2, default=None, allow_null=True
    )


def bureau(request, action: str) -> Actor:
    """An officer or system outside the tax offices; anyone else is refused, on record."""
    actor = api_actor(request)
    if not receiving.may_conclude(actor):
        log.denied(action, actor=actor, target="prices", reason="not a price body")
        raise PermissionDenied(_("只有价格认定机构可以使用。"))
    return actor


def _answer(message: PriceMessage) -> Response:
    taken = message.state == PriceMessage.State.TAKEN
    code = status.HTTP_201_CREATED if taken else status.HTTP_422_UNPROCESSABLE_ENTITY
    return Response(PriceMessageOut(message).data, status=code)


class Prices(PartnerView):
    """The applications this bureau has to do with, newest first."""

    permission_classes = [SCOPE]

    @extend_schema(operation_id="price_determinations", parameters=READ_ON, responses=PricePage)
    def get(self, request):
        actor = bureau(request, "price.read")
        found = Case.objects.visible_to(actor).filter(procedure=procedure.CODE)
        some, following = read_on(request, found, newest=True)
        return Response(PricePage({"results": some, "next": following}).data)


class Conclusion(PartnerView):
    """Conclude, with the price of each item."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="conclude_price",
        request=ConclusionIn,
        responses={201: PriceMessageOut, 422: PriceMessageOut},
        parameters=[KEY],
    )
    def post(self, request, number: str):
        actor = bureau(request, "price.conclude")
        case = Case.objects.visible_to(actor).filter(procedure=procedure.CODE, number=number).first()
        if case is None:
            raise Http404
        key = idempotency_key(request)
        in_yuan(request)
        return _answer(receiving.take(case, request.data, actor=actor, idempotency_key=key))


class PriceReplay(PartnerView):
    """Judge a refused conclusion again."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="replay_price_conclusion", request=None, responses={201: PriceMessageOut, 422: PriceMessageOut}
    )
    def post(self, request, ref: str):
        actor = bureau(request, "price.replay")
        message = PriceMessage.objects.visible_to(actor).filter(ref=ref).first()
        if message is None:
            raise Http404
        return _answer(receiving.replay(message, actor=actor))
