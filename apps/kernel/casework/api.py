"""The case API: the same doors and the same rules as the pages (``/api/v1/cases/``)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework import asking, cases, clocks, procedures, rights
from apps.kernel.casework.models import Case, CaseQuerySet
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.request_keys import KEY, KEY_IF_ANY, idempotency_key, key_if_any
from apps.kernel.workcalendar import clock as time

PER_PAGE = 50
# Django REST framework calls what stands in ``permission_classes``; HasScope answers as a class would.
CASES_SCOPE: Any = HasScope("cases")


class CaseOut(serializers.Serializer):
    """A case as others see it."""

    number = serializers.CharField()
    procedure = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.SerializerMethodField()
    now = serializers.SerializerMethodField()
    todo = serializers.SerializerMethodField()
    applicant = serializers.CharField(source="applicant.ref", default=None, allow_null=True)
    office = serializers.CharField(source="office.code", default=None, allow_null=True)
    parent = serializers.CharField(
        source="parent.number", default=None, allow_null=True, help_text="The case this is a part of."
    )
    part = serializers.CharField()
    channel = serializers.CharField()
    opened_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(default=None, allow_null=True)

    def get_state_label(self, case: Case) -> str:
        return str(case.standing.label)

    def get_now(self, case: Case) -> str:
        return str(case.standing.now)

    def get_todo(self, case: Case) -> str:
        return str(case.standing.todo)


# One serializer for all answers: its fields are made once.
_told = CaseOut().to_representation


class CaseIn(serializers.Serializer):
    """What opens a case."""

    procedure = serializers.CharField(help_text="The code of one of /api/v1/procedures/.")
    detail = serializers.DictField(default=dict, help_text="What the `inputs` of the procedure ask for, by name.")
    draft = serializers.BooleanField(default=False, help_text="Keep it as a draft instead of submitting it.")


class CasePage(serializers.Serializer):
    results = CaseOut(many=True)
    next = serializers.CharField(allow_null=True)


class InputChoiceOut(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()


class InputOut(serializers.Serializer):
    """One thing that is asked for. Dates are written 2026-09-30, amounts as text in yuan."""

    name = serializers.CharField()
    type = serializers.ChoiceField(choices=asking.KINDS)
    label = serializers.CharField()
    help = serializers.CharField()
    required = serializers.BooleanField()
    max_length = serializers.IntegerField(allow_null=True)
    choices = InputChoiceOut(many=True, help_text="Of `choice` and `choices`: one or several of these values.")


class ActionOut(serializers.Serializer):
    """A row of the table that is open now, and what its form asks for."""

    action = serializers.CharField()
    label = serializers.CharField()
    article = serializers.CharField()
    fields = serializers.SerializerMethodField(method_name="get_names", help_text="The names of `inputs`.")
    inputs = serializers.SerializerMethodField()

    def get_names(self, row: procedures.Transition) -> list[str]:
        return list(row.form.base_fields) if row.form else []

    @extend_schema_field(InputOut(many=True))
    def get_inputs(self, row: procedures.Transition) -> list[dict]:
        return asking.described(row.form.base_fields) if row.form else []


class StepOut(serializers.Serializer):
    at = serializers.DateTimeField()
    action = serializers.CharField()
    what = serializers.CharField(source="past")
    by = serializers.CharField(source="user_label")
    office = serializers.CharField(source="office_label")
    party = serializers.CharField(source="party_label")
    to_office = serializers.CharField(source="target_office_label")
    channel = serializers.CharField()
    reason = serializers.CharField(source="said")
    clause = serializers.CharField()
    state = serializers.CharField(source="target")


class ClockOut(serializers.Serializer):
    term = serializers.CharField()
    label = serializers.CharField()
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    used = serializers.IntegerField()
    total = serializers.IntegerField()
    unit = serializers.CharField()
    paused = serializers.BooleanField()
    confirmed = serializers.BooleanField()
    source = serializers.CharField()
    derivation = serializers.ListField(child=serializers.CharField())


def _shown(found: CaseQuerySet) -> CaseQuerySet:
    """Cases with what the answer tells of them."""
    return found.with_due().select_related("applicant", "office", "parent")


def find(request, number: str) -> Case:
    """A case the caller may see, with what answers tell of it; 404 for any other."""
    case = _shown(Case.objects.visible_to(api_actor(request))).filter(number=number).first()
    if case is None:
        raise Http404
    return case


class CaseList(APIView):
    """List my cases, or open one."""

    permission_classes = [CASES_SCOPE]

    @extend_schema(
        operation_id="cases",
        responses=CasePage,
        parameters=[
            OpenApiParameter("after", str, description="Continue below this id, from `next`."),
            OpenApiParameter("state", str),
            OpenApiParameter("parent", str, description="The parts of this case."),
        ],
    )
    def get(self, request):
        rows = _shown(Case.objects.visible_to(api_actor(request)))
        after, state = request.query_params.get("after", ""), request.query_params.get("state")
        whole = request.query_params.get("parent")
        if after:
            if not after.isdecimal():
                raise ValidationError({"after": _("请使用上一页给出的 next 值。")})
            rows = rows.filter(id__lt=int(after))
        if state:
            rows = rows.filter(state=state)
        if whole:
            rows = rows.filter(parent__number=whole)
        found = list(rows.order_by("-id")[: PER_PAGE + 1])
        following = str(found[PER_PAGE - 1].pk) if len(found) > PER_PAGE else None
        return Response({"results": [_told(case) for case in found[:PER_PAGE]], "next": following})

    @extend_schema(
        operation_id="open_case",
        request=CaseIn,
        responses={201: CaseOut},
        parameters=[KEY],
    )
    def post(self, request):
        shape = CaseIn(data=request.data)
        shape.is_valid(raise_exception=True)
        key = idempotency_key(request)
        try:
            procedure = procedures.get(shape.validated_data["procedure"])
        except KeyError as error:
            raise ValidationError({"procedure": _("没有这个事项，可用事项见 /api/v1/procedures/。")}) from error
        actor = api_actor(request)
        case = cases.open_submitted(
            procedure,
            actor,
            _detail(procedure, shape.validated_data["detail"], partial=shape.validated_data["draft"]),
            idempotency_key=key,
            submit=not shape.validated_data["draft"],
        )
        case.due_at = clocks.next_due_at(case)
        return Response(_told(case), status=status.HTTP_201_CREATED)


def _detail(procedure: procedures.Procedure, given: dict, *, partial: bool) -> dict:
    """The detail, checked by the same form as the pages use; an own flow checks its own."""
    if procedure.opener is not None:
        return given
    fields = [name for page in procedure.pages for name in page.fields]
    if not fields:
        raise ValidationError({"procedure": _("该事项由其他事项或专门页面发起，不能在这里提出。")})
    unknown = sorted(set(given) - set(fields))
    if unknown:
        raise ValidationError({name: _("该事项没有这个字段。") for name in unknown})
    if partial:
        fields = [name for name in fields if name in given]
    form = asking.form_over(procedure.detail, tuple(fields))(given)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return form.cleaned_data


class CaseOne(APIView):
    """One case."""

    permission_classes = [CASES_SCOPE]

    @extend_schema(operation_id="case", responses=CaseOut)
    def get(self, request, number: str):
        return Response(_told(find(request, number)))


class CaseActions(APIView):
    """The actions open to me on a case."""

    permission_classes = [CASES_SCOPE]

    @extend_schema(operation_id="case_actions", responses=ActionOut(many=True))
    def get(self, request, number: str):
        rows = rights.available_actions(find(request, number), api_actor(request))
        return Response(ActionOut(rows, many=True).data)


class CaseAction(APIView):
    """Do one action on a case. The body holds the fields that the case's list of actions names for it."""

    permission_classes = [CASES_SCOPE]

    @extend_schema(
        operation_id="do_case_action",
        request=OpenApiTypes.OBJECT,
        responses=CaseOut,
        parameters=[KEY_IF_ANY],
    )
    def post(self, request, number: str, action: str):
        case, actor = find(request, number), api_actor(request)
        row = case.definition.transition(action, case.state)
        data = {}
        if row is not None and row.form is not None:
            form = asking.form_of(row, case, request.data, request.FILES)
            if not form.is_valid():
                raise ValidationError(form.errors.as_data())
            data = form.cleaned_data
        cases.perform(case, action, actor, idempotency_key=key_if_any(request), **data)
        return Response(_told(find(request, number)))


class CaseTimeline(APIView):
    """What has happened on a case, in public words."""

    permission_classes = [CASES_SCOPE]

    @extend_schema(operation_id="case_timeline", responses=StepOut(many=True))
    def get(self, request, number: str):
        steps = find(request, number).steps.select_related("case")
        if api_actor(request).party is not None:
            steps = steps.filter(public=True)
        return Response(StepOut(steps, many=True).data)


class CaseClock(APIView):
    """The clocks of a case: due dates and how they are derived."""

    permission_classes = [CASES_SCOPE]

    @extend_schema(operation_id="case_clocks", responses=ClockOut(many=True))
    def get(self, request, number: str):
        rows = find(request, number).clocks.prefetch_related("pauses")
        return Response(ClockOut([_clock(row) for row in rows], many=True).data)


def _clock(row) -> dict:
    return {
        **{name: getattr(row, name) for name in ("term", "started_at", "due_at", "stopped_at", "source")},
        "unit": clocks.counted_in(row),
        "label": str(row.label),
        "confirmed": row.confirmed,
        "used": clocks.used(row, time.now()),
        "total": clocks.length(row),
        "paused": row.stopped_at is None and any(pause.ended_at is None for pause in row.pauses.all()),
        "derivation": clocks.explain(row),
    }
