"""Ask an office and be answered (征纳互动, Art 12): write, answer, assign, close, keep.

An answer is due by a dated term from the first message that waits for one, as the hotline 12366 works.
"""

from collections.abc import Iterable, Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case
from apps.kernel.casework.page_parts import Part
from apps.kernel.casework.procedures import DRAFT
from apps.kernel.casework.thread_models import Thread, ThreadMark, ThreadMessage, newest_message
from apps.kernel.documents import kinds, letters, uploads
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office, Party, Role, User
from apps.kernel.parties.todos import Todo
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines

TERM = "thread-answer"
TRANSCRIPT = "thread-transcript"
OFFICERS = frozenset({Role.CLERK, Role.OFFICER, Role.CHIEF})
LONGEST, MOST_FILES = 4000, 5

kinds.register(
    kinds.LetterKind(
        code=TRANSCRIPT,
        title="征纳互动记录",
        template="documents/thread_transcript.html",
        prefix="互",
        needs=frozenset({"number", "title", "lines"}),
        extras=frozenset({"office"}),
    )
)


@transaction.atomic
def begin(
    actor: Actor, *, subject: str, text: str, case: Case | None = None, files: Iterable[UploadedFile] = ()
) -> Thread:
    """Ask the office that handles the case, or else the tax office in charge.

    :raises ValidationError: naming the field.
    """
    if actor.party is None or actor.draft:
        raise PermissionDenied
    if case is not None and not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise PermissionDenied
    if not subject.strip():
        raise ValidationError({"subject": _("请写明主题，例如：九月申报的房产税。")})
    thread = Thread.objects.create(
        party=actor.party,
        case=case,
        office=_office(actor.party, case),
        subject=subject.strip()[:100],
        opened_by=actor.person,
        officer=case.handler if case is not None else None,
    )
    log.record(thread.about, "opened", actor=actor, target=case.number if case else "")
    write(thread, actor, text=text, files=files)
    return Thread.objects.get(pk=thread.pk)


@transaction.atomic
def write(thread: Thread, actor: Actor, *, text: str, files: Iterable[UploadedFile] = ()) -> ThreadMessage:
    """Add a message; the other side is told that there is one, not what it says."""
    thread = _locked(thread, actor)
    files = list(files)
    if thread.closed_at is not None:
        raise ValidationError({"text": _("这次咨询已经结束。还有问题请新开一次咨询。")})
    if not text.strip():
        raise ValidationError({"text": _("请写下内容。")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("最多 %(limit)d 个字，请分几条发送。") % {"limit": LONGEST}})
    if len(files) > MOST_FILES:
        raise ValidationError({"files": _("一次最多 %(limit)d 个附件。") % {"limit": MOST_FILES}})
    message = ThreadMessage.objects.create(
        thread=thread,
        user=actor.person,
        user_label=actor.label,
        office=actor.office,
        text=text.strip(),
    )
    message.uploads.set([_received(file, thread, actor) for file in files])
    _turn_clock(thread, actor)
    thread.last_at = message.at
    thread.save()
    _mark(thread, actor.person, message.pk)
    log.record(thread.about, "answered" if actor.office else "asked", actor=actor)
    context = {"number": thread.ref, "office": str(thread.office)}
    if actor.office is not None:
        outbox.send("thread-answered", thread.party, context, about=thread.about)
    else:
        outbox.send("thread-asked", thread.officer or thread.office, context, about=thread.about)
    return message


@transaction.atomic
def assign(thread: Thread, actor: Actor, to: User) -> Thread:
    """Let one officer of the office answer."""
    thread = _locked(thread, actor)
    _staff(actor)
    if not colleagues(actor.office).filter(pk=to.pk).exists():
        raise ValidationError({"officer": _("请选择本单位的同事。")})
    thread.officer = to
    thread.save(update_fields=["officer"])
    log.record(thread.about, "assigned", actor=actor, target=f"user/{to.pk}")
    return thread


@transaction.atomic
def close(thread: Thread, actor: Actor) -> Thread:
    """End the conversation, by either side. It stays readable and printable."""
    thread = _locked(thread, actor)
    if thread.closed_at is None:
        thread.closed_at, thread.closed_by = clock.now(), actor.user
        thread.awaiting_since = thread.due_at = None
        thread.save()
        log.record(thread.about, "closed", actor=actor)
    return thread


