"""Requests for banks' own systems: read what is asked, answer, confirm releases (Art 29). Scope ``accounts.answer``."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from apps.collaboration.banks import access, answering
from apps.collaboration.banks.asking import CODES
from apps.collaboration.banks.models import AccountEnquiry
from apps.collaboration.coded import UNIT, Refusal
from apps.collaboration.messages.api import PartnerView, in_yuan
from apps.collaboration.messages.paging import READ_ON, read_on
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.parties.models import Party
from apps.kernel.request_keys import KEY, idempotency_key

SCOPE = HasScope("accounts.answer")


def bank(request) -> Actor:
    """The officer or system of a bank; anyone else is refused, on record."""
    actor = api_actor(request)
    if not access.answers(actor):
        log.denied("accounts.answer", actor=actor, target="accounts", reason="not a bank")
        raise PermissionDenied(_("只有金融机构可以使用。"))
    return actor


class RequestOut(serializers.Serializer):
    """One request: whose accounts, what is asked or ordered, and the paper it rests on. Nothing of why."""

    number = serializers.CharField(source="case.number")
    measure = serializers.CharField(source="power.measure")
    state = serializers.CharField(source="case.state")
    name = serializers.CharField(source="party.name")
    identifier = serializers.SerializerMethodField()
    clause = serializers.CharField(source="power.clause")
    permit_number = serializers.CharField(source="permit.number")
    permit_code = serializers.CharField(source="permit.code")
    officers = serializers.SerializerMethodField()
    wants_accounts = serializers.BooleanField(default=False)
    wants_balances = serializers.BooleanField(default=False)
    since = serializers.DateField(default=None, allow_null=True)
    until = serializers.DateField(default=None, allow_null=True)
    limit = serializers.DecimalField(max_digits=18, decimal_places=2, default=None, allow_null=True)
    kept = serializers.DecimalField(max_digits=18, decimal_places=2, default=None, allow_null=True)
    account = serializers.CharField(default="")
    executed = serializers.DecimalField(max_digits=18, decimal_places=2, default=None, allow_null=True)
    freeing = serializers.DecimalField(max_digits=18, decimal_places=2, default=None, allow_null=True)

    def get_identifier(self, row) -> str:
        person = row.party.kind == Party.Kind.PERSON
        return row.party.person.id_number if person else row.party.organisation.uscc

    def get_officers(self, row) -> list[str]:
        return [f"{row.first_officer} {row.first_certificate}", f"{row.second_officer} {row.second_certificate}"]


class RequestPage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    results = RequestOut(many=True)
    next = serializers.CharField(allow_blank=True)


class MovementIn(serializers.Serializer):
    """Money in (positive) or out of an account."""

    on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    counterparty = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    summary = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")

    def validate_amount(self, value):
        if not value:
            raise serializers.ValidationError(_("金额不能是零。"))
        return value


class AccountIn(serializers.Serializer):
    """One account; leave out what was not asked for."""

    number = serializers.CharField(max_length=40)
    kind = serializers.CharField(max_length=40, required=False, allow_blank=True)
    opened_on = serializers.DateField(required=False, allow_null=True)
    balance = serializers.DecimalField(max_digits=18, decimal_places=2, required=False, allow_null=True)
    movements = MovementIn(many=True, required=False)


class BankAnswerIn(serializers.Serializer):
    """The answer: ``accounts`` to an enquiry; the other fields to an order."""

    unit = serializers.CharField(default=UNIT, help_text="yuan; anything else is refused.")
    accounts = AccountIn(many=True, required=False)
    executed = serializers.DecimalField(max_digits=16, decimal_places=2, min_value=0, required=False)
    executed_on = serializers.DateField(required=False)
    left = serializers.DecimalField(max_digits=16, decimal_places=2, required=False, allow_null=True)
    reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


def _shown(case: Case, actor: Actor) -> dict[str, Any]:
    detail = case.detail
    log.read(actor=actor, party_id=detail.party_id, what=case.about, purpose=Purpose.BANK)
    return RequestOut(detail).data


class Requests(PartnerView):
    """What waits for this bank."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="account_requests",
        parameters=READ_ON,
        responses=RequestPage,
    )
    def get(self, request):
        actor = bank(request)
        found = Case.objects.visible_to(actor).filter(procedure__in=CODES.values(), office=actor.office)
        rows, following = read_on(request, found)
        return Response({"results": [_shown(case, actor) for case in rows], "next": following})


def _found(request, number: str) -> tuple[Case, Actor]:
    actor = bank(request)
    case = Case.objects.visible_to(actor).filter(procedure__in=CODES.values(), number=number).first()
    if case is None:
        raise Http404
    return case, actor


class Request(PartnerView):
    """One request to this bank."""

    permission_classes = [SCOPE]

    @extend_schema(operation_id="account_request", responses=RequestOut)
    def get(self, request, number: str):
        case, actor = _found(request, number)
        return Response(_shown(case, actor))


class Answer(PartnerView):
    """Answer an enquiry, or say what was frozen or deducted. All of it is taken or nothing."""

    permission_classes = [SCOPE]

    @extend_schema(operation_id="answer_account_request", request=BankAnswerIn, responses=RequestOut, parameters=[KEY])
    def post(self, request, number: str):
        case, actor = _found(request, number)
        key = idempotency_key(request)
        in_yuan(request)
        shape = BankAnswerIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = dict(shape.validated_data)
        if isinstance(case.detail, AccountEnquiry):
            data = {"accounts": given.get("accounts")}
        else:
            data = {name: given.get(name) for name in ("executed", "executed_on", "left", "reference")}
            if data["executed"] is None:
                raise Refusal({"executed": answering.NEEDED}, code="missing")
        done = cases.perform(case, "answer", actor, idempotency_key=key, **data)
        return Response(_shown(done, actor))


class Free(PartnerView):
    """Confirm that what was frozen, or the part named in ``freeing``, is free."""

    permission_classes = [SCOPE]

    @extend_schema(operation_id="confirm_account_release", request=None, responses=RequestOut, parameters=[KEY])
    def post(self, request, number: str):
        case, actor = _found(request, number)
        action = "free_part" if getattr(case.detail, "freeing", None) else "free"
        done = cases.perform(case, action, actor, idempotency_key=idempotency_key(request))
        return Response(_shown(done, actor))
