"""Contributions for payers' own systems: payrolls declare, people read, schools keep lists (Art 24)."""

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.collaboration.insurance import access, contributions, groups, paging, reading, submitting, uploading
from apps.collaboration.insurance.api import MONEY
from apps.collaboration.insurance.models import InsuranceDeclaration, PayerGroup
from apps.kernel.parties.api_auth import HasScope, api_actor
from apps.kernel.request_keys import KEY, idempotency_key

MOST_ERRORS = 1_000


class EmployeeIn(serializers.Serializer):
    """An employee's month. The wage is yuan with two decimals, as text."""

    name = serializers.CharField(allow_blank=True, max_length=200)
    person_number = serializers.CharField(allow_blank=True, max_length=200)
    wage = serializers.CharField(allow_blank=True, max_length=200)
    change = serializers.ChoiceField(choices=["", "join", "leave"], required=False, default="")


class DeclarationIn(serializers.Serializer):
    """A month's sheet."""

    period = serializers.CharField(max_length=7, help_text="2026-09")
    injury_rate = serializers.DecimalField(
        max_digits=6, decimal_places=5, required=False, help_text="Only when hrss has delivered no registration."
    )
    employees = serializers.ListField(child=EmployeeIn(), max_length=reading.MOST_ROWS, allow_empty=False)


class EmployeeErrorOut(serializers.Serializer):
    """A wrong row and what is wrong with it."""

    row = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.CharField())


class DeclarationOut(serializers.Serializer):
    """A sheet and how far it is."""

    ref = serializers.CharField()
    period = serializers.CharField()
    state = serializers.CharField()
    in_force = serializers.BooleanField()
    read_rows = serializers.IntegerField()
    wrong_rows = serializers.IntegerField()
    problem = serializers.CharField()
    persons = serializers.IntegerField()
    base_total = serializers.DecimalField(**MONEY)
    employer_total = serializers.DecimalField(**MONEY)
    employee_total = serializers.DecimalField(**MONEY)
    due = serializers.DateField()


class DeclarationDetailOut(DeclarationOut):
    """With its wrong rows."""

    errors = serializers.SerializerMethodField()

    def get_errors(self, declaration: InsuranceDeclaration) -> list[dict]:
        found = zip(reading.problems(declaration), range(MOST_ERRORS), strict=False)
        return [{"row": row, "problems": problems} for (row, _name, _number, problems), _place in found]


class ContributionOut(serializers.Serializer):
    """One insurance of one period."""

    period = serializers.CharField()
    levy = serializers.CharField()
    by = serializers.CharField()
    base = serializers.DecimalField(allow_null=True, **MONEY)
    employer = serializers.DecimalField(**MONEY)
    own = serializers.DecimalField(**MONEY)
    paid = serializers.BooleanField()


class ContributionYearOut(serializers.Serializer):
    """A year, and the months that lack."""

    year = serializers.CharField()
    rows = ContributionOut(many=True)
    missing = serializers.ListField(child=serializers.CharField())


class PersonIn(serializers.Serializer):
    """Somebody on a list."""

    name = serializers.CharField(max_length=60)
    person_number = serializers.CharField(max_length=24)


class ListIn(serializers.Serializer):
    """A list of people."""

    kind = serializers.ChoiceField(choices=PayerGroup.Kind.choices)
    title = serializers.CharField(max_length=60)
    year = serializers.RegexField(r"^20\d\d$")
    people = serializers.ListField(child=PersonIn(), max_length=groups.MOST, allow_empty=False)


class MemberOut(serializers.Serializer):
    """Paid or not; nothing else of anybody."""

    name = serializers.CharField()
    person_number = serializers.CharField(source="person_number_shown")
    paid = serializers.BooleanField()
    standing = serializers.CharField()


class ListOut(serializers.Serializer):
    """A list in numbers."""

    ref = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    year = serializers.CharField()
    due = serializers.DateField()
    standing = serializers.SerializerMethodField()

    def get_standing(self, group: PayerGroup) -> dict[str, int]:
        return groups.standing(group)


class ListDetailOut(ListOut):
    """With its people."""

    members = serializers.SerializerMethodField()

    def get_members(self, group: PayerGroup) -> list[dict]:
        return MemberOut(group.members.select_related("bill__charge").order_by("id"), many=True).data


