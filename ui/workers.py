"""The two threads that do a server's pipeline work, so that none of it runs on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore, Event
from typing import Any, TypeVar

from ui.errors import BusyError

T = TypeVar("T")
_END = object()


class Workers:
    """`threads` jobs run at once, at most `waiting` more queue up; the next one gets a `BusyError`."""

    def __init__(self, threads: int = 2, waiting: int = 16) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="citera")
        self._places = BoundedSemaphore(threads + waiting)
        self._jobs: set[Future[Any]] = set()

    @property
    def jobs(self) -> int:
        """How many run or wait."""
        return len(self._jobs)

    async def run(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self._submit(work))

    async def stream(self, items: Callable[[], Iterator[T]]) -> AsyncIterator[T]:
        """The items as they are made. Work stops at the next item once nobody listens."""
        loop = asyncio.get_running_loop()
        ready: asyncio.Queue[T | object] = asyncio.Queue()
        abandoned = Event()

        def make() -> None:
            for item in items():
                if abandoned.is_set():
                    return
                loop.call_soon_threadsafe(ready.put_nowait, item)

        made = asyncio.wrap_future(self._submit(make))
        made.add_done_callback(lambda _: ready.put_nowait(_END))
        try:
            while (item := await ready.get()) is not _END:
                yield item  # type: ignore[misc]  # _END is the only object in the queue that is not a T
            await made
        finally:
            abandoned.set()
            made.cancel()

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, work: Callable[[], T]) -> Future[T]:
        if not self._places.acquire(blocking=False):
            raise BusyError
        job = self._pool.submit(work)
        self._jobs.add(job)
        job.add_done_callback(self._leave)
        return job

    def _leave(self, job: Future[Any]) -> None:
        self._jobs.discard(job)
        self._places.release()
