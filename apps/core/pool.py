"""Services called from the event loop run in one small pool of threads, never in the loop.

A database that cannot be reached is a refusal like any other (`Unavailable`): a page is told so
and goes on, and the log gets a line, not a trace for each message.
"""

import asyncio
import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, InternalError, OperationalError, close_old_connections

from apps.core.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

IDLE_IN_TRANSACTION = "25P03"  # PostgreSQL's code, which psycopg takes for an internal error

_log = logging.getLogger(__name__)
_executor = ThreadPoolExecutor(max_workers=8, thread_name_prefix="service")


async def run(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Await `fn` in the pool, with the caller's context variables. Raises Unavailable too."""
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()
    call = partial(context.run, _with_fresh_connection, partial(fn, *args, **kwargs))
    return await loop.run_in_executor(_executor, call)


def submit(fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run `fn` in the pool without waiting; it must report its own failures."""
    _executor.submit(_with_fresh_connection, partial(fn, *args, **kwargs))


def was_cut_off(error: InternalError) -> bool:
    """The server has ended a transaction that stood still: this process was paused (R-27)."""
    return getattr(error.__cause__, "sqlstate", "") == IDLE_IN_TRANSACTION


def _with_fresh_connection(call: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return call()
    except (OperationalError, InterfaceError, InternalError) as error:
        if isinstance(error, InternalError) and not was_cut_off(error):
            raise
        _log.warning("The database cannot be used: %s", error)
        raise Unavailable from error
    finally:
        close_old_connections()
