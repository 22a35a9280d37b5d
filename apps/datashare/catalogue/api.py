"""The catalogue for the departments' own systems: what they list, in what state, and listing it (Art 16).

An entry is put as it should stand, under the code its department gave it: the same call again changes nothing, so it
needs no key. What everybody may read of the catalogue is open without a token, by ``publication``.
"""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.datashare.access import department
from apps.datashare.catalogue import coverage, editing, freshness, listing
from apps.datashare.catalogue.models import DataField, Dataset, DatasetVersion, Scenario
from apps.kernel.parties.api_auth import HasScope
from apps.kernel.parties.models import Office

READ: Any = HasScope("catalog.read")
WRITE: Any = HasScope("catalog.write")


class CatalogueField(serializers.ModelSerializer):
    """One field: its type, form, and how sensitive it is. ``key`` marks the key, ``party`` whom a row is about."""

    class Meta:
        model = DataField
        fields = editing.FIELD_COLUMNS


class CatalogueEntryShape(serializers.ModelSerializer):
    """What an entry says: its description, the published scenarios it serves, its fields in order."""

    scenarios = serializers.SlugRelatedField(
        slug_field="code", queryset=Scenario.objects.all(), many=True, default=list
    )
    fields_ = CatalogueField(many=True, source="fields")

    class Meta:
        model = DatasetVersion
        fields = (*editing.ABOUT_COLUMNS, "scenarios", "fields_")

    def get_fields(self) -> dict[str, serializers.Field]:
        """``fields`` is a name serializers keep for themselves."""
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        found["fields"].source = None
        return found


class CatalogueEntryIn(CatalogueEntryShape):
    """An entry as it should stand. ``publish`` puts it in force; without, it is kept as a draft."""

    publish = serializers.BooleanField(default=True)
    provider = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Office.objects.filter(active=True),
        default=None,
        help_text="For a new entry that the data centre lists for a department.",
    )

    class Meta(CatalogueEntryShape.Meta):
        fields = (*CatalogueEntryShape.Meta.fields, "publish", "provider")


class CatalogueEntryOut(serializers.Serializer):
    """An entry one keeps, and where it stands: ``changed_at`` of the description, ``arrived_at`` of the data."""

    code = serializers.CharField()
    provider = serializers.CharField(source="provider.code")
    state = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="current.number", default=None, allow_null=True)
    title = serializers.CharField(source="current.title", default="")
    changed_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(source="retired_at", allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    freshness = serializers.SerializerMethodField()
    due = serializers.SerializerMethodField()

    def get_state(self, entry: Dataset) -> str:
        return "withdrawn" if entry.retired_at else "listed" if entry.current_id else "draft"

    def get_freshness(self, entry: Dataset) -> str:
        return freshness.of(entry).standing.value

    def get_due(self, entry: Dataset) -> str | None:
        due = freshness.of(entry).due
        return due.isoformat() if due else None


class CatalogueEntryDetail(CatalogueEntryOut):
    """The same with what its version in force says, and what the draft beside it says."""

    in_force = CatalogueEntryShape(source="current", allow_null=True)
    draft = serializers.SerializerMethodField()

    def get_draft(self, entry: Dataset) -> dict[str, Any] | None:
        found = entry.versions.filter(state=DatasetVersion.State.DRAFT).first()
        return CatalogueEntryShape(found).data if found else None


class CatalogueEntryPage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and null at the end."""

    results = CatalogueEntryOut(many=True)
    next = serializers.CharField(allow_null=True)


class CatalogueWithdrawalIn(serializers.Serializer):
    """Why an entry is taken out."""

    reason = serializers.CharField(max_length=300)


class CatalogueDutyOut(serializers.Serializer):
    """A duty whose data are not listed yet."""

    subject = serializers.CharField()
    basis = serializers.CharField()


class CatalogueCoverageOut(serializers.Serializer):
    """What a department's duties oblige it to list, against what is listed."""

    office = serializers.CharField(source="office.code")
    duties = serializers.IntegerField()
    listed = serializers.IntegerField()
    missing = CatalogueDutyOut(many=True)


class Entries(APIView):
    """The entries one's office keeps, drafts and withdrawn ones too; the data centre keeps them all."""

    permission_classes = [READ]

    @extend_schema(
        operation_id="catalogue_entries",
        responses=CatalogueEntryPage,
        parameters=[
            OpenApiParameter("after", str, description="Continue after this key, from `next`."),
            OpenApiParameter("modified_since", str, description="A moment with its zone, or a day."),
        ],
    )
    def get(self, request: Request) -> Response:
        actor = department(request, "catalogue.list")
        found = Dataset.objects.of(actor)
        if asked := request.query_params.get("modified_since", ""):
            found = found.changed_since(listing.moment(asked))
        page = listing.page(found, listing.checked(request.query_params.get("after", "")), listing.PER_FEED)
        following = None if page.following is None else str(page.following)
        return Response(CatalogueEntryPage({"results": page.datasets, "next": following}).data)


class Entry(APIView):
    """One entry: read it, or put it as it should stand."""

    def get_permissions(self) -> list[Any]:
        return [READ if self.request.method in ("GET", "HEAD", "OPTIONS") else WRITE]

    @extend_schema(operation_id="catalogue_entry", responses=CatalogueEntryDetail)
    def get(self, request: Request, code: str) -> Response:
        return Response(CatalogueEntryDetail(_kept(request, code)).data)

    @extend_schema(
        operation_id="put_catalogue_entry",
        request=CatalogueEntryIn,
        responses={200: CatalogueEntryDetail, 201: CatalogueEntryDetail},
    )
    def put(self, request: Request, code: str) -> Response:
        """List an entry, or change it by a new version. What says nothing new makes no version."""
        actor = department(request, "catalogue.put")
        given = CatalogueEntryIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        made = editing.put(
            code,
            actor,
            provider=said.pop("provider"),
            publishing=said.pop("publish"),
            scenarios=said.pop("scenarios"),
            fields=[editing.field_given(row) for row in said.pop("fields")],
            about=said,
        )
        return Response(
            CatalogueEntryDetail(_kept(request, code)).data,
            status=status.HTTP_201_CREATED if made else status.HTTP_200_OK,
        )


class Withdrawal(APIView):
    """Take an entry out of the catalogue; harvesters learn of it. Again, nothing more happens."""

    permission_classes = [WRITE]

    @extend_schema(
        operation_id="withdraw_catalogue_entry", request=CatalogueWithdrawalIn, responses=CatalogueEntryDetail
    )
    def post(self, request: Request, code: str) -> Response:
        found = _kept(request, code)
        given = CatalogueWithdrawalIn(data=request.data)
        given.is_valid(raise_exception=True)
        editing.retire(found, department(request, "catalogue.withdraw"), reason=given.validated_data["reason"])
        return Response(CatalogueEntryDetail(_kept(request, code)).data)


class Coverage(APIView):
    """Full coverage of the duties to list: one's own office, or all for the data centre."""

    permission_classes = [READ]

    @extend_schema(operation_id="catalogue_coverage", responses=CatalogueCoverageOut(many=True))
    def get(self, request: Request) -> Response:
        actor = department(request, "catalogue.coverage")
        everywhere = actor.office.kind == Office.Kind.DATA_CENTRE
        return Response(CatalogueCoverageOut(coverage.by_office(None if everywhere else actor.office), many=True).data)


def _kept(request: Request, code: str) -> Dataset:
    actor = department(request, "catalogue.entry")
    found = Dataset.objects.of(actor).full().filter(code=code).first()
    if found is None:
        raise Http404
    return found
