"""Services called from the event loop run in one small pool of threads, never in the loop."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
T = TypeVar("T")

_executor = ThreadPoolExecutor(max_workers=8, thread_name_prefix="service")


async def run(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Await `fn` in the pool, with the caller's context variables."""
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()
    call = partial(context.run, _with_fresh_connection, partial(fn, *args, **kwargs))
    return await loop.run_in_executor(_executor, call)


def submit(fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run `fn` in the pool without waiting; it must report its own failures."""
    _executor.submit(_with_fresh_connection, partial(fn, *args, **kwargs))


def _with_fresh_connection(call: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return call()
    finally:
        close_old_connections()
