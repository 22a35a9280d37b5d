"""How long dead letters are kept: addresses and messages nobody could deliver are forgotten (Arts 6, 18)."""

import datetime as dt

from django.core import serializers
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.kernel.notifications.models import Delivery, Dispatch
from apps.kernel.retention import kinds


def _letters(before: dt.datetime) -> QuerySet[Delivery]:
    given_up = (Delivery.State.DEAD, Delivery.State.EXPIRED)
    rows = Delivery.objects.filter(state__in=given_up, next_attempt_at__lt=before).exclude(address="")
    return rows.order_by("next_attempt_at", "pk")


def _posts(before: dt.datetime) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(state=Delivery.State.DEAD, created_at__lt=before).order_by("created_at", "pk")


def _forget_address(row: Delivery) -> None:
    """That it was not delivered stays; to whom it was to go does not."""
    changes = {"state": Delivery.State.EXPIRED, "address": "", "last_error": "", "provider_reference": ""}
    Delivery.objects.filter(pk=row.pk).update(**changes)


def _forget_body(row: Dispatch) -> None:
    """Its place in the order of its stream stays; what it said does not."""
    Dispatch.objects.filter(pk=row.pk).update(state=Delivery.State.EXPIRED, body="", last_error="", answer="")


def _content(row: Delivery | Dispatch) -> bytes:
    return serializers.serialize("json", [row], ensure_ascii=False).encode()


kinds.register(
    kinds.Kind(
        code="dead-letter",
        title=_("无法送达的通知"),
        past=_letters,
        since=lambda delivery: delivery.next_attempt_at,
        subject=lambda delivery: f"delivery/{delivery.pk}",
        content=_content,
        end=_forget_address,
    )
)
kinds.register(
    kinds.Kind(
        code="dead-dispatch",
        title=_("无法送达的系统间报文"),
        past=_posts,
        since=lambda post: post.created_at,
        subject=lambda post: f"dispatch/{post.pk}",
        content=_content,
        end=_forget_body,
    )
)
