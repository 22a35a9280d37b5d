"""Pulls for the departments' own systems: where each source stands, its runs, start one (Arts 16, 21)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.datashare.catalogue import editing
from apps.datashare.pulls import progress, running, standing
from apps.datashare.pulls.models import Pull, PullSource
from apps.kernel.audit import log
from apps.kernel.parties.api_auth import HasScope, api_actor

PAGE = 50
SCOPE = "data.supply"
AFTER = OpenApiParameter("after", int)


def reader(request, action: str):
    """Whoever may see pulls: officers and systems of providers and the data centre, tax staff."""
    actor = api_actor(request)
    if actor.front_door == "counter" or (actor.front_door == "partner" and editing.may_write(actor)):
        return actor
    log.denied(action, actor=actor, target="pulls", reason="no provider and no tax office")
    raise PermissionDenied(_("只有数据提供单位、市大数据中心和税务机关可以使用。"))


class SourceOut(serializers.Serializer):
    """A source and where it stands."""

    dataset = serializers.CharField(source="source.dataset.code")
    provider = serializers.CharField(source="source.dataset.provider.code")
    state = serializers.ChoiceField(standing.State.choices)
    due = serializers.DateField(source="freshness.due", allow_null=True)
    last_run = serializers.CharField(source="last.ref", default=None, allow_null=True)
    failures = serializers.IntegerField(source="source.failures")
    open_until = serializers.DateTimeField(source="source.open_until", allow_null=True)


class SourcePage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    results = SourceOut(many=True)
    next = serializers.CharField(allow_blank=True)


class PullOut(serializers.ModelSerializer):
    """One run with its counts. ``percent`` and ``seconds_left`` are null where the source does not say how much."""

    dataset = serializers.CharField(source="source.dataset.code")
    percent = serializers.SerializerMethodField()
    seconds_left = serializers.SerializerMethodField()
    rows_per_second = serializers.SerializerMethodField()

    class Meta:
        model = Pull
        fields = [
            "ref", "dataset", "kind", "state", "block", "message", "at", "started", "finished", "percent",
            "seconds_left", "rows_per_second", "received", "good", "quarantined", "duplicates", "inserted", "updated",
            "unchanged", "gone", "control_rows", "control_sum", "received_sum", "due", "on_time", "file_name",
            "file_hash", "added_columns",
        ]  # fmt: skip

    def get_percent(self, run: Pull) -> int | None:
        return progress.of(run).percent

    def get_seconds_left(self, run: Pull) -> int | None:
        left = progress.of(run).left
        return None if left is None else round(left.total_seconds())

    def get_rows_per_second(self, run: Pull) -> int:
        return progress.of(run).rate


class PullPage(serializers.Serializer):
    """One page of runs, newest first."""

    results = PullOut(many=True)
    next = serializers.CharField(allow_blank=True)


class Sources(APIView):
    """The sources the caller may see."""

    permission_classes = [HasScope(SCOPE)]

    @extend_schema(operation_id="pull_sources", parameters=[AFTER], responses=SourcePage)
    def get(self, request):
        found = PullSource.objects.visible_to(reader(request, "pull.list")).order_by("id")
        after = request.query_params.get("after", "")
        if after.isdecimal():
            found = found.filter(pk__gt=int(after[:18]))
        rows = standing.of(list(standing.with_state(found)[: PAGE + 1]))
        following = str(rows[PAGE - 1].source.pk) if len(rows) > PAGE else ""
        return Response(SourcePage({"results": rows[:PAGE], "next": following}).data)


class Runs(APIView):
    """The runs of a source; start one."""

    permission_classes = [HasScope(SCOPE)]

    @extend_schema(operation_id="pull_runs", parameters=[AFTER], responses=PullPage)
    def get(self, request, code: str):
        found = self._source(request, code).runs.select_related("source__dataset").order_by("-id")
        after = request.query_params.get("after", "")
        if after.isdecimal():
            found = found.filter(pk__lt=int(after[:18]))
        rows = list(found[: PAGE + 1])
        following = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
        return Response(PullPage({"results": rows[:PAGE], "next": following}).data)

    @extend_schema(operation_id="start_pull", request=None, responses={202: PullOut})
    def post(self, request, code: str):
        """Start a run now. While one is open the answer is 400 and names it: a repeated call starts nothing."""
        run = running.start(self._source(request, code), api_actor(request))
        return Response(PullOut(run).data, status=status.HTTP_202_ACCEPTED)

    def _source(self, request, code: str) -> PullSource:
        found = PullSource.objects.visible_to(reader(request, "pull.runs")).filter(dataset__code=code).first()
        if found is None:
            raise Http404
        return found


class Run(APIView):
    """One run."""

    permission_classes = [HasScope(SCOPE)]

    @extend_schema(operation_id="pull_run", responses=PullOut)
    def get(self, request, ref: str):
        actor = reader(request, "pull.read")
        found = Pull.objects.visible_to(actor).select_related("source__dataset").filter(ref=ref).first()
        if found is None:
            raise Http404
        return Response(PullOut(found).data)
