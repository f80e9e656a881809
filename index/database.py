"""Connections to one SQLite file: one a thread and one a `Moment`; snapshots, transactions, and errors that a person can act on."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import CorruptStoreError, DiskFullError, IndexBusyError, NotWritableError, StoreError


class Database:
    """One SQLite file in WAL mode. One writer at a time; readers see one state inside `snapshot()` or a `moment()`.

    Raises:
        CorruptStoreError, DiskFullError, NotWritableError, IndexBusyError: from any method, when SQLite says so.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Condition()
        self._reading: set[object] = set()

    def close(self) -> None:
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._idle.clear()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside sees one state of the database, whatever a writer does meanwhile."""
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        with self._noted(object()):
            self._run("BEGIN")
            try:
                yield
            finally:
                _roll_back(connection)

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """One state of the database for the whole of a question, which may pause and go on in another thread."""
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        moment = Moment(self._threads, connection or self._connect())
        try:
            with self._noted(moment):
                with moment.read():
                    self._run("BEGIN")
                    self._one("SELECT count(*) FROM meta")  # the state is that of the first read
                yield moment
        finally:
            _roll_back(moment.connection)
            with self._guard:
                self._idle.append(moment.connection)

    def await_readers(self, seconds: float) -> None:
        """Waits until whoever reads an earlier state in this process is done, or that long."""
        with self._guard:
            before = set(self._reading)
            self._guard.wait_for(lambda: before.isdisjoint(self._reading), seconds)

    @contextmanager
    def _noted(self, reader: object) -> Iterator[None]:
        with self._guard:
            self._reading.add(reader)
        try:
            yield
        finally:
            with self._guard:
                self._reading.discard(reader)
                self._guard.notify_all()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, or none."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        finally:
            _roll_back(self._connection())

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = self._connect()
        return connection

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=10)
            with self._guard:
                self._connections.append(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._failure(error) from error
        return connection

    def _run(self, statement: str, *values: Any) -> None:
        try:
            self._connection().execute(statement, values)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._failure(error) from error

    def _all(self, statement: str, *values: Any) -> list[Any]:
        try:
            return self._connection().execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._failure(error) from error

    def _one(self, statement: str, *values: Any) -> Any:
        return next(iter(self._all(statement, *values)), None)

    def _failure(self, error: sqlite3.Error | UnicodeDecodeError) -> StoreError:
        """What SQLite says, as what a person can act on."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)  # text that is no UTF-8 comes without one
        kind = code & 0xFF
        defect = kind == sqlite3.SQLITE_ERROR and not any(said in str(error) for said in ("no such", "file format"))
        if defect or isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError):
            raise error
        if kind == sqlite3.SQLITE_FULL or code in (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC):
            return DiskFullError(
                f"{self._path} cannot be written: the disk is full or fails ({error}).",
                "Free some space and run the same command again; what was ingested is kept.",
            )
        if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return IndexBusyError(f"{self._path} is in use by another program.", "Wait for it, or stop it.")
        if self._path.exists() and not self._path.is_file():
            return CorruptStoreError(f"{self._path} is no file.", "Move it away, or name another folder with --home.")
        if kind in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
            return NotWritableError(
                f"{self._path} cannot be opened for writing ({error}).",
                "Make the folder and its files writable for you, or name another --home.",
            )
        return self._damaged(str(error) if hasattr(error, "sqlite_errorcode") else "text that is not UTF-8")

    def _damaged(self, how: str) -> CorruptStoreError:
        return CorruptStoreError(
            f"{self._path} is damaged ({how}).",
            "Move it away, or put a backup in its place, and ingest your sources again; they are the originals.",
        )


class Moment:
    """A state of the database that is read in turns. See `Store.moment`."""

    def __init__(self, threads: threading.local, connection: sqlite3.Connection) -> None:
        self._threads = threads
        self.connection = connection

    @contextmanager
    def read(self) -> Iterator[None]:
        """What this thread reads inside is of this moment. Nothing may be yielded from inside."""
        before = getattr(self._threads, "connection", None)
        self._threads.connection = self.connection
        try:
            yield
        finally:
            self._threads.connection = before


def _roll_back(connection: sqlite3.Connection) -> None:
    """Ends whatever is open; a failed commit may have ended it already."""
    if connection.in_transaction:
        connection.rollback()
