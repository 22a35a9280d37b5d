"""Whether this process lives, and whether what it needs is there."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker and storage; 503 names what is down."""
    down = [name for name, works in PARTS.items() if not works()]
    status = {"status": "down" if down else "ok", "down": down}
    return JsonResponse(status, status=503 if down else 200)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker() -> bool:
    try:
        with Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2) as broker:
            return bool(broker.ping())
    except RedisError:
        return False


def _storage() -> bool:
    try:
        name = default_storage.save(f"ready/{uuid.uuid4().hex}", ContentFile(b"ready"))
        default_storage.delete(name)
    except OSError:
        return False
    return True


PARTS: dict[str, Callable[[], bool]] = {"database": _database, "broker": _broker, "storage": _storage}
