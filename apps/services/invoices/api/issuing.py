"""Issuing and taking back by API (``POST /api/v1/invoices/issue/``, ``…/red-letters/``), and the quota (Art 14)."""

from decimal import Decimal

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.parties.api_auth import api_actor
from apps.kernel.request_keys import KEY, idempotency_key
from apps.kernel.workcalendar import clock
from apps.services.invoices import delivery, issuing, quotas, red_letters
from apps.services.invoices.api.shapes import InvoiceOut, own_invoice, own_invoices
from apps.services.invoices.issuing import Item, Order
from apps.services.invoices.models import Invoice, RedLetter


class ItemIn(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    tax_class = serializers.RegexField(
        r"^[0-9]{19}$", error_messages={"invalid": _("税收分类编码是 19 位数字。请对照编码表填写。")}
    )
    quantity = serializers.DecimalField(max_digits=16, decimal_places=8)
    price = serializers.DecimalField(max_digits=18, decimal_places=8, help_text="Net of tax.")
    rate = serializers.CharField(max_length=10, help_text="0.13, 0.06 …, or exempt, outside.")
    unit = serializers.CharField(max_length=30, required=False, default="", allow_blank=True)
    model = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class OrderIn(serializers.Serializer):
    """What is to be issued. ``total``, when given, must be what the lines come to."""

    kind = serializers.ChoiceField(Invoice.Kind.choices)
    buyer_number = serializers.CharField(max_length=18, required=False, default="", allow_blank=True)
    buyer_name = serializers.CharField(max_length=120)
    items = ItemIn(many=True, allow_empty=False, max_length=issuing.MAX_LINES)
    email = serializers.EmailField(required=False, default="", allow_blank=True)
    remark = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    total = serializers.DecimalField(max_digits=18, decimal_places=2, required=False, default=None, allow_null=True)


class IssuedOut(InvoiceOut):
    """An issued invoice, with the address that hands it over."""

    pick_up_url = serializers.SerializerMethodField()

    class Meta(InvoiceOut.Meta):
        fields = [*InvoiceOut.Meta.fields, "pick_up_url"]

    def get_pick_up_url(self, invoice: Invoice) -> str:
        return delivery.pick_up_url(invoice)


class QuotaOut(serializers.Serializer):
    month = serializers.DateField()
    granted = serializers.DecimalField(max_digits=16, decimal_places=2)
    used = serializers.DecimalField(max_digits=16, decimal_places=2)
    left = serializers.DecimalField(max_digits=16, decimal_places=2)


class RedLetterIn(serializers.Serializer):
    """Why, and how much of which line; the whole invoice without ``amounts``."""

    reason = serializers.ChoiceField(RedLetter.Reason.choices)
    amounts = serializers.DictField(
        child=serializers.DecimalField(max_digits=18, decimal_places=2, min_value=Decimal(0)),
        required=False,
        help_text="Net amounts by line position, counted from 1.",
    )

    def validate_amounts(self, given: dict[str, Decimal]) -> dict[int, Decimal]:
        wrong = [position for position in given if not (position.isascii() and position.isdecimal())]
        if wrong:
            raise serializers.ValidationError(f"{wrong[0][:20]!r}: 1, 2, 3 …")
        return {int(position): amount for position, amount in given.items()}


class RedLetterOut(serializers.ModelSerializer):
    blue = serializers.CharField(source="blue.number")
    red = serializers.CharField(source="red.number", default=None, allow_null=True)
    asked_by = serializers.CharField(source="asked_by.name")

    class Meta:
        model = RedLetter
        fields = ["ref", "blue", "red", "asked_by", "reason", "amount", "tax", "state", "asked_at", "due_at", "answer"]


class AnswerIn(serializers.Serializer):
    action = serializers.ChoiceField(["agree", "reject", "withdraw"])
    answer = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class Issue(APIView):
    """Issue an invoice for the party acted for. The same key again returns the invoice issued the first time."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="issue_invoice", request=OrderIn, responses={201: IssuedOut}, parameters=[KEY])
    def post(self, request):
        actor = api_actor(request)
        issuing.seller(actor)
        shape = OrderIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        order = Order(**{**given, "items": tuple(Item(**item) for item in given["items"])})
        invoice = issuing.issue(order, actor=actor, idempotency_key=idempotency_key(request))
        return Response(IssuedOut(invoice).data, status=status.HTTP_201_CREATED)


class Quota(APIView):
    """This month's quota of the party acted for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="invoice_quota", responses=QuotaOut)
    def get(self, request):
        return Response(QuotaOut(quotas.of_month(issuing.seller(api_actor(request)), clock.today())).data)


class RedLetters(APIView):
    """Ask to take an invoice back."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="ask_red_letter", request=RedLetterIn, responses={201: RedLetterOut})
    def post(self, request, number: str):
        blue = own_invoice(request, number)
        shape = RedLetterIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        form = red_letters.ask(blue, actor=api_actor(request), reason=given["reason"], amounts=given.get("amounts"))
        return Response(RedLetterOut(form).data, status=status.HTTP_201_CREATED)


class OneRedLetter(APIView):
    """A red-letter form: read it, or answer it."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="red_letter", responses=RedLetterOut)
    def get(self, request, ref: str):
        return Response(RedLetterOut(self._form(request, ref)).data)

    @extend_schema(operation_id="answer_red_letter", request=AnswerIn, responses=RedLetterOut)
    def post(self, request, ref: str):
        form = self._form(request, ref)
        shape = AnswerIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given, actor = shape.validated_data, api_actor(request)
        if given["action"] == "reject":
            form = red_letters.reject(form, actor=actor, why=given["answer"])
        else:
            act = red_letters.agree if given["action"] == "agree" else red_letters.withdraw
            form = act(form, actor=actor)
        return Response(RedLetterOut(form).data)

    def _form(self, request, ref: str) -> RedLetter:
        party = own_invoices(request, what=f"red-letters/{ref}")
        found = RedLetter.objects.of(party).select_related("blue", "red", "asked_by").filter(ref=ref).first()
        if found is None:
            raise Http404
        return found
