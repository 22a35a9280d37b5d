"""Complaints without a name by API: submit, follow and act with number and receipt, as the pages do (Art 31).

Nobody signs in here and no address is kept; a wrong receipt and an absent number are answered alike.
"""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework.api import ActionOut, CaseOut
from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Office
from apps.kernel.request_keys import KEY, idempotency_key
from apps.supervision.complaints import receipts, throttle
from apps.supervision.complaints.forms import FIELDS
from apps.supervision.complaints.models import ANSWERABLE, Complaint

LONGEST = 40


class ComplaintIn(serializers.ModelSerializer):
    """What is complained of; ``about`` is the code of the office."""

    about = serializers.SlugRelatedField(
        slug_field="code", queryset=Office.objects.filter(**ANSWERABLE), required=False, allow_null=True
    )

    class Meta:
        model = Complaint
        fields = FIELDS
        extra_kwargs = {name: {"required": True} for name in ("area", "kind", "account")}


class GivenOut(serializers.Serializer):
    """What the complainant keeps; the receipt is shown in this answer and nowhere else."""

    number = serializers.CharField(source="case.number")
    receipt = serializers.CharField()


class ReceiptIn(serializers.Serializer):
    """Number and receipt: whoever holds both is the complainant."""

    number = serializers.CharField(max_length=LONGEST)
    receipt = serializers.CharField(max_length=LONGEST)


class ActIn(ReceiptIn):
    """One of the actions open to the complainant, with the fields it asks for."""

    action = serializers.SlugField()
    data = serializers.DictField(default=dict)


class HappenedOut(serializers.Serializer):
    """One step as the complainant reads it: the office, never the person."""

    at = serializers.DateTimeField()
    what = serializers.CharField(source="past")
    office = serializers.CharField(source="office_label")
    to_office = serializers.CharField(source="target_office_label")
    reason = serializers.CharField()
    clause = serializers.CharField()


class DueOut(serializers.Serializer):
    """A clock that runs."""

    label = serializers.CharField()
    due_at = serializers.DateTimeField()


class FollowedOut(serializers.Serializer):
    """Where a complaint stands."""

    case = CaseOut()
    clocks = DueOut(many=True)
    steps = HappenedOut(many=True)
    actions = ActionOut(many=True)


def _answer(case: Case) -> Response:
    followed = {
        "case": case,
        "clocks": case.clocks.filter(stopped_at__isnull=True),
        "steps": case.steps.filter(public=True).select_related("case"),
        "actions": receipts.actions(case),
    }
    return Response(FollowedOut(followed).data, headers={"Cache-Control": "no-store"})


def _shown(request, shape: serializers.Serializer) -> Case:
    """The complaint whose number and receipt were sent.

    :raises Http404: when either is wrong, or the address has tried too often.
    """
    shape.is_valid(raise_exception=True)
    throttle.check(request, "follow")
    case = receipts.find(shape.validated_data["number"], shape.validated_data["receipt"])
    if case is None:
        raise Http404
    return case


class Anonymous(APIView):
    """Complain without a name."""

    authentication_classes: list = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="complain_anonymously",
        request=ComplaintIn,
        responses={201: GivenOut},
        parameters=[KEY],
    )
    def post(self, request):
        shape = ComplaintIn(data=request.data)
        shape.is_valid(raise_exception=True)
        key = idempotency_key(request)
        throttle.check(request, "complain")
        given = receipts.complain(shape.validated_data, key=key)
        return Response(GivenOut(given).data, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class Follow(APIView):
    """See where a complaint without a name stands. The receipt travels in the body, never in an address."""

    authentication_classes: list = []
    permission_classes = [AllowAny]

    @extend_schema(operation_id="follow_anonymous_complaint", request=ReceiptIn, responses=FollowedOut)
    def post(self, request):
        return _answer(_shown(request, ReceiptIn(data=request.data)))


class Act(APIView):
    """Do one of the things a complainant may do: rate, have it handled again, ask for review, withdraw."""

    authentication_classes: list = []
    permission_classes = [AllowAny]

    @extend_schema(operation_id="act_on_anonymous_complaint", request=ActIn, responses=FollowedOut)
    def post(self, request):
        shape = ActIn(data=request.data)
        case = _shown(request, shape)
        action = shape.validated_data["action"]
        row = next((row for row in receipts.actions(case) if row.action == action), None)
        if row is None:
            raise ValidationError({"action": _("这个操作现在不能进行。")})
        data = {}
        if row.form is not None:
            form = row.form(shape.validated_data["data"])
            if not form.is_valid():
                raise ValidationError(form.errors.as_data())
            data = form.cleaned_data
        return _answer(receipts.perform(case, action, **data))
