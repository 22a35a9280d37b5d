"""The appointment API: free places for everybody, one's own appointments for who is signed in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.parties.api_auth import api_actor
from apps.kernel.request_keys import KEY, idempotency_key
from apps.services.appointments import arrivals, booking, choosing
from apps.services.appointments.forms import DetailsForm
from apps.services.appointments.models import Booking, Slot
from apps.services.sites import directory
from apps.services.sites.models import BusinessLine


class Taken(APIException):
    """No place is left in this half-hour."""

    status_code = status.HTTP_409_CONFLICT


class SlotOut(serializers.Serializer):
    """A half-hour with the places left in it."""

    id = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    free = serializers.IntegerField()


class BookingIn(serializers.Serializer):
    """What books a place. Without ``identity_code`` the place is only held, to be confirmed in time."""

    slot = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    identity_code = serializers.CharField(required=False)
    phone = serializers.CharField(required=False)
    note = serializers.CharField(required=False, allow_blank=True)


class DetailsIn(serializers.Serializer):
    """What confirms a hold."""

    identity_code = serializers.CharField()
    phone = serializers.CharField()
    note = serializers.CharField(required=False, allow_blank=True)


class MoveIn(serializers.Serializer):
    """Another half-hour of the same site and business."""

    slot = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class BookingOut(serializers.Serializer):
    """An appointment as its visitor sees it."""

    number = serializers.CharField(source="ref")
    state = serializers.SerializerMethodField()
    site = serializers.CharField(source="slot.site.code")
    line = serializers.CharField(source="slot.line.code")
    starts_at = serializers.DateTimeField(source="slot.starts_at")
    ends_at = serializers.DateTimeField(source="slot.ends_at")
    held_until = serializers.SerializerMethodField()
    checkin_token = serializers.SerializerMethodField()

    def get_state(self, row: Booking) -> str:
        return str(Booking.State.LAPSED if row.has_lapsed else row.state)

    def get_held_until(self, row: Booking) -> str | None:
        return row.held_until.isoformat() if row.is_held else None

    def get_checkin_token(self, row: Booking) -> str | None:
        return arrivals.checkin_token(row) if row.state == Booking.State.CONFIRMED else None


class Slots(APIView):
    """The coming half-hours of a site for a business line, with the places left."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="appointment_slots",
        responses=SlotOut(many=True),
        parameters=[OpenApiParameter("site", str, required=True), OpenApiParameter("line", str, required=True)],
    )
    def get(self, request):
        line = BusinessLine.objects.filter(active=True, code=request.query_params.get("line", "")).first()
        site = directory.find().filter(code=request.query_params.get("site", "")).first()
        if line is None or site is None:
            name = "line" if line is None else "site"
            raise ValidationError({name: _("没有这个代码，请从网点接口查询。")})
        slots = [slot for day in choosing.days(site, line) for slot in day.slots]
        return Response(SlotOut(slots, many=True).data)


class Appointments(APIView):
    """List my appointments, or book one."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="appointments", responses=BookingOut(many=True))
    def get(self, request):
        rows = Booking.objects.visible_to(_taxpayer(request)).select_related("slot__site", "slot__line")
        return Response(BookingOut(rows[:50], many=True).data)

    @extend_schema(
        operation_id="book_appointment",
        request=BookingIn,
        parameters=[KEY],
        responses={201: BookingOut, 409: OpenApiResponse(description=Taken.__doc__)},
    )
    def post(self, request):
        actor = _taxpayer(request)
        shape = BookingIn(data=request.data)
        shape.is_valid(raise_exception=True)
        key = idempotency_key(request)
        given = shape.validated_data
        number = given.pop("slot")
        try:
            booking.turn_away(actor, number, idempotency_key=key)
            slot = _slot(number)
            if "identity_code" in given:
                row = booking.book(actor, slot, **_details(given), idempotency_key=key)
            else:
                row = booking.hold(actor, slot, idempotency_key=key)
        except booking.Full as error:
            raise Taken(error.messages[0]) from error
        return Response(BookingOut(row).data, status=status.HTTP_201_CREATED)


class Appointment(APIView):
    """One of my appointments."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="appointment", responses=BookingOut)
    def get(self, request, ref: str):
        return Response(BookingOut(_own(request, ref)).data)


class Confirm(APIView):
    """Confirm a hold."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="confirm_appointment", request=DetailsIn, responses=BookingOut)
    def post(self, request, ref: str):
        row = _own(request, ref)
        shape = DetailsIn(data=request.data)
        shape.is_valid(raise_exception=True)
        done = booking.confirm(row, _taxpayer(request), **_details(shape.validated_data))
        return Response(BookingOut(done).data)


class Cancel(APIView):
    """Give an appointment up."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="cancel_appointment", request=None, responses=BookingOut)
    def post(self, request, ref: str):
        return Response(BookingOut(booking.cancel(_own(request, ref), _taxpayer(request))).data)


class Move(APIView):
    """Change to another time."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="move_appointment",
        request=MoveIn,
        responses={200: BookingOut, 409: OpenApiResponse(description=Taken.__doc__)},
    )
    def post(self, request, ref: str):
        row = _own(request, ref)
        shape = MoveIn(data=request.data)
        shape.is_valid(raise_exception=True)
        try:
            moved = booking.move(row, _taxpayer(request), _slot(shape.validated_data["slot"]))
        except booking.Full as error:
            raise Taken(error.messages[0]) from error
        return Response(BookingOut(moved).data)


def _taxpayer(request) -> Any:
    """The actor, if it stands for a taxpayer: appointments of the counter are made at the counter."""
    actor = api_actor(request)
    if actor.party is None:
        raise Http404
    return actor


def _own(request, ref: str) -> Booking:
    rows = Booking.objects.visible_to(_taxpayer(request)).select_related("slot__site", "slot__line", "visitor__person")
    row = rows.filter(ref=ref).first()
    if row is None:
        raise Http404
    return row


def _slot(number: int) -> Slot:
    slot = Slot.objects.select_related("site", "line").filter(pk=number, site__active=True, line__active=True).first()
    if slot is None:
        raise ValidationError({"slot": _("没有这个时段，请从时段接口查询。")})
    return slot


def _details(given: dict[str, Any]) -> dict[str, str]:
    form = DetailsForm(given)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return form.cleaned_data
