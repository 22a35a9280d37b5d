"""Corrections for the departments' own systems: what is doubted, forward it, answer it (Art 19).

The steps are the case's own, with its clocks and its evidence; here they have one fixed shape. Tax staff report a
value through ``/api/v1/cases/``, taxpayers on their pages.
"""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.datashare.access import department
from apps.datashare.catalogue.listing import checked
from apps.datashare.corrections.models import DataCorrection
from apps.datashare.corrections.procedure import CLOSED, CORRECTED, DATA_CORRECTION, REJECTED, ROUTING, VERIFYING
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework import cases, clocks
from apps.kernel.casework.models import Case
from apps.kernel.casework.standard import WITHDRAWN
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import HasScope
from apps.kernel.parties.models import Office, Party
from apps.kernel.request_keys import KEY, idempotency_key

SCOPE: Any = HasScope("data.correct")
PER_PAGE = 50
STATES = (ROUTING, VERIFYING, CORRECTED, CLOSED, REJECTED, WITHDRAWN)
OUTCOMES = {"corrected": "correct", "unfounded": "reject", "not_ours": "return"}


class CorrectionOut(serializers.Serializer):
    """A correction: what is doubted and by whom it was noticed. ``field`` is empty where a whole dataset is."""

    number = serializers.CharField(source="case.number")
    state = serializers.CharField(source="case.state", help_text=" ".join(STATES))
    origin = serializers.ChoiceField(choices=DataCorrection.Origin.choices)
    field = serializers.CharField()
    about = serializers.CharField(source="what")
    dataset = serializers.CharField(source="dataset.code", default=None, allow_null=True)
    provider = serializers.CharField(source="provider.code", default=None, allow_null=True)
    submitted_at = serializers.DateTimeField(source="case.submitted_at", allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)


class CorrectionDetail(CorrectionOut):
    """The same with the values, in the form the portal keeps them, and whom they are of. Reading it is recorded."""

    party_code = serializers.SerializerMethodField(help_text="Unified social credit code or identity number.")
    stated = serializers.CharField(allow_null=True)
    claimed = serializers.CharField()
    reason = serializers.CharField()
    right_value = serializers.CharField(allow_null=True)
    due_at = serializers.SerializerMethodField()

    def get_party_code(self, row: DataCorrection) -> str | None:
        if row.party is None:
            return None
        return row.party.person.id_number if row.party.kind == Party.Kind.PERSON else row.party.organisation.uscc

    def get_due_at(self, row: DataCorrection) -> str | None:
        due = clocks.next_due_at(row.case)
        return due.isoformat() if due else None


class CorrectionPage(serializers.Serializer):
    """One page, the newest first; ``next`` is what to ask ``after`` for the following one."""

    results = CorrectionOut(many=True)
    next = serializers.CharField(allow_null=True)


class CorrectionForwardIn(serializers.Serializer):
    """Who is to verify; left out, the unit the portal recognised."""

    office = serializers.SlugRelatedField(
        slug_field="code", queryset=Office.objects.filter(active=True), required=False, default=None
    )


class CorrectionAnswerIn(serializers.Serializer):
    """What verifying came to. ``corrected`` names the right ``value``; ``unfounded`` the ``clause`` and the ``reason``;
    ``not_ours`` the ``reason``. With ``write`` the value is said now, without waiting for the next pull."""

    outcome = serializers.ChoiceField(choices=list(OUTCOMES))
    value = serializers.CharField(max_length=100, default="", allow_blank=True)
    write = serializers.BooleanField(default=False)
    clause = serializers.CharField(max_length=200, default="", allow_blank=True)
    reason = serializers.CharField(max_length=1000, default="", allow_blank=True)


class Corrections(APIView):
    """The corrections one's office verifies or has verified; the data centre's are all."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="corrections",
        responses=CorrectionPage,
        parameters=[OpenApiParameter("after", str), OpenApiParameter("state", str, enum=STATES)],
    )
    def get(self, request: Request) -> Response:
        found = _visible(department(request, "correction.list"))
        if state := request.query_params.get("state", ""):
            found = found.filter(case__state=state)
        if after := checked(request.query_params.get("after", "")):
            found = found.filter(case_id__lt=int(after))
        rows = list(found.order_by("-case_id")[: PER_PAGE + 1])
        following = str(rows[PER_PAGE - 1].case_id) if len(rows) > PER_PAGE else None
        return Response(CorrectionPage({"results": rows[:PER_PAGE], "next": following}).data)


class Correction(APIView):
    """One correction."""

    permission_classes = [SCOPE]

    @extend_schema(operation_id="correction", responses=CorrectionDetail)
    def get(self, request: Request, number: str) -> Response:
        actor = department(request, "correction.read")
        return Response(_told(_found(actor, number), actor))


class Forward(APIView):
    """The data centre forwards a correction to the unit that verifies it."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="forward_correction", request=CorrectionForwardIn, responses=CorrectionDetail, parameters=[KEY]
    )
    def post(self, request: Request, number: str) -> Response:
        return _done(request, number, "forward", CorrectionForwardIn(data=request.data))


class Answer(APIView):
    """The unit that verifies answers: corrected, unfounded, or not its data."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="answer_correction", request=CorrectionAnswerIn, responses=CorrectionDetail, parameters=[KEY]
    )
    def post(self, request: Request, number: str) -> Response:
        return _done(request, number, None, CorrectionAnswerIn(data=request.data))


def _done(request: Request, number: str, action: str | None, given: serializers.Serializer) -> Response:
    """Take a step of the case with what the step's own form makes of what was sent."""
    actor = department(request, "correction.step")
    row, key = _found(actor, number), idempotency_key(request)
    given.is_valid(raise_exception=True)
    said = dict(given.validated_data)
    action = action or OUTCOMES[said.pop("outcome")]
    step = next(each for each in DATA_CORRECTION.transitions if each.action == action)
    form = step.form({**said, "office": getattr(said.get("office"), "code", "")})
    if not form.is_valid():
        raise serializers.ValidationError(form.errors)
    cases.perform(row.case, action, actor, idempotency_key=key, **form.cleaned_data)
    return Response(_told(_found(actor, number), actor))


def _visible(actor: Actor):
    found = DataCorrection.objects.filter(case__in=Case.objects.visible_to(actor))
    return found.select_related("case", "party", "provider", "dataset__current")


def _found(actor: Actor, number: str) -> DataCorrection:
    found = _visible(actor).filter(case__number=number).first()
    if found is None:
        raise Http404
    return found


def _told(row: DataCorrection, actor: Actor) -> dict[str, Any]:
    if row.party is not None:
        log.read(actor=actor, party_id=row.party.pk, what=f"correction/{row.case.number}", purpose=Purpose.CORRECTION)
    return CorrectionDetail(row).data
