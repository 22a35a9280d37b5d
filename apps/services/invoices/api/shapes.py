"""What the invoice API hands out and takes in everywhere (Art 14)."""

from django.http import Http404
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.api_auth import api_actor
from apps.kernel.parties.models import Party
from apps.services.invoices.models import Invoice


class InvoiceOut(serializers.ModelSerializer):
    """An invoice as its seller or buyer sees it."""

    class Meta:
        model = Invoice
        fields = [
            "number",
            "kind",
            "status",
            "issued_at",
            "seller_number",
            "seller_name",
            "buyer_number",
            "buyer_name",
            "amount",
            "tax",
            "total",
        ]


class Conflict(APIException):
    """Another content, or another use, is kept already."""

    status_code = status.HTTP_409_CONFLICT


def own_invoices(request: Request, *, what: str) -> Party:
    """The party whose invoices are read; the read is put on record."""
    actor = api_actor(request)
    if actor.party is None:
        raise Http404
    log.read(actor=actor, party_id=actor.party.pk, what=what, purpose=Purpose.OWN)
    return actor.party


def own_invoice(request: Request, number: str) -> Invoice:
    """One invoice of the party acted for; a foreign one is a 404, as an absent one is."""
    party = own_invoices(request, what=f"invoices/{number}")
    found = Invoice.objects.of(party).filter(number=number).first()
    if found is None:
        raise Http404
    return found
