"""Who looked at my data, by API (``/api/v1/looks/``)."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.audit import reading
from apps.kernel.parties.api_auth import api_actor


class LookOut(serializers.Serializer):
    """One look at the party's data."""

    at = serializers.DateTimeField()
    who = serializers.CharField(help_text="The institution, or the person who acted for the party.")
    what = serializers.CharField()
    why = serializers.CharField()
    basis = serializers.CharField(help_text="The case or ground, where one was named.")
    channel = serializers.CharField()
    times = serializers.IntegerField(help_text="How many times on that day; `at` is the last of them.")


class LookPage(serializers.Serializer):
    results = LookOut(many=True)
    next = serializers.CharField(allow_null=True)


class Looks(APIView):
    """Others' looks at the data of the party acted for, newest first; those kept back by law are left out."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="looks",
        responses=LookPage,
        parameters=[OpenApiParameter("before", str, description="Continue below this, from `next`.")],
    )
    def get(self, request: Request) -> Response:
        actor = api_actor(request)
        if actor.party is None:
            raise Http404
        before = request.query_params.get("before", "")
        if before and not reading.is_place(before):
            raise ValidationError({"before": _("请使用上一页给出的 next 值。")})
        page = reading.told(actor.party, except_by=actor.user, before=int(before) if before else None)
        return Response(LookPage({"results": page.looks, "next": page.next}).data)