@transaction.atomic
def transcript(thread: Thread, actor: Actor) -> IssuedDocument:
    """The conversation so far as a numbered letter with a public check."""
    thread = _locked(thread, actor)
    return letters.issue(
        TRANSCRIPT,
        thread.party,
        {
            "number": thread.ref,
            "title": thread.subject,
            "office": str(thread.office),
            "lines": [
                {"label": f"{localtime(row.at):%Y-%m-%d %H:%M} {_writer(row)}", "value": row.text}
                for row in thread.messages.select_related("office")
            ],
        },
        actor=actor,
        about=thread.about,
    )


def read(thread: Thread, actor: Actor) -> list[ThreadMessage]:
    """The messages; from now on they are read for this user."""
    rows = list(thread.messages.select_related("office").prefetch_related("uploads"))
    _mark(thread, actor.person, newest_message(thread))
    if actor.office is not None:
        log.read(actor=actor, party_id=thread.party_id, what=thread.about, purpose=Purpose.CORRESPONDENCE)
    return rows


def colleagues(office: Office | None) -> QuerySet[User]:
    """Who may answer for an office."""
    at_work = Membership.objects.in_force().filter(office=office, role__in=OFFICERS)
    return User.objects.filter(pk__in=at_work.values("user"))


def may_see(about: str, actor: Actor) -> bool:
    """Whether an actor may open the papers of a conversation."""
    return Thread.objects.visible_to(actor).filter(ref=about.partition("/")[2]).exists()


def _office(party: Party, case: Case | None) -> Office:
    if case is not None and case.state != DRAFT and case.office is not None:
        return case.office
    if party.office is None:
        raise ValidationError(_("您还没有主管税务所，请拨打 12366，或者到任一办税服务厅咨询。"))
    return party.office


def _locked(thread: Thread, actor: Actor) -> Thread:
    found = Thread.objects.visible_to(actor).filter(pk=thread.pk)
    row = found.select_for_update(no_key=True, of=("self",)).select_related("party", "office", "officer").first()
    if row is None:
        log.denied("thread", actor=actor, target=thread.about, reason="not of this office or taxpayer")
        raise PermissionDenied
    if actor.office is not None:
        _staff(actor)
    return row


def _staff(actor: Actor) -> None:
    if actor.office is None or not actor.roles & OFFICERS:
        raise PermissionDenied(_("您没有答复的权限。"))


def _turn_clock(thread: Thread, actor: Actor) -> None:
    if actor.office is not None:
        thread.awaiting_since = thread.due_at = None
        thread.officer = thread.officer or actor.user
    elif thread.awaiting_since is None:
        now = clock.now()
        term = terms.term(TERM, clock.today())
        thread.awaiting_since, thread.due_at = now, deadlines.due(now, term.term, term.unit).due


def _received(file: UploadedFile, thread: Thread, actor: Actor):
    try:
        return uploads.receive(file, actor=actor, about=thread.about, party=thread.party)
    except ValidationError as error:
        raise ValidationError({"files": error.messages}) from error


def _mark(thread: Thread, user: User, message_id: int) -> None:
    ThreadMark.objects.update_or_create(thread=thread, user=user, defaults={"message_id": message_id})


def _writer(row: ThreadMessage) -> str:
    return str(row.office) if row.office is not None else row.user_label


def of_case(case: Case, actor: Actor) -> Part | None:
    """The conversations about a case, for its page; nothing while a clerk fills the draft in."""
    if actor.draft or (actor.party is None and (actor.office is None or not actor.office.is_tax)):
        return None
    rows = Thread.objects.visible_to(actor).filter(case=case)
    return Part(
        "casework/_case_threads.html", {"rows": [{"thread": row, "url": row.url_for(actor)} for row in rows[:20]]}
    )


def unread(actor: Actor) -> Iterator[Todo]:
    """Answers nobody of the taxpayer's side has read yet, for the home page."""
    if actor.party is None:
        return
    rows = Thread.objects.visible_to(actor).with_unread(actor).filter(unread=True)[:20]
    for row in rows:
        yield Todo(title=_("查看答复：%(subject)s") % {"subject": row.subject}, url=row.url_for(actor), kind="message")
