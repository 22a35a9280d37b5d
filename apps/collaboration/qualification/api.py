"""Qualifications for the departments' own systems: tell, look up, withdraw, replay what was refused (Art 26)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from apps.collaboration.messages.api import PartnerView
from apps.collaboration.messages.paging import READ_ON, read_on
from apps.collaboration.qualification import access, intake
from apps.collaboration.qualification.models import Determination, QualificationMessage
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.request_keys import KEY, idempotency_key

SCOPE = HasScope("qualifications.write")


def department(request, action: str) -> Actor:
    """The officer or system of a department that determines qualifications; anyone else is refused, on record."""
    actor = api_actor(request)
    if not access.determines(actor):
        log.denied(action, actor=actor, target="qualifications", reason="no duty to determine qualifications")
        raise PermissionDenied(_("只有负有资格认定职责的部门可以使用。"))
    return actor


class DeterminationIn(serializers.Serializer):
    """A determination. Every field is text; what is wrong is answered with a code, and the message is kept."""

    kind = serializers.CharField(help_text="Code or name of the qualification, e.g. hnte.")
    number = serializers.CharField(help_text="Number of the certificate or document.")
    payer_code = serializers.CharField(help_text="Credit code or identity number.")
    payer = serializers.CharField(help_text="Full name as registered.")
    determined_on = serializers.DateField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(required=False, allow_null=True)
    amount = serializers.CharField(required=False, allow_null=True, help_text="Yuan with two decimals, as text.")
    basis = serializers.CharField(help_text="Basis of the determination, or the expert's opinion.")


class ToldOut(serializers.Serializer):
    """What became of a message. ``code`` says why it was refused."""

    ref = serializers.CharField()
    state = serializers.CharField()
    code = serializers.CharField()
    explanation = serializers.CharField()
    received_at = serializers.DateTimeField()
    determination = serializers.CharField(source="determination.ref", default=None, allow_null=True)
    in_time = serializers.BooleanField(source="determination.in_time", default=None, allow_null=True)


class MessagePage(serializers.Serializer):
    """One page; ``next`` is what to ask ``after`` for the following one, and empty at the end."""

    results = ToldOut(many=True)
    next = serializers.CharField(allow_blank=True)


class DeterminationOut(serializers.Serializer):
    """Where a determination stands."""

    ref = serializers.CharField()
    kind = serializers.CharField()
    number = serializers.CharField()
    state = serializers.CharField()
    determined_on = serializers.DateField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField()
    told_at = serializers.DateTimeField()
    inform_due = serializers.DateTimeField()
    in_time = serializers.BooleanField()


class ReasonIn(serializers.Serializer):
    """Why a determination is taken back."""

    reason = serializers.CharField(max_length=500)


def _answer(message: QualificationMessage) -> Response:
    codes = {
        QualificationMessage.State.TAKEN: status.HTTP_201_CREATED,
        QualificationMessage.State.REPEATED: status.HTTP_200_OK,
    }
    return Response(ToldOut(message).data, status=codes.get(message.state, status.HTTP_422_UNPROCESSABLE_ENTITY))


class Qualifications(PartnerView):
    """Tell of a determination."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="tell_qualification",
        request=DeterminationIn,
        responses={201: ToldOut, 200: ToldOut, 422: ToldOut},
        parameters=[KEY],
    )
    def post(self, request):
        actor = department(request, "qualification.tell")
        key = idempotency_key(request)
        return _answer(intake.take(request.data, actor=actor, idempotency_key=key))


def _own(request, ref: str, action: str) -> tuple[Determination, Actor]:
    actor = department(request, action)
    row = Determination.objects.visible_to(actor).filter(ref=ref).first()
    if row is None:
        raise Http404
    return row, actor


class Qualification(PartnerView):
    """One determination: where it stands, take it back."""

    permission_classes = [SCOPE]

    @extend_schema(operation_id="qualification", responses=DeterminationOut)
    def get(self, request, ref: str):
        row, _actor = _own(request, ref, "qualification.read")
        return Response(DeterminationOut(row).data)

    @extend_schema(operation_id="withdraw_qualification", request=ReasonIn, responses={200: DeterminationOut})
    def delete(self, request, ref: str):
        row, actor = _own(request, ref, "qualification.withdraw")
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(DeterminationOut(intake.withdraw(row, actor=actor, **given.validated_data)).data)


class Messages(PartnerView):
    """What came in, newest first; ``state=refused`` for those that can be replayed."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="qualification_messages",
        parameters=[OpenApiParameter("state", str), *READ_ON],
        responses=MessagePage,
    )
    def get(self, request):
        actor = department(request, "qualification.messages")
        found = QualificationMessage.objects.visible_to(actor).select_related("determination")
        if state := request.query_params.get("state", ""):
            found = found.filter(state=state)
        some, following = read_on(request, found, newest=True)
        return Response(MessagePage({"results": some, "next": following}).data)


class Replay(PartnerView):
    """Judge a refused message again."""

    permission_classes = [SCOPE]

    @extend_schema(
        operation_id="replay_qualification_message",
        request=None,
        responses={201: ToldOut, 200: ToldOut, 422: ToldOut},
    )
    def post(self, request, ref: str):
        actor = department(request, "qualification.replay")
        message = QualificationMessage.objects.visible_to(actor).filter(ref=ref).first()
        if message is None:
            raise Http404
        return _answer(intake.replay(message, actor=actor))
