"""A page that locks rows does so in a transaction of its own: the one a test runs in would hide that it has none."""

from contextlib import ExitStack

from django.core.handlers.base import BaseHandler
from django.db import connections
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest, HttpResponse


def get_response(handler: BaseHandler, request: HttpRequest) -> HttpResponse:
    """What Django's test client asks the portal through; a lock outside a transaction fails as it would for a user."""
    with ExitStack() as watched:
        # A test without a transaction around it hides nothing: there Django itself refuses such a lock.
        for connection in (each for each in connections.all() if each.in_atomic_block):
            watched.enter_context(connection.execute_wrapper(_Watch(len(connection.savepoint_ids))))
        return BaseHandler.get_response(handler, request)


class _Watch:
    def __init__(self, around: int) -> None:
        self.around = around  # how deep in transactions the test itself is

    def __call__(self, execute, sql, params, many, context):
        connection = context["connection"]
        alone = len(connection.savepoint_ids) <= self.around
        if alone and (" FOR NO KEY UPDATE" in sql or " FOR UPDATE" in sql):
            raise TransactionManagementError(f"locked outside a transaction: {sql}")
        return execute(sql, params, many, context)
