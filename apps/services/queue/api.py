"""The queue's API: waiting times and screen for everybody, tickets for machines, the window for clerks."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.lists import joined
from apps.kernel.parties.api_auth import api_actor
from apps.services.access import is_clerk
from apps.services.queue import board, estimates, moves, service
from apps.services.queue.models import Kiosk, Ticket
from apps.services.queue.views import MACHINE
from apps.services.sites.models import BusinessLine, Site, Window

WINDOW_ACTIONS = ("open", "close", "next", "serve", "recall", "miss", "finish", "send")


class EstimateOut(serializers.Serializer):
    """People ahead and the wait as a range of minutes; null while no window is open."""

    ahead = serializers.IntegerField()
    windows = serializers.IntegerField()
    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)
    derived = serializers.CharField()


class LineWait(serializers.Serializer):
    line = serializers.CharField()
    label = serializers.CharField()
    estimate = EstimateOut()


class CallOut(serializers.Serializer):
    number = serializers.CharField()
    window = serializers.CharField(source="window.__str__")
    called_at = serializers.DateTimeField()


class ScreenOut(serializers.Serializer):
    calls = CallOut(many=True)
    following = serializers.ListField(child=serializers.CharField())
    missed = serializers.ListField(child=serializers.CharField())


class TicketOut(serializers.ModelSerializer):
    """A ticket as its holder sees it."""

    line = serializers.CharField(source="line.code")
    site = serializers.CharField(source="site.code")
    window = serializers.CharField(allow_null=True, default=None)

    class Meta:
        model = Ticket
        fields = ["code", "number", "site", "line", "state", "priority_reason", "window", "issued_at", "called_at"]


class TicketIn(serializers.Serializer):
    """A booking's ``token``, or the ``line`` somebody comes for."""

    token = serializers.CharField(required=False, max_length=200)
    line = serializers.SlugField(required=False)
    priority = serializers.BooleanField(default=False, help_text="They say they are elderly or disabled.")


class ActionIn(serializers.Serializer):
    """``window`` (``<site>/<code>``) to open one, ``to`` and ``reason`` to hand over."""

    window = serializers.CharField(required=False)
    to = serializers.CharField(required=False)
    reason = serializers.CharField(required=False, max_length=120, default="")


class Waits(APIView):
    """How long one waits at a site."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="queue_waits", responses=LineWait(many=True))
    def get(self, request, code: str):
        site = get_object_or_404(Site, code=code, active=True)
        rows = [
            {"line": line.code, "label": line.label, "estimate": estimates.for_newcomer(site, line)}
            for line in site.lines.filter(active=True)
        ]
        return Response(LineWait(rows, many=True).data)


class Screen(APIView):
    """What the calling screen shows."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="queue_screen", responses=ScreenOut)
    def get(self, request, code: str):
        site = get_object_or_404(Site, code=code, active=True)
        shown = {"calls": board.calls(site), "following": board.following(site), "missed": board.missed(site)}
        return Response(ScreenOut(shown).data)


class Machine(APIView):
    """A ticket from a machine, known by its key."""

    permission_classes = [AllowAny]
    authentication_classes: list = []

    @extend_schema(operation_id="queue_draw", request=TicketIn, responses={201: TicketOut})
    def post(self, request, key: str):
        machine = get_object_or_404(Kiosk.objects.select_related("site"), key=key, active=True)
        shape = TicketIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        if "token" in given:
            issued = service.check_in(machine.site, given["token"], actor=MACHINE)
        else:
            line = BusinessLine.objects.filter(code=given.get("line", "")).first()
            if line is None:
                raise ValidationError({"line": _("请选择要办的业务。")})
            issued = service.draw(machine.site, line, actor=MACHINE, declared=given["priority"])
        return Response(TicketOut(issued).data, status=status.HTTP_201_CREATED)


class TicketView(APIView):
    """A ticket by its code, with the wait."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="queue_ticket", responses=TicketOut)
    def get(self, request, code: str):
        found = get_object_or_404(Ticket.objects.select_related("site", "line", "window"), code=code)
        return Response(TicketOut(found).data)


class MyWindow(APIView):
    """A clerk's own window: ``open``, ``close``, ``next``, ``serve``, ``recall``, ``miss``, ``finish`` or ``send``."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="queue_window", request=ActionIn, responses={200: TicketOut, 204: None})
    def post(self, request, action: str):
        actor = api_actor(request)
        if not is_clerk(actor):
            raise Http404
        if action not in WINDOW_ACTIONS:
            raise ValidationError({"action": _("没有这个操作。可用：%s。") % joined(WINDOW_ACTIONS)})
        shape = ActionIn(data=request.data)
        shape.is_valid(raise_exception=True)
        ticket = _act(actor, action, shape.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT) if ticket is None else Response(TicketOut(ticket).data)


def _act(actor, action: str, given: dict) -> Ticket | None:
    if action == "open":
        site, _slash, code = given.get("window", "").partition("/")
        window = get_object_or_404(Window, site__code=site, code=code, site__office=actor.office)
        service.open_window(window, actor)
        return None
    if action == "close":
        service.close_window(actor)
        return None
    if action == "next":
        return service.next_ticket(actor)
    shift = service.shift_of(actor)
    ticket = service.current(shift) if shift is not None else None
    if ticket is None:
        raise ValidationError(_("窗口现在没有人，请先叫号。"))
    to = Window.objects.filter(site=ticket.site_id, code=given.get("to", "")).first()
    return moves.move(ticket, action, actor, to=to, reason=given["reason"])
