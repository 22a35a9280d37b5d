"""The shared cache with one client a process.

Django makes a client anew for every command, which costs more than the command: a page asks the cache
several times (session, mark of the to-dos). The client is only a face of its connection pool, which
threads share safely.
"""

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


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
