"""Correspondence with officers (征纳互动, Art 12): who asked which office what, and what was answered."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.workcalendar import clock


def thread_ref() -> str:
    return reference(12)


class ThreadQuerySet(models.QuerySet):
    """Who may read which correspondence."""

    def visible_to(self, actor: Actor):
        """The taxpayer's side within the mandate; the staff of the office asked. A clerk's draft opens none."""
        if actor.draft:
            return self.none()
        if actor.party is not None:
            mine = self.filter(party=actor.party)
            matters = actor.mandate.matters if actor.mandate is not None else []
            return mine.filter(Q(case__procedure__in=matters) | Q(opened_by=actor.user)) if matters else mine
        return self.filter(office=actor.office) if actor.office is not None else self.none()

    def with_unread(self, actor: Actor):
        """Adds ``unread``: whether the other side has written since this user last looked."""
        seen = ThreadMark.objects.filter(thread=OuterRef("thread"), user=actor.user).values("message_id")
        others = ThreadMessage.objects.filter(thread=OuterRef("pk"), office__isnull=actor.office is not None)
        return self.annotate(unread=Exists(others.filter(pk__gt=Coalesce(Subquery(seen), 0))))


class Thread(models.Model):
    """One conversation of a taxpayer with an office, about a case or free-standing."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=thread_ref, editable=False)
    party = models.ForeignKey("parties.Party", models.PROTECT, related_name="threads", verbose_name=_("纳税人、缴费人"))
    case = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, blank=True, related_name="threads", verbose_name=_("办件")
    )
    office = models.ForeignKey("parties.Office", models.PROTECT, related_name="threads", verbose_name=_("答复单位"))
    subject = models.CharField(_("主题"), max_length=100)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提问人"))
    opened_at = models.DateTimeField(_("提问时间"), default=clock.now)
    last_at = models.DateTimeField(_("最近来往"), default=clock.now)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("答复人")
    )
    awaiting_since = models.DateTimeField(_("等待答复自"), null=True)
    due_at = models.DateTimeField(_("答复期限"), null=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("结束人")
    )

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("征纳互动")
        verbose_name_plural = _("征纳互动")
        ordering = ["-last_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(awaiting_since__isnull=True, due_at__isnull=True)
                | Q(awaiting_since__isnull=False, due_at__isnull=False),
                name="thread_awaits_with_due",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__gte=F("opened_at"), closed_by__isnull=False),
                name="thread_closed_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-last_at"], name="thread_party"),
            models.Index(
                fields=["office", "due_at"], condition=Q(closed_at__isnull=True), name="thread_open_in_office"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.subject}"

    @property
    def about(self) -> str:
        """How other rooms name this conversation."""
        return f"thread/{self.ref}"

    @property
    def overdue(self) -> bool:
        """Whether an answer is late."""
        return self.due_at is not None and self.due_at < clock.now()

    def url_for(self, actor: Actor) -> str:
        """Its page at the reader's front door."""
        if actor.party is not None:
            return reverse("threads:page", args=[actor.party.ref, self.ref])
        return reverse("counter_threads:page", args=[self.ref])


class ThreadMessage(models.Model):
    """One message; with an ``office`` it is the officer's. Written once."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages", verbose_name=_("征纳互动"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("发送人"))
    user_label = models.CharField(_("姓名"), max_length=80)
    office = models.ForeignKey("parties.Office", models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    text = models.TextField(_("内容"), max_length=4000)
    uploads = models.ManyToManyField("documents.Upload", related_name="+", verbose_name=_("附件"))

    class Meta:
        verbose_name = _("来往信息")
        verbose_name_plural = _("来往信息")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.at:%Y-%m-%d %H:%M}"


class ThreadMark(models.Model):
    """Up to which message a user has read (已读)."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    message_id = models.BigIntegerField(_("读到"))

    class Meta:
        verbose_name = _("已读标记")
        verbose_name_plural = _("已读标记")
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="thread_mark_once")]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.message_id}"


def newest_message(thread: Thread) -> int:
    """The id of the last message."""
    return thread.messages.aggregate(newest=Max("id"))["newest"] or 0
