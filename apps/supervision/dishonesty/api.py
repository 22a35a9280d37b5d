"""The public list for other systems (Art 33)."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.supervision.dishonesty.models import DishonestEntry
from apps.supervision.dishonesty.views import page_of, search

PAGE = 100


class EntryOut(serializers.ModelSerializer):
    """One entry as it is published."""

    office = serializers.CharField(source="office.name")

    class Meta:
        model = DishonestEntry
        fields = ["ref", "name", "code", "kind", "facts", "decision", "office", "published_on", "shown_until"]


class EntryPage(serializers.Serializer):
    """One page, newest first; ``next`` is what to ask ``after`` for the following one, and null at the end."""

    results = EntryOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class Entries(APIView):
    """The list in force; ``q`` is part of a name or a whole credit code."""

    authentication_classes: list = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="dishonest_taxpayers",
        parameters=[OpenApiParameter("q", str), OpenApiParameter("after", int)],
        responses=EntryPage,
    )
    def get(self, request):
        words = request.query_params.get("q", "").strip()[:60]
        rows, following = page_of(search(words), request.query_params.get("after", ""), PAGE)
        return Response(EntryPage({"results": rows, "next": following}).data)
