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
from redis import RedisError

from apps.kernel import rows, workers
from apps.kernel.notifications import channels, wording
from apps.kernel.notifications.models import ChannelCode, Delivery, Language, Message
from apps.kernel.parties import todos
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock

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


# The words in the taxpayer's language, and a delivery for each channel that reaches them and is not refused.
_TO_MANY = """
    WITH written AS (
        INSERT INTO notifications_message
               (ref, template, about, party_id, email, language, subject, body, created_at, valid_until)
        SELECT gen_random_uuid(), %(template)s, %(about)s, p.id, '', w.language, w.subject, w.body, %(now)s,
               %(until)s::timestamptz
          FROM parties_party p
          LEFT JOIN parties_person h ON h.party_id = p.id
          LEFT JOIN parties_user u ON u.id = h.user_id
          JOIN unnest(%(languages)s::text[], %(subjects)s::text[], %(bodies)s::text[]) w (language, subject, body)
            ON w.language = CASE u.language WHEN %(english)s THEN %(english)s ELSE %(chinese)s END
         WHERE p.id = ANY (%(to)s)
         ORDER BY p.id
        RETURNING id, party_id
    ), sent AS (
        INSERT INTO notifications_delivery
               (id, message_id, channel, address, state, attempts, next_attempt_at, last_error, sent_at,
                provider_reference)
        SELECT gen_random_uuid(), m.id, c.code, c.address, c.state, 0, %(now)s, '',
               CASE c.state WHEN %(delivered)s THEN %(now)s END, ''
          FROM written m
          JOIN parties_party p ON p.id = m.party_id
         CROSS JOIN unnest(%(codes)s::text[], ARRAY[{addresses}]::text[], %(states)s::text[]) c (code, address, state)
         WHERE c.address <> ''
           AND NOT EXISTS (SELECT FROM notifications_optout o WHERE o.party_id = p.id AND o.channel = c.code)
        RETURNING state
    )
    SELECT (SELECT count(*) FROM written), EXISTS (SELECT FROM sent WHERE state = %(queued)s)
"""


def send_many(
    template: str,
    to: Sequence[int],
    context: dict[str, Any],
    *,
    about: str,
    via: Collection[str],
    valid_until: dt.datetime | None = None,
) -> int:
    """Queue the same words for many taxpayers, named by their ids, in one statement however many they are.

    Only channels in ``via`` that a taxpayer takes are used. Returns how many were written to.
    """
    words = {language: wording.in_force(template, language).render(context, language) for language in Language.values}
    used = [channel for channel in channels.available() if channel.code in via]
    values: dict[str, Any] = {
        "template": template,
        "about": about,
        "now": clock.now(),
        "until": valid_until,
        "to": list(to),
        "languages": list(words),
        "subjects": [each.subject for each in words.values()],
        "bodies": [each.body for each in words.values()],
        "codes": [each.code for each in used],
        "states": [_at_first(each) for each in used],
        "english": Language.ENGLISH,
        "chinese": Language.CHINESE,
        "queued": Delivery.State.QUEUED,
        "delivered": Delivery.State.DELIVERED,
    }
    statement = _TO_MANY.replace("{addresses}", ", ".join(each.of_party for each in used))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        number, travels = cursor.fetchone()
    if travels:
        kick_after_commit()
    return number


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
    row = Delivery(message=message, channel=channel.code, address=channel.address_of(to), state=_at_first(channel))
    if not channel.travels:
        row.sent_at = clock.now()
    return row


def _at_first(channel: channels.Channel) -> Delivery.State:
    """What a delivery begins as: where writing the row is the delivery, it is made."""
    return Delivery.State.QUEUED if channel.travels else Delivery.State.DELIVERED


def kick_after_commit() -> None:
    """Ask a worker for one sweep after commit, however many messages the transaction sends."""
    if not any(waiting[1] is _kick for waiting in connection.run_on_commit):
        transaction.on_commit(_kick, robust=True)


def _kick() -> None:
    """Wake the sweep, unless one is on its way: it will find these rows too.

    A broker that is away costs the request a log line and nothing else.
    """
    try:
        if cache.add(_ON_ITS_WAY, 1, _AT_MOST):
            workers.send("notifications.deliver_due")
    except RedisError as error:
        logger.warning("Broker unreachable, the sweep will deliver: %s", error)


def sweep_begins() -> None:
    """Told by the sweep before it looks: whoever commits from now on asks for another one."""
    cache.delete(_ON_ITS_WAY)
