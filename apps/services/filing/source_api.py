"""The register of tax sources by API (Art 11): the taxes with their headings, and a payer's own sources."""

from decimal import Decimal

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import api_actor
from apps.kernel.rules.calculators.property_behaviour import TAXES, SourceTax
from apps.kernel.rules.schemas import CONFIDENCE
from apps.kernel.workcalendar import clock
from apps.services.filing import falling_due, rates, sources
from apps.services.filing.models import SourceDetail


class SourceHeading(serializers.Serializer):
    """A heading or a relief of a tax, and today's rate: of the base, or the share a relief takes off."""

    value = serializers.CharField(source="code")
    label = serializers.CharField()
    rate = serializers.CharField(source="amount", help_text="In words, with its unit.")
    source = serializers.CharField(source="rule.source")
    confidence = serializers.CharField(help_text=CONFIDENCE)


class SourceTaxOut(serializers.Serializer):
    """A tax, and what has to be known of its sources."""

    levy = serializers.CharField(source="code")
    title = serializers.CharField()
    base = serializers.CharField(help_text="What the base is, with its unit.")
    since = serializers.CharField(help_text="What the day ``since`` is.")
    asks = serializers.CharField(help_text="What the heading is a fact of; empty where there are no headings.")
    items = serializers.SerializerMethodField()
    reliefs = serializers.SerializerMethodField(help_text="Facts for which a share of the tax is taken off.")
    rate = serializers.SerializerMethodField(help_text="Of a tax without headings.")
    lasting = serializers.BooleanField(help_text="Taxed by the month for as long as it lasts.")
    occasional = serializers.SerializerMethodField(help_text="Whether it may be declared each time it arises instead.")

    @extend_schema_field(SourceHeading(many=True))
    def get_items(self, tax: SourceTax) -> list[dict[str, str]]:
        return SourceHeading([row for row in rates.of_tax(tax) if row.code and not row.relief], many=True).data

    @extend_schema_field(SourceHeading(many=True))
    def get_reliefs(self, tax: SourceTax) -> list[dict[str, str]]:
        return SourceHeading([row for row in rates.of_tax(tax) if row.relief], many=True).data

    @extend_schema_field(SourceHeading(allow_null=True))
    def get_rate(self, tax: SourceTax) -> dict[str, str] | None:
        return next((SourceHeading(row).data for row in rates.of_tax(tax) if not row.code), None)

    def get_occasional(self, tax: SourceTax) -> bool:
        return falling_due.may_be_occasional(tax.code, clock.today())


class TaxSourceFacts(serializers.Serializer):
    """What is known of a source."""

    name = serializers.CharField(max_length=120)
    item = serializers.CharField(max_length=30, allow_blank=True, default="", help_text="A heading of the tax.")
    base = serializers.DecimalField(max_digits=16, decimal_places=2, min_value=Decimal(0))
    deductions = serializers.DecimalField(
        max_digits=16, decimal_places=2, min_value=Decimal(0), allow_null=True, default=None
    )
    basic_farmland = serializers.BooleanField(default=False)
    relief = serializers.CharField(max_length=20, allow_blank=True, default="", help_text="A relief of the tax.")
    occasional = serializers.BooleanField(default=False)
    since = serializers.DateField()
    until = serializers.DateField(
        allow_null=True, default=None, help_text="The end of what lasts; of deed tax the day of the registration."
    )


class TaxSourceIn(TaxSourceFacts):
    """A source to be registered."""

    levy = serializers.ChoiceField(choices=list(TAXES))


class TaxSourceOut(TaxSourceFacts):
    """A source as it is registered."""

    ref = serializers.CharField()
    levy = serializers.CharField()
    source = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class SourceTaxes(APIView):
    """The ten taxes whose sources are registered."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="source_taxes", responses=SourceTaxOut(many=True))
    def get(self, request):
        return Response(SourceTaxOut(TAXES.values(), many=True).data)


class Sources(APIView):
    """The sources of the payer acted for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="tax_sources", responses=TaxSourceOut(many=True))
    def get(self, request):
        return Response(TaxSourceOut(sources.register(_owner(request).party), many=True).data)

    @extend_schema(operation_id="register_tax_source", request=TaxSourceIn, responses={201: TaxSourceOut})
    def post(self, request):
        actor = _owner(request)
        given = _facts(TaxSourceIn, request)
        row = sources.add(actor, given.pop("levy"), given)
        return Response(TaxSourceOut(row).data, status=status.HTTP_201_CREATED)


class Source(APIView):
    """One source: see it, register what it is from now on, strike it off."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="tax_source", responses=TaxSourceOut)
    def get(self, request, ref: str):
        return Response(TaxSourceOut(_own(_owner(request), ref)).data)

    @extend_schema(operation_id="amend_tax_source", request=TaxSourceFacts, responses=TaxSourceOut)
    def put(self, request, ref: str):
        actor = _owner(request)
        row = _own(actor, ref)
        return Response(TaxSourceOut(sources.amend(row, actor, _facts(TaxSourceFacts, request))).data)

    @extend_schema(operation_id="strike_tax_source", responses={204: None})
    def delete(self, request, ref: str):
        actor = _owner(request)
        sources.strike(_own(actor, ref), actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _owner(request) -> Actor:
    actor = api_actor(request)
    sources.authorise(actor)
    return actor


def _own(actor: Actor, ref: str) -> SourceDetail:
    """A source of the actor's; foreign and absent ones are the same 404."""
    row = sources.of(actor).filter(ref=ref).first()
    if row is None:
        raise Http404
    return row


def _facts(shape: type[TaxSourceFacts], request) -> dict:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return given.validated_data
