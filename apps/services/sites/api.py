"""The sites for everybody's own programs (``/api/v1/sites/``), without signing in."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.services.sites import directory
from apps.services.sites.forms import SearchForm
from apps.services.sites.models import OpeningHours, Site, SiteMatter, Window


class HoursOut(serializers.ModelSerializer):
    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes"]


class MatterOut(serializers.ModelSerializer):
    code = serializers.CharField(source="line.code")
    label = serializers.CharField(source="line.label")
    minutes = serializers.IntegerField(source="line.minutes")
    needs = serializers.ListField(source="line.papers", child=serializers.CharField())

    class Meta:
        model = SiteMatter
        fields = ["code", "label", "minutes", "needs", "window_kind"]


class WindowOut(serializers.ModelSerializer):
    lines = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)

    class Meta:
        model = Window
        fields = ["code", "label", "kind", "accessible", "lines"]


class SiteOut(serializers.ModelSerializer):
    """A site with its hours, windows and the business it does."""

    office = serializers.CharField(source="office.code", default=None, allow_null=True)
    opening_hours = HoursOut(many=True)
    matters = MatterOut(many=True)
    windows = WindowOut(many=True)

    class Meta:
        model = Site
        fields = [
            "code",
            "name",
            "kind",
            "office",
            "district",
            "address",
            "phone",
            "directions",
            "hours_note",
            "step_free",
            "accessible_toilet",
            "hearing_loop",
            "sign_language",
            "latitude",
            "longitude",
            "opening_hours",
            "matters",
            "windows",
        ]


def _whole(rows):
    return rows.select_related("office").prefetch_related("opening_hours", "matters__line", "windows__lines")


class Sites(APIView):
    """Sites by district and business line."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="sites",
        responses=SiteOut(many=True),
        parameters=[
            OpenApiParameter("district", str, description="Administrative division code, as 310101."),
            OpenApiParameter("line", str, description="Code of a business line."),
        ],
    )
    def get(self, request):
        form = SearchForm(request.query_params)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        return Response(SiteOut(_whole(directory.find(**form.cleaned_data)), many=True).data)


class SiteDetail(APIView):
    """One site."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="site", responses=SiteOut)
    def get(self, request, code: str):
        found = _whole(directory.find()).filter(code=code).first()
        if found is None:
            raise Http404
        return Response(SiteOut(found).data)
