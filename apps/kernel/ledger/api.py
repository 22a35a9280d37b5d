"""The account by API: the same figures and the same rules as the page (``/api/v1/account/``)."""

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.ledger import accounts
from apps.kernel.ledger.models import Payment
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import api_actor
from apps.kernel.parties.models import Party

PER_PAGE = 50


def _yuan(source: str | None = None) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=2, source=source)


class ChargeOut(serializers.Serializer):
    """A charge of the account."""

    ref = serializers.CharField(source="charge.ref")
    levy = serializers.CharField(source="charge.levy_id")
    levy_label = serializers.CharField(source="charge.levy")
    period = serializers.CharField(source="charge.period")
    due = serializers.DateField(source="charge.due")
    amount = _yuan("charge.amount")
    paid = _yuan("charge.paid")
    state = serializers.CharField()
    state_label = serializers.CharField(source="label")


class LateFeeLine(serializers.Serializer):
    label = serializers.CharField()
    formula = serializers.CharField()
    amount = _yuan()
    source = serializers.CharField()


class OwedOut(ChargeOut):
    """A charge with something left to pay."""

    principal = _yuan("charge.outstanding")
    late_fee = _yuan()
    late_fee_lines = LateFeeLine(many=True)
    total = _yuan()


class AccountOut(serializers.Serializer):
    """One payer's account on a day."""

    on = serializers.DateField()
    principal = _yuan()
    late_fee = _yuan()
    total = _yuan()
    refundable = _yuan()
    balance = _yuan()
    owed = OwedOut(many=True)
    history = ChargeOut(many=True)
    following = serializers.IntegerField(allow_null=True, help_text="Pass as `after` for the next page of history.")


class PaymentOut(serializers.Serializer):
    """A payment and what it was put on."""

    number = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField(source="get_state_display")
    amount = _yuan()
    received = _yuan()
    created_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField()
    charges = serializers.SerializerMethodField()

    def get_charges(self, payment: Payment) -> list[str]:
        return [line.charge.ref for line in payment.lines.all()]


class PaymentPage(serializers.Serializer):
    results = PaymentOut(many=True)
    following = serializers.IntegerField(allow_null=True)


AFTER = OpenApiParameter("after", int, description="Continue below this id, from `following`.")


def _payer(request: Request) -> tuple[Party, Actor]:
    actor = api_actor(request)
    if actor.party is None:
        raise Http404
    return actor.party, actor


def _after(request: Request) -> int | None:
    given = request.query_params.get("after", "")
    if not given:
        return None
    if not given.isdecimal() or len(given) > 18:
        raise ValidationError({"after": _("请使用上一页返回的 following 值。")})
    return int(given)


class AccountView(APIView):
    """The account of the party acted for."""

    @extend_schema(operation_id="account", parameters=[AFTER], responses=AccountOut)
    def get(self, request: Request) -> Response:
        party, actor = _payer(request)
        return Response(AccountOut(accounts.statement(party, actor=actor, after=_after(request))).data)


class PaymentsView(APIView):
    """The payments of the party acted for, newest first."""

    @extend_schema(operation_id="payments", parameters=[AFTER], responses=PaymentPage)
    def get(self, request: Request) -> Response:
        _party, actor = _payer(request)
        rows = Payment.objects.visible_to(actor).prefetch_related("lines__charge").order_by("-id")
        after = _after(request)
        page = list((rows.filter(pk__lt=after) if after else rows)[: PER_PAGE + 1])
        following = page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None
        return Response(PaymentPage({"results": page[:PER_PAGE], "following": following}).data)
