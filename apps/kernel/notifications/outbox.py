"""The door out: a message is a row in the sender's transaction, delivered after commit.

Rows are what counts. The call to the broker after commit only makes delivery prompt; when the
broker is down the request still succeeds and the sweep of ``deliver_due`` sends the rows later.
"""

import datetime as dt
import logging
from collections.abc import Collection, Sequence
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis import RedisError

from apps.kernel import rows
from apps.kernel.notifications import channels, wording
from apps.kernel.notifications.models import ChannelCode, Delivery, Language, Message, OptOut
from apps.kernel.parties import todos
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock

_BATCH = 5_000
_ON_ITS_WAY = "notifications/sweep-on-its-way"
_AT_MOST = 30  # seconds a sweep that was asked for is believed in; the clock wakes one as often

logger = logging.getLogger(__name__)


def send(
    template: str,
    to: Party | Office | User,
    context: dict[str, Any],
    *,
    about: str = "",
    valid_until: dt.datetime | None = None,
) -> None:
    """Queue ``template`` for a taxpayer (every channel they take), an office or one staff member (the inbox).

    ``about`` names the object ("case/SH2026…"); after ``valid_until`` the message is not sent.
    """
    number, language, refused = _number_and_wishes(to)
    words = wording.in_force(template, language).render(context, language)
    message = Message(
        pk=number,
        template=template,
        about=about,
        language=language,
        subject=words.subject,
        body=words.body,
        valid_until=valid_until,
        **{_recipient_field(to): to},
    )
    deliveries = [
        _delivery(message, channel, to)
        for channel in channels.available()
        if channel.code not in refused and channel.address_of(to)
    ]
    with transaction.atomic(savepoint=False):
        rows.write(message, *deliveries)
    if isinstance(to, Party):
        todos.changed(to)
    if any(row.state == Delivery.State.QUEUED for row in deliveries):
        kick_after_commit()


def send_mail(template: str, address: str, context: dict[str, Any], *, about: str) -> None:
    """Queue a letter to somebody outside the register, who can be reached by e-mail only; in Chinese."""
    language = Language.CHINESE
    words = wording.in_force(template, language).render(context, language)
    with transaction.atomic():
        message = Message.objects.create(
            template=template, about=about, language=language, subject=words.subject, body=words.body, email=address
        )
        Delivery.objects.create(message=message, channel=ChannelCode.EMAIL, address=address)
    kick_after_commit()


@transaction.atomic
def send_many(
    template: str,
    to: Sequence[int],
    context: dict[str, Any],
    *,
    about: str,
    via: Collection[str],
    valid_until: dt.datetime | None = None,
) -> int:
    """Queue the same words for many taxpayers, named by their ids, in a few statements however many they are.

    Only channels in ``via`` that a taxpayer takes are used. Returns how many were written to.
    """
    parties = list(Party.objects.filter(pk__in=to).only("ref", "phone", "email").order_by("pk"))
    refused = set(OptOut.objects.filter(party__in=to).values_list("party_id", "channel"))
    english = set(
        User.objects.filter(person__party__in=to, language=Language.ENGLISH).values_list("person__party", flat=True)
    )
    words = {language: wording.in_force(template, language).render(context, language) for language in Language.values}
    now = clock.now()

    def message(party: Party) -> Message:
        language = Language.ENGLISH if party.pk in english else Language.CHINESE
        return Message(
            template=template,
            about=about,
            language=language,
            subject=words[language].subject,
            body=words[language].body,
            party=party,
            created_at=now,
            valid_until=valid_until,
        )

    messages = Message.objects.bulk_create(map(message, parties), batch_size=_BATCH)
    used = [channel for channel in channels.available() if channel.code in via]
    deliveries = [
        _delivery(row, channel, party)
        for row, party in zip(messages, parties, strict=True)
        for channel in used
        if (party.pk, channel.code) not in refused and channel.address_of(party)
    ]
    Delivery.objects.bulk_create(deliveries, batch_size=_BATCH)
    if any(row.state == Delivery.State.QUEUED for row in deliveries):
        kick_after_commit()
    return len(messages)


def _recipient_field(to: Party | Office | User) -> str:
    return next(field for field, kind in (("party", Party), ("office", Office), ("user", User)) if isinstance(to, kind))


_ASK = """
SELECT nextval('notifications_message_id_seq'),
       (SELECT language FROM parties_user WHERE id = (SELECT user_id FROM parties_person WHERE party_id = %(party)s)),
       ARRAY (SELECT channel FROM notifications_optout WHERE party_id = %(party)s)
"""


def _number_and_wishes(to: Party | Office | User) -> tuple[int, str, list[str]]:
    """What a message must know before it is written, in one question: its id, the language and the refused channels.

    People are written to in their own language, organisations and offices in Chinese.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ASK, {"party": to.pk if isinstance(to, Party) else None})
        number, language, refused = cursor.fetchone()
    chosen = getattr(to, "language", language)
    return number, chosen if chosen in Language.values else Language.CHINESE, refused


def _delivery(message: Message, channel: channels.Channel, to: Party | Office | User) -> Delivery:
    row = Delivery(message=message, channel=channel.code, address=channel.address_of(to))
    if not channel.travels:
        row.state, row.sent_at = Delivery.State.DELIVERED, clock.now()
    return row


def kick_after_commit() -> None:
    """Ask a worker for one sweep after commit, however many messages the transaction sends."""
    if not any(waiting[1] is _kick for waiting in connection.run_on_commit):
        transaction.on_commit(_kick, robust=True)


def _kick() -> None:
    """Wake the sweep, unless one is on its way: it will find these rows too.

    A broker that is away costs the request a log line and nothing else.
    """
    from apps.kernel.notifications.tasks import deliver_due  # noqa: PLC0415 - tasks need this module loaded first

    try:
        if cache.add(_ON_ITS_WAY, 1, _AT_MOST):
            deliver_due.apply_async(retry=False, ignore_result=True)
    except (OperationalError, RedisError) as error:
        logger.warning("Broker unreachable, the sweep will deliver: %s", error)


def sweep_begins() -> None:
    """Told by the sweep before it looks: whoever commits from now on asks for another one."""
    cache.delete(_ON_ITS_WAY)
