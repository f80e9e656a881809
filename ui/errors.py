"""What can go wrong at the surface.

UiError
├── HostRefusedError        serve: asked to listen where strangers could reach it
├── AddressNotHereError     serve: no address, or another machine's
├── PortTakenError          serve: something else listens there
├── ReportNotWrittenError   ingest --report: the file cannot be written
├── ServerRefusedError      the running server said no, or stopped answering
├── BusyError               too many questions wait already, or an ingest is running
├── OwnerOnlyError          the request lacks the owner's token
├── ClientGoneError         the client hung up before its answer was there
├── HistoryError            the chat's conversations cannot be read or kept
├── NoSuchConversationError the user has no conversation of that id
├── UnreadableFiltersError  the address of the chat names filters that are none
├── WrongPasswordError      nobody has that name and password
├── UnsupportedError        an OpenAI-compatible request asks for what Citera does not do
└── SpanOutsideTextError    a link names characters that the article does not have
"""

from __future__ import annotations

from corpus.errors import CiteraError


class UiError(CiteraError):
    """Base of this folder's errors; `status` is its HTTP form."""

    status = 400


class HostRefusedError(UiError):
    wrong_usage = True

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Citera does not listen on {host} without keys: anyone who reached it could read the index.",
            "Use --host 127.0.0.1, and a tunnel such as ssh -L for access from elsewhere; or set CITERA_API_KEYS or CITERA_USERS.",
        )


class AddressNotHereError(UiError):
    wrong_usage = True

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is no address of this machine.", "Use --host 127.0.0.1, or 0.0.0.0 for all of them.")


class PortTakenError(UiError):
    wrong_usage = True
    retry = True

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use by another program.", f"Choose another one, for example --port {port + 1}."
        )


class ReportNotWrittenError(UiError):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"The report cannot be written to {path}: {reason}. Nothing was ingested.",
            "Name a file in a folder that exists and that you may write to.",
        )


class ServerRefusedError(UiError):
    retry = True


class BusyError(UiError):
    retry = True
    status = 503

    def __init__(self, what: str = "Too many questions are waiting already.") -> None:
        super().__init__(what, "Try again in a few seconds.")


class OwnerOnlyError(UiError):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "Only the owner of this server may do that.",
            "Use the citera command on the same machine and account: it sends the owner's token.",
        )


class ClientGoneError(UiError):
    """Nobody reads what it says."""

    status = 499

    def __init__(self) -> None:
        super().__init__("The client hung up.", "Nothing is to be done.")


class UnsupportedError(UiError):
    """`param` is the field that asks for it, `code` a name that programs compare."""

    def __init__(
        self, what: str, remedy: str, *, param: str, code: str = "unsupported_value", status: int = 400
    ) -> None:
        super().__init__(what, remedy)
        self.param, self.code, self.status = param, code, status


class SpanOutsideTextError(UiError):
    def __init__(self, start: int | None, end: int | None, length: int) -> None:
        super().__init__(
            f"Characters {start} to {end} are not in this article, which has {length} of them.",
            "Open the article from a citation, or leave start and end out.",
        )


class HistoryError(UiError):
    status = 500

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"The conversations in {path} cannot be used: {reason}.",
            "Make room, or move the file away: a new one is begun then.",
        )


class NoSuchConversationError(UiError):
    status = 404

    def __init__(self) -> None:
        super().__init__(
            "There is no such conversation of yours.", "The list of conversations has those that there are."
        )


class WrongPasswordError(UiError):
    status = 401

    def __init__(self) -> None:
        super().__init__("Nobody has that name and password.", "Check both; after many tries, wait a minute.")


class UnreadableFiltersError(UiError):
    def __init__(self, where: str) -> None:
        super().__init__(
            f"The filters in this page's address cannot be read: {where}.", "Clear the filters, and ask again."
        )
