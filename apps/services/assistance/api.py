"""The assistance API: my needs, and the times a team can come. A visit itself is opened as a case."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.api_auth import api_actor
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.parties.models import Party
from apps.services.assistance import needs, profiles, visits
from apps.services.assistance.models import NeedsProfile


class NeedsIn(serializers.ModelSerializer):
    """What a person needs; nothing is kept without ``consent``."""

    consent = serializers.BooleanField(write_only=True)

    class Meta:
        model = NeedsProfile
        fields = ["disability", "mobility", "sign_language", "language", "wants_assistant", "consent"]


class NeedsOut(serializers.Serializer):
    """What is heeded for a person."""

    priority = serializers.BooleanField()
    waives = serializers.BooleanField(help_text="Whether a missed appointment is not held against them.")
    step_free = serializers.BooleanField()
    wishes = serializers.ListField(child=serializers.CharField())


class VisitSlotOut(serializers.Serializer):
    """A time a team can come."""

    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()


class MyNeeds(APIView):
    """My needs, or those of the person I act for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="needs", responses=NeedsOut)
    def get(self, request):
        actor, party = _person(request)
        log.read(actor=actor, party_id=party.pk, what="needs", purpose=Purpose.OWN)
        return Response(NeedsOut(needs.of(party)).data)

    @extend_schema(operation_id="save_needs", request=NeedsIn, responses=NeedsOut)
    def put(self, request):
        actor, party = _person(request)
        shape = NeedsIn(data=request.data)
        shape.is_valid(raise_exception=True)
        profiles.save(party, actor, **shape.validated_data)
        return Response(NeedsOut(needs.of(party)).data)

    @extend_schema(operation_id="erase_needs", responses={204: None})
    def delete(self, request):
        actor, party = _person(request)
        profiles.withdraw(party, actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class VisitSlots(APIView):
    """The times my tax office can come to a district."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="visit_slots",
        parameters=[OpenApiParameter("district", str, required=True, enum=list(DISTRICTS))],
        responses=VisitSlotOut(many=True),
    )
    def get(self, request):
        _actor, party = _person(request)
        district = request.query_params.get("district", "")
        if district not in DISTRICTS:
            raise ValidationError({"district": _("请填写上海市的区划代码，例如 310101。")})
        return Response(VisitSlotOut(visits.times(party, district), many=True).data)


def _person(request) -> tuple:
    actor = api_actor(request)
    if actor.party is None or actor.party.kind != Party.Kind.PERSON:
        raise Http404
    return actor, actor.party
