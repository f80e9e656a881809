"""A client that hangs up: its work stops, and its worker is free for the next question."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import Request

from ui.errors import ClientGoneError

T = TypeVar("T")


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """What `work` gives; it is cancelled once the client hangs up. The request's body must have been read.

    Raises:
        ClientGoneError: nobody waits for the result any more.
    """
    working = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_hangs_up(request))
    try:
        await asyncio.wait((working, gone), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientGoneError
        return working.result()
    finally:
        gone.cancel()
        working.cancel()


async def _hangs_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
