"""The API of the guides: the trees, and where a path of answers leads (Art 12). Public."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.services.wizard import trees


class GuideOut(serializers.Serializer):
    """A guide."""

    code = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()


class GuideAnswerOut(serializers.Serializer):
    """One answer: add its code to the path, with a dot."""

    code = serializers.CharField()
    say = serializers.CharField()


class QuestionOut(serializers.Serializer):
    """What is asked next."""

    ask = serializers.CharField()
    hint = serializers.CharField(allow_null=True)
    answers = GuideAnswerOut(many=True)


class EndOut(serializers.Serializer):
    """Where the answers lead: a matter with what is known already, an answer or a person."""

    kind = serializers.ChoiceField(["matter", "answer", "person"])
    say = serializers.CharField()
    matter = serializers.CharField(help_text="The procedure's code, for `POST /api/v1/cases/`; empty for other kinds.")
    prefill = serializers.DictField()


class WalkOut(serializers.Serializer):
    """The next question, or the end."""

    path = serializers.CharField()
    question = QuestionOut(allow_null=True)
    end = EndOut(allow_null=True)


class Guides(APIView):
    """Every guide."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(operation_id="guides", responses=GuideOut(many=True))
    def get(self, request):
        return Response(GuideOut(trees.all().values(), many=True).data)


class Guide(APIView):
    """Where the answers given so far lead in a guide."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(
        operation_id="guide",
        responses=WalkOut,
        parameters=[OpenApiParameter("path", str, description="Answer codes joined by dots; empty at the beginning.")],
    )
    def get(self, request, code: str):
        tree = trees.all().get(code)
        walk = tree.walk([step for step in request.query_params.get("path", "").split(".") if step]) if tree else None
        if walk is None:
            raise Http404
        return Response(WalkOut(walk).data)
