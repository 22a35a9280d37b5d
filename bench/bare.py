"""What the portal is measured against: a view that does nothing, and those that only write rows."""

import uuid

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

PAGE = "<!doctype html><html lang='zh'><title>bare</title><main><h1>bare</h1></main></html>"


def page(request: HttpRequest) -> HttpResponse:
    """A page without a template, a query or a user."""
    return HttpResponse(PAGE)


@csrf_exempt
def submit(request: HttpRequest) -> HttpResponse:
    """The rows of one submitted case, by plain SQL through the same server: no lock, no check, no rule.

    The audit chain is the database's own trigger and runs here too; what is missing is the portal.
    """
    party, office, user = (int(request.POST[name]) for name in ("party", "office", "user"))
    number = f"PL{uuid.uuid4().hex[:16]}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_case (number, procedure, applicant_id, opened_by_id, channel, state, office_id,"
            " part, title, opened_at, submitted_at)"
            " VALUES (%s, 'deferral', %s, %s, 'online', 'submitted', %s, '', 'x', now(), now())"
            " RETURNING id",
            [number, party, user, office],
        )
        (case,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO services_deferral (case_id, levy_id, period, amount, months, ground, explanation)"
            " VALUES (%s, 'vat', '2026-09', 100, 1, 'no_funds', 'x')",
            [case],
        )
        cursor.execute(
            "INSERT INTO casework_custody (case_id, office_id, offered_at, received_at, reason)"
            " VALUES (%s, %s, now(), now(), '')",
            [case, office],
        )
        cursor.execute(
            "INSERT INTO casework_step (case_id, at, action, source, target, user_id, user_label, office_label,"
            " party_label, target_office_label, channel, reason, clause, public)"
            " VALUES (%s, now(), 'submit', 'draft', 'submitted', %s, 'x', '', 'x', 'x', 'online', '', '', true)",
            [case, user],
        )
        cursor.execute(
            "INSERT INTO casework_clock (case_id, term, label, whose, amount, unit, extended_by, source, pausable,"
            " started_at, due_at, confirmed)"
            " VALUES (%s, 'deferral-decide', 'x', 'office', 20, 'day', 0, 'x', true, now(), now(), true)",
            [case],
        )
        for action in ("opened", "submit"):
            cursor.execute(
                "INSERT INTO audit_event (stream, seq, at, action, actor_id, actor_label, party_id, channel,"
                " target, data) VALUES (%s, 0, now(), %s, %s, 'x', %s, 'online', 'deferral', '{}')",
                [f"case/{number}", action, user, party],
            )
        cursor.execute(
            "INSERT INTO notifications_message (ref, template, about, party_id, email, language, subject, body,"
            " created_at)"
            " VALUES (gen_random_uuid(), 'case-submitted', %s, %s, '', 'zh-hans', 'x', 'x', now()) RETURNING id",
            [f"case/{number}", party],
        )
        (message,) = cursor.fetchone()
        for channel, state in (("inbox", "delivered"), ("email", "queued")):
            cursor.execute(
                "INSERT INTO notifications_delivery (id, message_id, channel, address, state, attempts,"
                " next_attempt_at, last_error, sent_at, provider_reference)"
                " VALUES (gen_random_uuid(), %s, %s, 'x', %s, 0, now(), '',"
                " CASE %s WHEN 'delivered' THEN now() END, '')",
                [message, channel, state, state],
            )
    return HttpResponse(number, status=201)


@csrf_exempt
def take(request: HttpRequest) -> HttpResponse:
    """One place of a slot by the one conditional UPDATE: nobody is known, nothing is written down."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE services_slot SET public_remaining = public_remaining - 1 WHERE id = %s AND public_remaining > 0",
            [int(request.POST["slot"])],
        )
        return HttpResponse(status=201 if cursor.rowcount else 409)
