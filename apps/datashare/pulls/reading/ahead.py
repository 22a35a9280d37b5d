"""One page ahead: the next page is fetched and judged in a thread while the last one goes into the database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, each made while the one before is used. What making one raises comes out in its place.

    The items must not use Django's database connection: the thread would open one of its own.
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="pull-ahead") as pool:
        following = pool.submit(next, items, end)
        while (item := following.result()) is not end:
            following = pool.submit(next, items, end)
            yield item
