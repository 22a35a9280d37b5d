"""Standing supply for the departments' own systems: duties, what is expected, deliver (Art 18 para 2)."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.datashare.access import department
from apps.datashare.supply import delivering, expected
from apps.datashare.supply.models import SupplyDelivery, SupplyDuty
from apps.kernel.parties.api_auth import HasScope
from apps.kernel.request_keys import KEY, idempotency_key

PERIODS = 60


class ExpectedOut(serializers.Serializer):
    """One expected delivery: its period, when it is due, and how it stands."""

    period_start = serializers.DateField(source="first")
    period_end = serializers.DateField(source="last")
    due = serializers.DateField()
    standing = serializers.ChoiceField(choices=expected.Standing.choices)
    delivered_at = serializers.DateTimeField(source="at", allow_null=True)
    rows = serializers.IntegerField(allow_null=True)


class SupplyDutyOut(serializers.Serializer):
    """A standing duty of one's office."""

    ref = serializers.CharField()
    subject = serializers.CharField()
    basis = serializers.CharField()
    dataset = serializers.SerializerMethodField()
    frequency = serializers.CharField()
    within = serializers.IntegerField(help_text="Working days after the end of a period.")

    def get_dataset(self, duty: SupplyDuty) -> str:
        """The code of the catalogue's entry; empty when there is none yet."""
        return duty.dataset.code if duty.dataset else ""


class SupplyDutyDetailOut(SupplyDutyOut):
    """A duty with its expected deliveries, the latest first."""

    expected = serializers.SerializerMethodField()

    def get_expected(self, duty: SupplyDuty) -> list[dict]:
        return ExpectedOut(expected.of([duty.pk])[:PERIODS], many=True).data


class SupplyIn(serializers.Serializer):
    """Rows of one period, as the entry's JSON schema describes them; numbers as text."""

    period_end = serializers.DateField()
    records = serializers.ListField(child=serializers.DictField(), allow_empty=False, max_length=delivering.MOST_ROWS)


class SupplyOut(serializers.Serializer):
    """A delivery that was taken."""

    ref = serializers.CharField()
    duty = serializers.CharField(source="duty.ref")
    period_end = serializers.DateField()
    rows = serializers.IntegerField()
    at = serializers.DateTimeField()
    sha256 = serializers.CharField(source="upload.sha256")


def _own(request, ref: str, action: str):
    actor = department(request, action)
    duty = SupplyDuty.objects.filter(office=actor.office, ref=ref).select_related("office", "dataset__current").first()
    if duty is None:
        raise Http404
    return duty, actor


class Duties(APIView):
    """The office's duties."""

    permission_classes = [HasScope("data.supply")]

    @extend_schema(operation_id="supply_duties", responses=SupplyDutyOut(many=True))
    def get(self, request):
        actor = department(request, "supply.read")
        rows = SupplyDuty.objects.filter(office=actor.office).select_related("dataset")
        return Response(SupplyDutyOut(rows, many=True).data)


class Duty(APIView):
    """One duty and what is expected."""

    permission_classes = [HasScope("data.supply")]

    @extend_schema(operation_id="supply_duty", responses=SupplyDutyDetailOut)
    def get(self, request, ref: str):
        duty, _actor = _own(request, ref, "supply.read")
        return Response(SupplyDutyDetailOut(duty).data)


class Deliveries(APIView):
    """Deliver one period's rows."""

    permission_classes = [HasScope("data.supply")]

    @extend_schema(operation_id="supply_deliver", request=SupplyIn, responses={201: SupplyOut}, parameters=[KEY])
    def post(self, request, ref: str):
        duty, actor = _own(request, ref, "supply.deliver")
        key = idempotency_key(request)
        given = SupplyIn(data=request.data)
        given.is_valid(raise_exception=True)
        row: SupplyDelivery = delivering.deliver_records(duty, actor, key=key, **given.validated_data)
        return Response(SupplyOut(row).data, status=status.HTTP_201_CREATED)
