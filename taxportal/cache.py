"""The shared cache with one client a process.

Django makes a client anew for every command, which costs more than the command: a page asks the cache
several times (session, mark of the to-dos). The client is only a face of its connection pool, which
threads share safely.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import RedisError

logger = logging.getLogger(__name__)


class _Client(RedisCacheClient):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._faces = {}

    def get_client(self, key=None, *, write=False):
        """The client over the pool that serves reads, or writes."""
        pool = self._get_connection_pool(write)
        if pool not in self._faces:
            self._faces[pool] = self._client(connection_pool=pool)
        return self._faces[pool]


class Cache(RedisCache):
    """Django's Redis cache, its clients kept."""

    def __init__(self, server, params) -> None:
        super().__init__(server, params)
        self._class = _Client


class Spare(Cache):
    """A cache that only saves work: while its server is away or full it holds nothing, and nobody notices.

    Not for what must be remembered, as failed attempts must: that stays with ``Cache``, which says when it cannot.
    Taking something out is no saving either: where it fails, somebody would find again what was to be gone.
    """

    def get(self, key, default=None, version=None):
        return self._or(default, super().get, key, default, version)

    def get_many(self, keys, version=None):
        return self._or({}, super().get_many, keys, version)

    def set(self, key, value, *args, **kwargs):
        return self._or(None, super().set, key, value, *args, **kwargs)

    def set_many(self, data, *args, **kwargs):
        return self._or(list(data), super().set_many, data, *args, **kwargs)

    @staticmethod
    def _or(otherwise: Any, do: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return do(*args, **kwargs)
        except RedisError as error:
            logger.warning("Nothing is kept for now: %s", type(error).__name__)
            return otherwise
