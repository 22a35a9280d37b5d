"""The API of registered mail: items of a case, registering one, recording its arrival (Art 11)."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework.models import Case
from apps.kernel.parties.api_auth import api_actor
from apps.services.channels import mail
from apps.services.channels.models import Mailing


class MailingOut(serializers.ModelSerializer):
    """An item on its way or arrived."""

    state = serializers.CharField()

    class Meta:
        model = Mailing
        fields = ["carrier", "tracking", "posted_on", "received_on", "postmark", "complete", "note", "state"]


class MailingIn(serializers.Serializer):
    """What the post's receipt says."""

    carrier = serializers.ChoiceField(choices=Mailing.Carrier.choices)
    tracking = serializers.CharField(max_length=30)
    posted_on = serializers.DateField()


class ArrivalIn(serializers.Serializer):
    """What was found in the post."""

    received_on = serializers.DateField()
    postmark = serializers.DateField()
    complete = serializers.BooleanField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class Mailings(APIView):
    """The items of a case; register one."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="case_mailings", responses=MailingOut(many=True))
    def get(self, request, number: str):
        rows = Mailing.objects.visible_to(api_actor(request)).filter(case=_case(request, number))
        return Response(MailingOut(rows, many=True).data)

    @extend_schema(operation_id="register_mailing", request=MailingIn, responses={201: MailingOut})
    def post(self, request, number: str):
        case = _case(request, number)
        shape = MailingIn(data=request.data)
        shape.is_valid(raise_exception=True)
        row = mail.register(case, api_actor(request), **shape.validated_data)
        return Response(MailingOut(row).data, status=status.HTTP_201_CREATED)


class Arrival(APIView):
    """Record that an item has come to the office."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="record_arrival", request=ArrivalIn, responses=MailingOut)
    def post(self, request, tracking: str):
        row = Mailing.objects.visible_to(api_actor(request)).filter(tracking=tracking).first()
        if row is None or api_actor(request).office is None:
            raise Http404
        shape = ArrivalIn(data=request.data)
        shape.is_valid(raise_exception=True)
        return Response(MailingOut(mail.arrive(row, api_actor(request), **shape.validated_data)).data)


def _case(request, number: str) -> Case:
    case = Case.objects.visible_to(api_actor(request)).filter(number=number).first()
    if case is None:
        raise Http404
    return case
