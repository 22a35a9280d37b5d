"""Judicial matters for courts' own systems: ask, tell, report, remit (Art 30). Scope ``enforcement.write``."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from apps.collaboration.coded import UNIT
from apps.collaboration.courts import access, opening
from apps.collaboration.courts.forms import BankruptcyForm, SaleForm
from apps.collaboration.courts.models import BankruptcyClaim, CourtSale
from apps.collaboration.courts.views import CODES
from apps.collaboration.messages.api import PartnerView, in_yuan
from apps.collaboration.messages.paging import READ_ON, read_on
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.request_keys import KEY, idempotency_key

SCOPE = HasScope("enforcement.write")


def court(request) -> Actor:
    """The officer or system of a court; anyone else is refused, on record."""
    actor = api_actor(request)
    if not access.is_court(actor):
        log.denied("enforcement.write", actor=actor, target="courts", reason="not a court")
        raise PermissionDenied(_("只有人民法院可以使用。"))
    return actor


class SaleIn(serializers.Serializer):
    """What is to be sold, and for how much."""

    court_case = serializers.CharField()
    party_code = serializers.CharField(help_text="Credit code or identity number of the executed party.")
    thing = serializers.ChoiceField(CourtSale.Thing.choices)
    description = serializers.CharField()
    unit = serializers.CharField(default=UNIT, help_text="yuan; anything else is refused.")
    price = serializers.CharField(help_text="Expected price in yuan, VAT included.")
    original_value = serializers.CharField(required=False)
    held_months = serializers.IntegerField(required=False)
    area = serializers.CharField(required=False)
    buyer_home = serializers.ChoiceField(CourtSale.BuyerHome.choices, default="other")


class BankruptcyIn(serializers.Serializer):
    """A liquidation or bankruptcy the court has accepted."""

    court_case = serializers.CharField()
    party_code = serializers.CharField()
    accepted_on = serializers.DateField()
    claim_by = serializers.DateField()
    administrator = serializers.CharField()
    contact = serializers.CharField()


class TaxOut(serializers.Serializer):
    """One levy of one side; no amount where it is settled separately."""

    basis = serializers.CharField()
    bearer = serializers.CharField()
    levy = serializers.CharField(source="levy_id")
    formula = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    source = serializers.CharField()


class ClaimLineOut(serializers.Serializer):
    """One part of a claim with its rank."""

    levy = serializers.CharField(source="charge.levy_id")
    period = serializers.CharField(source="charge.period")
    component = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    rank = serializers.CharField()
    source = serializers.CharField()


class CourtRemittanceOut(serializers.Serializer):
    """Money that came in."""

    reference = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    on = serializers.DateField()


class CourtCaseOut(serializers.Serializer):
    """A matter: where it stands, what was computed or claimed, what came in, what the court may do now."""

    number = serializers.CharField()
    procedure = serializers.CharField()
    court_case = serializers.CharField()
    party = serializers.CharField()
    state = serializers.CharField()
    letter_number = serializers.CharField(allow_blank=True)
    letter_code = serializers.CharField(allow_blank=True)
    taxes = TaxOut(many=True)
    claims = ClaimLineOut(many=True)
    remittances = CourtRemittanceOut(many=True)
    confirmed = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    actions = serializers.ListField(child=serializers.CharField())


class MatterPage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    results = CourtCaseOut(many=True)
    next = serializers.CharField(allow_blank=True)


def shown(case: Case, actor: Actor) -> dict[str, Any]:
    """A matter as its court may see it."""
    detail = case.detail
    sale = isinstance(detail, CourtSale)
    log.read(actor=actor, party_id=detail.party_id, what=case.about, purpose=Purpose.COURT)
    return CourtCaseOut(
        {
            "number": case.number,
            "procedure": case.procedure,
            "court_case": detail.court_case,
            "party": detail.party.name,
            "state": case.state,
            "letter_number": detail.letter.number if detail.letter else "",
            "letter_code": detail.letter.code if detail.letter else "",
            "taxes": detail.lines.all() if sale else [],
            "claims": [] if sale or detail.letter is None else case.claim_lines.select_related("charge"),
            "remittances": case.remittances.all(),
            "confirmed": detail.confirmed if isinstance(detail, BankruptcyClaim) else None,
            "actions": [row.action for row in rights.available_actions(case, actor)],
        }
    ).data


class Matters(PartnerView):
    """Every matter of this court, oldest first."""

    permission_classes = [SCOPE]

    @extend_schema(operation_id="court_matters", parameters=READ_ON, responses=MatterPage)
    def get(self, request):
        actor = court(request)
        rows, following = read_on(request, Case.objects.visible_to(actor).filter(procedure__in=CODES))
        return Response({"results": [shown(case, actor) for case in rows], "next": following})


def _open(request, code: str, form_class) -> Response:
    actor, key = court(request), idempotency_key(request)
    in_yuan(request)
    form = form_class(request.data)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    case = opening.by_court(code, actor=actor, idempotency_key=key, **form.cleaned_data)
    return Response(shown(case, actor), status=status.HTTP_201_CREATED)


class Sales(PartnerView):
    """Ask for the taxes of a sale."""

    permission_classes = [SCOPE]

    @extend_schema(operation_id="ask_sale_computation", request=SaleIn, responses={201: CourtCaseOut}, parameters=[KEY])
    def post(self, request):
        return _open(request, "court-sale", SaleForm)


class Bankruptcies(PartnerView):
    """Tell of a liquidation or bankruptcy."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="tell_bankruptcy", request=BankruptcyIn, responses={201: CourtCaseOut}, parameters=[KEY]
    )
    def post(self, request):
        return _open(request, "bankruptcy-claim", BankruptcyForm)


def _found(request, number: str) -> tuple[Case, Actor]:
    actor = court(request)
    case = Case.objects.visible_to(actor).filter(procedure__in=CODES, number=number).first()
    if case is None:
        raise Http404
    return case, actor


class Matter(PartnerView):
    """One matter of this court."""

    permission_classes = [SCOPE]

    @extend_schema(operation_id="court_matter", responses=CourtCaseOut)
    def get(self, request, number: str):
        case, actor = _found(request, number)
        return Response(shown(case, actor))


class Action(PartnerView):
    """Do what the matter's ``actions`` name: sold, remit, object, confirm, distribute, terminate, close …"""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="do_court_action", request=OpenApiTypes.OBJECT, responses=CourtCaseOut, parameters=[KEY]
    )
    def post(self, request, number: str, action: str):
        case, actor = _found(request, number)
        key = idempotency_key(request)
        in_yuan(request)
        row = case.definition.transition(action, case.state)
        data = {}
        if row is not None and row.form is not None:
            form = row.form(request.data)
            if not form.is_valid():
                raise ValidationError(form.errors.as_data())
            data = form.cleaned_data
        return Response(shown(cases.perform(case, action, actor, idempotency_key=key, **data), actor))
