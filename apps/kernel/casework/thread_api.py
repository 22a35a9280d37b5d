"""The API of correspondence with officers: the pages' own use cases, for both sides (Art 12)."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework import threads
from apps.kernel.casework.models import Case, Thread, ThreadMessage
from apps.kernel.json_bodies import ObjectParser
from apps.kernel.parties.api_auth import api_actor

PER_PAGE = 50


class MessageOut(serializers.ModelSerializer):
    """One message; with an office it is an officer's."""

    office = serializers.CharField(source="office.name", default=None, allow_null=True)
    by = serializers.CharField(source="user_label")
    files: serializers.ManyRelatedField = serializers.SlugRelatedField(
        slug_field="ref", source="uploads", many=True, read_only=True
    )

    class Meta:
        model = ThreadMessage
        fields = ["at", "office", "by", "text", "files"]


class ThreadOut(serializers.ModelSerializer):
    """A conversation."""

    office = serializers.CharField(source="office.code")
    case = serializers.CharField(source="case.number", default=None, allow_null=True)
    unread = serializers.BooleanField(default=False)

    class Meta:
        model = Thread
        fields = ["ref", "subject", "office", "case", "opened_at", "last_at", "due_at", "closed_at", "unread"]


class ThreadFull(ThreadOut):
    """A conversation with its messages."""

    messages = MessageOut(many=True)

    class Meta(ThreadOut.Meta):
        fields = [*ThreadOut.Meta.fields, "messages"]


class MessageIn(serializers.Serializer):
    """A message, with files where it is sent as multipart."""

    text = serializers.CharField(max_length=threads.LONGEST)
    files = serializers.ListField(child=serializers.FileField(), required=False, default=list)


class ThreadIn(MessageIn):
    """A question: about a case, or on its own."""

    subject = serializers.CharField(max_length=100)
    case = serializers.CharField(required=False, default="")


class ThreadList(APIView):
    """My conversations or my office's; ask a question."""

    permission_classes = [IsAuthenticated]
    parser_classes = [ObjectParser, MultiPartParser]

    @extend_schema(operation_id="threads", responses=ThreadOut(many=True))
    def get(self, request):
        actor = api_actor(request)
        rows = Thread.objects.visible_to(actor).with_unread(actor).select_related("office", "case")
        return Response(ThreadOut(rows[:PER_PAGE], many=True).data)

    @extend_schema(operation_id="ask_office", request=ThreadIn, responses={201: ThreadFull})
    def post(self, request):
        shape = ThreadIn(data=request.data)
        shape.is_valid(raise_exception=True)
        actor, given, case = api_actor(request), shape.validated_data, None
        if given["case"]:
            case = Case.objects.visible_to(actor).filter(number=given["case"]).first()
            if case is None:
                raise Http404
        thread = threads.begin(actor, subject=given["subject"], text=given["text"], case=case, files=given["files"])
        return Response(ThreadFull(thread).data, status=status.HTTP_201_CREATED)


class ThreadOne(APIView):
    """Read a conversation, or add a message."""

    permission_classes = [IsAuthenticated]
    parser_classes = [ObjectParser, MultiPartParser]

    @extend_schema(operation_id="thread", responses=ThreadFull)
    def get(self, request, ref: str):
        thread = _thread(request, ref)
        threads.read(thread, api_actor(request))
        return Response(ThreadFull(thread).data)

    @extend_schema(operation_id="write_to_thread", request=MessageIn, responses={201: MessageOut})
    def post(self, request, ref: str):
        thread = _thread(request, ref)
        shape = MessageIn(data=request.data)
        shape.is_valid(raise_exception=True)
        message = threads.write(thread, api_actor(request), **shape.validated_data)
        return Response(MessageOut(message).data, status=status.HTTP_201_CREATED)


def _thread(request, ref: str) -> Thread:
    rows = Thread.objects.visible_to(api_actor(request)).select_related("office", "case")
    found = rows.filter(ref=ref).first()
    if found is None:
        raise Http404
    return found