def _employer(request):
    actor = api_actor(request)
    if not access.declares(actor):
        raise PermissionDenied(_("请以单位身份使用（X-Acting-For）。"))
    return actor


class Declarations(APIView):
    """The employer's sheets; hand in another."""

    permission_classes = [HasScope("contributions.write")]

    @extend_schema(operation_id="insurance_declarations", responses=DeclarationOut(many=True))
    def get(self, request):
        found = InsuranceDeclaration.objects.visible_to(_employer(request)).defer("content").order_by("-id")
        return Response(DeclarationOut(found[: paging.SHOWN], many=True).data)

    @extend_schema(
        operation_id="upload_insurance_declaration",
        request=DeclarationIn,
        responses={202: DeclarationOut},
        parameters=[KEY],
    )
    def post(self, request):
        actor, key = _employer(request), idempotency_key(request)
        given = DeclarationIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = [[each[name] for name in reading.HEADINGS.values()] for each in given.validated_data["employees"]]
        sheet = SimpleUploadedFile("api.csv", paging.csv_text([list(reading.HEADINGS), *rows]).encode())
        declaration = uploading.upload(
            sheet,
            period=given.validated_data["period"],
            injury_rate=given.validated_data.get("injury_rate"),
            actor=actor,
            idempotency_key=key,
        )
        return Response(DeclarationOut(declaration).data, status=status.HTTP_202_ACCEPTED)


def _declaration(request, ref: str) -> InsuranceDeclaration:
    row = InsuranceDeclaration.objects.visible_to(_employer(request)).defer("content").filter(ref=ref).first()
    if row is None:
        raise Http404
    return row


class Declaration(APIView):
    """One sheet with its wrong rows."""

    permission_classes = [HasScope("contributions.write")]

    @extend_schema(operation_id="insurance_declaration", responses=DeclarationDetailOut)
    def get(self, request, ref: str):
        return Response(DeclarationDetailOut(_declaration(request, ref)).data)


class Submit(APIView):
    """Declare a judged sheet; again it is the same."""

    permission_classes = [HasScope("contributions.write")]

    @extend_schema(operation_id="submit_insurance_declaration", request=None, responses=DeclarationOut)
    def post(self, request, ref: str):
        row = _declaration(request, ref)
        return Response(DeclarationOut(submitting.submit(row, actor=api_actor(request))).data)


class Contributions(APIView):
    """Everything contributed for the person acted for, by year."""

    permission_classes = [HasScope("contributions.write")]

    @extend_schema(operation_id="insurance_contributions", responses=ContributionYearOut(many=True))
    def get(self, request):
        actor = api_actor(request)
        if actor.party is None or (actor.mandate is not None and actor.mandate.levies):
            raise PermissionDenied(_("您没有办理这一步的权限。"))
        return Response(ContributionYearOut(contributions.years(actor.party), many=True).data)


def _keeper(request):
    actor = api_actor(request)
    if not access.keeps_lists(actor):
        raise PermissionDenied(_("您没有办理这一步的权限。"))
    return actor


class Lists(APIView):
    """The unit's lists; hand in another."""

    permission_classes = [HasScope("contributions.write")]

    @extend_schema(operation_id="insurance_lists", responses=ListOut(many=True))
    def get(self, request):
        found = PayerGroup.objects.visible_to(_keeper(request)).order_by("-id")
        return Response(ListOut(found[: paging.PER_PAGE], many=True).data)

    @extend_schema(operation_id="make_insurance_list", request=ListIn, responses={201: ListDetailOut}, parameters=[KEY])
    def post(self, request):
        actor, key = _keeper(request), idempotency_key(request)
        given = ListIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        people = [(each["name"], each["person_number"]) for each in fields.pop("people")]
        group = groups.make(people, actor=actor, idempotency_key=key, **fields)
        return Response(ListDetailOut(group).data, status=status.HTTP_201_CREATED)


class List(APIView):
    """One list: who has paid."""

    permission_classes = [HasScope("contributions.write")]

    @extend_schema(operation_id="insurance_list", responses=ListDetailOut)
    def get(self, request, ref: str):
        group = PayerGroup.objects.visible_to(_keeper(request)).filter(ref=ref).first()
        if group is None:
            raise Http404
        return Response(ListDetailOut(group).data)
