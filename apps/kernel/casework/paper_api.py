"""The papers of a case by API: what is asked for, what is held, attaching and taking off (Art 10)."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework import cases, papers
from apps.kernel.casework.api import CASES_SCOPE, find
from apps.kernel.casework.models import CasePaper
from apps.kernel.parties.api_auth import api_actor


class PaperUse(serializers.Serializer):
    """A paper a case uses."""

    ref = serializers.CharField(source="paper.ref")
    source = serializers.CharField(source="paper.source", help_text="uploaded, matter or licence")
    name = serializers.CharField(source="paper.upload.name", default=None, allow_null=True)
    url = serializers.CharField(source="paper.upload.get_absolute_url", default=None, allow_null=True)
    issuer = serializers.CharField(source="paper.issuer")
    number = serializers.CharField(source="paper.number")
    valid_until = serializers.DateField(source="paper.valid_until", allow_null=True)
    attached_at = serializers.DateTimeField()


class HeldOut(serializers.Serializer):
    """A paper that could be used."""

    ref = serializers.CharField()
    title = serializers.CharField()
    received_at = serializers.DateTimeField()


class PaperOut(serializers.Serializer):
    """One paper of a case's list: what is attached, and what need not be handed in."""

    kind = serializers.CharField(source="paper.kind")
    title = serializers.CharField(source="paper.title")
    required = serializers.BooleanField(source="paper.required")
    missing = serializers.BooleanField()
    attached = PaperUse(many=True)
    held = HeldOut(many=True, help_text="Papers held already: attach one by its `ref`.")
    fetched_from = serializers.CharField(
        source="fetched.issuer",
        default=None,
        allow_null=True,
        help_text="The office it is fetched from when the case is submitted.",
    )


class PaperIn(serializers.Serializer):
    """A paper to attach: a file handed in (multipart), or one held already."""

    kind = serializers.CharField()
    file = serializers.FileField(required=False)
    held = serializers.CharField(required=False, default="")


class CasePapers(APIView):
    """The papers of a case, and attaching one."""

    permission_classes = [CASES_SCOPE]

    @extend_schema(operation_id="case_papers", responses=PaperOut(many=True))
    def get(self, request, number: str):
        return Response(PaperOut(papers.rows(find(request, number), api_actor(request)), many=True).data)

    @extend_schema(
        operation_id="attach_case_paper",
        request={"multipart/form-data": PaperIn, "application/json": PaperIn},
        responses={201: PaperOut(many=True)},
    )
    def post(self, request, number: str):
        case, actor = find(request, number), api_actor(request)
        shape = PaperIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        cases.attach(case, given["kind"], actor, file=given.get("file"), held=given["held"])
        return Response(PaperOut(papers.rows(case, actor), many=True).data, status=status.HTTP_201_CREATED)


class CasePaperOne(APIView):
    """One paper of a case: how it came, and taking it off again."""

    permission_classes = [CASES_SCOPE]

    @extend_schema(operation_id="case_paper", responses=PaperUse)
    def get(self, request, number: str, ref: str):
        case = find(request, number)
        uses = CasePaper.objects.visible_to(api_actor(request)).filter(case=case, paper__ref=ref)
        use = uses.select_related("paper__upload").first()
        if use is None:
            raise Http404
        return Response(PaperUse(use).data)

    @extend_schema(operation_id="detach_case_paper", responses={204: None})
    def delete(self, request, number: str, ref: str):
        cases.detach(find(request, number), ref, api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
