"""The list of matters as 一网通办 reads it (``GET /api/v1/onenet/matters/``)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.http import HttpResponseNotModified
from django.utils.dateparse import parse_datetime
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.services.onenet import matters


class NamedCode(serializers.Serializer):
    """A code with its name."""

    code = serializers.CharField()
    name = serializers.CharField()


class MatterClock(serializers.Serializer):
    """A time limit of a matter."""

    name = serializers.CharField()
    term = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    basis = serializers.CharField()


class ListedMatterOut(serializers.Serializer):
    """One matter; a withdrawn one has only its code, status and day of change."""

    code = serializers.CharField()
    status = serializers.ChoiceField(["in_force", "withdrawn"])
    modified = serializers.DateTimeField()
    name = serializers.CharField(required=False)
    summary = serializers.CharField(required=False)
    articles = serializers.ListField(child=serializers.CharField(), required=False)
    subject = serializers.CharField(required=False)
    audience = serializers.ListField(child=serializers.CharField(), required=False)
    audience_name = serializers.ListField(child=serializers.CharField(), required=False)
    channels = NamedCode(many=True, required=False)
    clocks = MatterClock(many=True, required=False)
    papers = serializers.ListField(child=serializers.CharField(), required=False)
    minutes = serializers.IntegerField(required=False)
    cost = serializers.CharField(required=False)
    url = serializers.URLField(required=False)


class Matters(APIView):
    """Every matter a taxpayer can apply for; unchanged lists answer 304."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="onenet_matters",
        parameters=[OpenApiParameter("modified_since", dt.datetime, description="Only matters changed after it.")],
        responses={200: ListedMatterOut(many=True), 304: OpenApiResponse(description="Nothing changed.")},
    )
    def get(self, request):
        found = matters.listing(_since(request.query_params.get("modified_since", "")))
        headers = {"ETag": found.etag, "Cache-Control": "public, max-age=300"}
        if found.changed_at is not None:
            headers["Last-Modified"] = http_date(found.changed_at.timestamp())
        if _is_known(request, found):
            return HttpResponseNotModified(headers=headers)
        return Response(found.entries, headers=headers)


def _since(text: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        moment = parse_datetime(text.replace(" ", "+"))  # an unescaped plus sign arrives as a space
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValidationError({"modified_since": _("请写成带时区的时间，例如 2026-10-01T08:00:00+08:00。")})
    return moment


def _is_known(request, found: matters.Listing) -> bool:
    """Whether the caller has this very list; an entity tag counts before a date (RFC 9110)."""
    if tags := request.headers.get("If-None-Match"):
        return found.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    date = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return date is not None and found.changed_at is not None and int(found.changed_at.timestamp()) <= date
