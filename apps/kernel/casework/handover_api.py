"""The API of the hand-over code: the pages' own use cases (Art 11)."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework import handover
from apps.kernel.casework import handover_codes as codes
from apps.kernel.casework.api import CaseOut
from apps.kernel.casework.models import Case
from apps.kernel.parties.api_auth import api_actor


class CodeOut(serializers.Serializer):
    """A hand-over code; it is told this once."""

    code = serializers.CharField()
    expires_at = serializers.DateTimeField()


class CodeIn(serializers.Serializer):
    """A code as it was told, and whether the applicant is at the counter."""

    code = serializers.CharField(max_length=40)
    present = serializers.BooleanField(default=False)


class Taken(serializers.Serializer):
    """The draft to go on with, and the reference to act for (``X-Acting-For``)."""

    case = CaseOut()
    acting_for = serializers.CharField()


class Code(APIView):
    """Get a code for a draft of mine; as a clerk, give the draft back with a new code."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="issue_hand_over_code", request=None, responses={201: CodeOut})
    def post(self, request, number: str):
        actor = api_actor(request)
        row, code = handover.issue(_own(request, number), actor)
        shown = CodeOut({"code": codes.shown(code), "expires_at": row.expires_at})
        return Response(shown.data, status=status.HTTP_201_CREATED)


class TakeBack(APIView):
    """Have my draft back at once."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="take_draft_back", request=None, responses=CaseOut)
    def post(self, request, number: str):
        return Response(CaseOut(handover.take_back(_own(request, number), api_actor(request))).data)


class Redeem(APIView):
    """Go on with the draft behind a code: at the counter as a clerk, elsewhere as the taxpayer."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="redeem_hand_over_code", request=CodeIn, responses=Taken)
    def post(self, request):
        shape = CodeIn(data=request.data)
        shape.is_valid(raise_exception=True)
        actor, given = api_actor(request), shape.validated_data
        if actor.office is not None:
            case = handover.take_at_counter(given["code"], actor, present=given["present"])
        else:
            case = handover.continue_elsewhere(given["code"], actor)
        return Response(Taken({"case": case, "acting_for": case.applicant.ref}).data)


def _own(request, number: str) -> Case:
    case = Case.objects.visible_to(api_actor(request)).select_related("applicant").filter(number=number).first()
    if case is None or api_actor(request).party is None:
        raise Http404
    return case
