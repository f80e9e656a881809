"""Every error that a page can show has Swedish words, and a Swedish page shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from http import HTTPStatus
from typing import Any

import pytest

from corpus.errors import CiteraError, SourceNotFoundError
from evals import errors as evals_errors
from evals.records import broken
from index import errors as index_errors
from rag.errors import SettingsError
from rag.refusals import NOTICES
from tests.ui.sentences import ROOT, calls
from ui import errors as ui_errors
from ui.error_messages import STATUS, told
from ui.history import Exchange
from ui.swedish_errors import ERRORS, TITLES
from ui.texts import EN, SV
from ui.turns import answered_html

OF_COMMANDS = {
    SourceNotFoundError,  # a path, which the owner's command alone may name
    SettingsError,
    index_errors.ManifestMismatchError,
    index_errors.WeightsError,
    index_errors.ModelNotFoundError,
    index_errors.RerankerNotFoundError,
    evals_errors.BaselineError,
    evals_errors.GridError,
    evals_errors.LabelError,
    evals_errors.QuestionFailedError,
    evals_errors.SystemUnusableError,
    evals_errors.UnrecordedError,
    ui_errors.HostRefusedError,
    ui_errors.AddressNotHereError,
    ui_errors.PortTakenError,
    ui_errors.ReportNotWrittenError,
    ui_errors.ServerRefusedError,
}
"""What is met while the server starts, or by a command."""
OF_PROGRAMS = {ui_errors.UnsupportedError, ui_errors.ClientGoneError}
"""What OpenAI's clients read, and what nobody does."""
MEASURING = ("evals/records.py", "evals/run_folder.py", "evals/compare.py", "evals/judgements.py", "evals/drafting/")
"""The modules of `evals` that the pages use: questions and runs are read by them, data sets and other systems by commands."""
SAMPLES = (
    ui_errors.BusyError(),
    ui_errors.BusyError("An ingest is running already."),
    ui_errors.OwnerOnlyError(),
    ui_errors.SpanOutsideTextError(11, 22, 33),
    ui_errors.SpanOutsideTextError(None, 22, 33),
    ui_errors.HistoryError("/home/x/conversations.db", "database is locked"),
    ui_errors.HistoryError("/home/x/conversations.db", "an answer in it was written by another version"),
    ui_errors.NoSuchConversationError(),
    ui_errors.WrongPasswordError(),
    ui_errors.UnreadableFiltersError("published_from"),
    broken(ROOT / "drafts.jsonl", "line 3, question", "Field required"),
)
"""Those that say the same wherever they are raised, and one that takes its sentence from elsewhere."""


def kinds(base: type[CiteraError] = CiteraError) -> Iterator[type[CiteraError]]:
    for kind in base.__subclasses__():
        if kind.__module__.partition(".")[0] in ("corpus", "index", "rag", "evals", "ui"):
            yield kind
            yield from kinds(kind)


KINDS = set(kinds())
SHOWN = {kind.__name__ for kind in KINDS - OF_COMMANDS - OF_PROGRAMS}


def raised() -> Iterator[tuple[str, str]]:
    """Every sentence that an error which a page can show is made with, by the error's name."""
    for call in calls():
        reached = not call.place.startswith("evals/") or call.place.startswith(MEASURING)
        if reached and call.name in SHOWN | {"Problem", "HTTPException", "Rejected", "rejected"}:
            place = "a.csv, line 5: " if call.name == "rejected" else ""
            first = {"Problem": 1, "HTTPException": 1, "Rejected": 1}.get(call.name, 0)
            for position, said in enumerate(call.arguments[first : first + 2]):
                yield from ((call.name, f"{place if position == 0 else ''}{one}") for one in said if has_words(one))


def has_words(text: str) -> bool:
    """Whether anything but numbered holes is in it."""
    return any(map(str.isalpha, text))


RAISED = sorted(pair for pair in set(raised()) if pair[0] != "HistoryError" and pair[1] != "⟦1⟧: ⟦2⟧.")
"""A history's reason fills its sample; `evals.records.broken` has one, too."""


@pytest.mark.parametrize("sentence", sorted({sentence for _, sentence in RAISED}))
def test_every_sentence_of_an_error_has_swedish_words(sentence: str) -> None:
    words, language = ERRORS.said(SV, sentence)
    found = ERRORS.found(sentence)

    assert language == "sv", f"give it a form in ui/swedish_errors.py: {sentence}"
    assert found is not None
    assert [word for word in found[1] if has_words(word) and word not in ERRORS.names and word != "a.csv"] == []
    assert all(hole in words for hole in sentence.split() if hole.startswith("⟦") and hole.endswith("⟧"))


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_is_told_in_swedish_with_what_it_names(error: CiteraError) -> None:
    words, language = told(SV, error.what, error.remedy)
    named = [word for word in f"{error.what}".replace(".", " ").split() if word.isdecimal() or "/" in word]

    assert language == "sv"
    assert all(name in words for name in named)
    assert told(EN, error.what, error.remedy) == (str(error), "en")


def test_every_kind_of_error_is_raised_in_words_or_left_to_commands() -> None:
    bases = {kind for kind in KINDS if kind.__subclasses__()}
    in_words = {name for name, _ in RAISED} | {type(error).__name__ for error in SAMPLES}

    assert {kind.__name__ for kind in KINDS - bases - OF_COMMANDS - OF_PROGRAMS} <= in_words
    assert not {kind.__name__ for kind in OF_COMMANDS | OF_PROGRAMS} & {type(error).__name__ for error in SAMPLES}
    assert len(RAISED) > 150


def test_every_status_that_is_sent_has_a_swedish_title() -> None:
    statuses = {kind.status for kind in KINDS - OF_COMMANDS - OF_PROGRAMS if issubclass(kind, ui_errors.UiError)}

    assert {*statuses, *STATUS.values(), 401, 403, 404, 405, 408, 413, 415, 421, 422, 429, 500} <= TITLES.keys()
    assert all(HTTPStatus(status).phrase != title for status, title in TITLES.items())


def test_a_sentence_of_no_known_form_stays_english_and_says_so() -> None:
    assert told(SV, "Nobody foresaw this.", "Shorten it.") == ("Nobody foresaw this. Shorten it.", "en")
    assert told(SV, "The question is empty.") == ("Frågan är tom.", "sv")


HORII = "what did Horii say?"
SWEDISH = {"Accept-Language": "sv-SE,sv;q=0.9,en;q=0.8"}
PAGE = {"Accept": "text/html", **SWEDISH}
REFUSED: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "empty question": (
        "POST",
        "/api/ask",
        {"json": {"question": " "}},
        "Frågan är tom. Fråga något, till exempel: vad sa Horii?",
    ),
    "empty search": ("POST", "/api/search", {"json": {"query": ""}}, "Det finns inget att söka efter. Ange några ord"),
    "long question": (
        "POST",
        "/api/ask",
        {"json": {"question": "a" * 2_001}},
        "question har 2 001 tecken; högst 2 000 tas emot.",
    ),
    "no question": ("POST", "/api/ask", {"json": {}}, "question saknas."),
    "unknown field": (
        "POST",
        "/api/ask",
        {"json": {"question": "?", "colour": 1}},
        "colour är inget fält i förfrågan;",
    ),
    "no text": ("POST", "/api/ask", {"json": {"question": 3}}, "question: ska vara text."),
    "no day": (
        "POST",
        "/api/ask",
        {"json": {"question": "?", "filters": {"published_from": "x"}}},
        "ska vara ett datum",
    ),
    "wrong order": (
        *("POST", "/api/ask"),
        {"json": {"question": "?", "filters": {"published_from": "2024-02-02", "published_to": "2024-01-01"}}},
        "filters: published_from är efter published_to.",
    ),
    "no role": (
        *("POST", "/api/ask", {"json": {"question": "?", "history": [{"role": "x", "text": ""}]}}),
        "history.0.role: ska vara ”user” eller ”assistant”.",
    ),
    "too many": ("POST", "/api/search", {"json": {"query": "a", "limit": 900}}, "limit: får vara högst 100."),
    "too few": (
        "POST",
        "/api/ask",
        {"json": {"question": "?", "filters": {"speaker": ""}}},
        "speaker: ska ha minst 1 tecken.",
    ),
    "no JSON": (
        "POST",
        "/api/ask",
        {"content": b"{", "headers": {"Content-Type": "application/json"}},
        "inte giltig JSON",
    ),
    "no address": (
        "POST",
        "/api/ingest",
        {"json": {"urls": ["ftp://x"]}},
        "en adress börjar med http:// eller https://",
    ),
    "no source": ("POST", "/api/ingest", {"json": {}}, "förfrågan: ange minst en av urls och paths."),
    "no file": ("POST", "/api/ingest/files", {"files": {"other": b""}}, "files saknas."),
    "no form": ("POST", "/api/ingest/files", {"json": {}}, "Skicka förfrågan som multipart/form-data."),
    "broken form": (
        *("POST", "/api/ingest/files"),
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        "Det som skickades kan inte läsas.",
    ),
    "large": (
        "POST",
        "/api/ask",
        {"json": {"question": "a" * 1_000_001}},
        "Det som skickades är större än 1 000 000 byte.",
    ),
    "not the owner": ("POST", "/api/ingest", {"json": {"paths": ["/tmp"]}}, "Det får bara serverns ägare göra."),
    "unknown article": ("GET", "/articles/0000", {}, "Det finns ingen artikel 0000. Se citera articles list."),
    "no such words": ("GET", "/articles/{harbour}?start=5&end=2", {}, "Tecknen 5 till 2 finns inte i artikeln"),
    "unknown page": ("GET", "/people/nobody", {}, "Det finns inget GET /people/nobody."),
    "wrong method": ("GET", "/logout", {}, "/logout går inte med GET."),
    "wrong page": ("GET", "/corpus?page=0", {}, "page: ska vara minst 1."),
    "wrong number": ("GET", "/corpus?page=x", {}, "page: ska vara ett heltal."),
    "nobody's address": ("GET", "/no-such-page", {}, "Det finns inget GET /no-such-page."),
    "no file of ours": ("GET", "/citera-static/none.css", {}, "Sidan finns inte."),
    "another's conversation": ("GET", "/history/none/json", {}, "Du har inget sådant samtal."),
    "inside": ("POST", "/api/ask", {"json": {"question": "break"}}, "Något gick fel inne i Citera."),
    "another site": (
        "GET",
        "/corpus",
        {"headers": {"Origin": "https://evil.example"}},
        "Andra webbplatsers sidor får inte",
    ),
    "another host": (
        "GET",
        "/corpus",
        {"headers": {"Host": "evil.example"}},
        "Servern svarar bara på sin egen adress.",
    ),
}
"""What is asked for, and what is said of it."""


@pytest.mark.parametrize("case", REFUSED)
def test_who_wants_swedish_is_refused_in_it(client: Any, harbour: Any, case: str) -> None:
    method, path, sent, said = REFUSED[case]
    path, headers = path.format(harbour=harbour.id), sent.get("headers", {})
    replies = [client.request(method, path, **{**sent, "headers": headers | more}) for more in (SWEDISH, PAGE, {})]
    told_, page, plain = replies
    document = told_.json()

    assert said in document["detail"]
    assert document["title"] == TITLES[document["status"]]
    assert told_.headers["content-language"] == "sv"
    assert "Accept-Language" in told_.headers["vary"]
    assert f"<h1>{document['title']}</h1>" in page.text
    assert '<html lang="sv"' in page.text
    assert said in unescape(page.text)
    assert said not in plain.json()["detail"]
    assert (plain.headers["content-language"], plain.json()["title"]) == ("en", HTTPStatus(plain.status_code).phrase)


def test_the_language_that_was_chosen_on_the_page_counts_before_the_browser_s(client: Any) -> None:
    chosen = {"Cookie": "citera-language=en", **SWEDISH}
    assert client.post("/api/ask", json={"question": ""}, headers=chosen).json()["detail"].startswith("The question")
    chosen["Cookie"] = "citera-language=sv"
    assert client.post("/api/ask", json={"question": ""}, headers=chosen).json()["detail"].startswith("Frågan")


def test_a_rejected_page_is_told_in_swedish(client: Any) -> None:
    body = {"urls": ["http://example.org/empty"], "pages": True}
    swedish, english = (client.post("/api/ingest", json=body, headers=more).json() for more in (SWEDISH, {}))

    for told_, reason, remedy in (
        (swedish, "http://example.org/empty är tom.", "Ta bort den, eller spara sidan igen."),
        (english, "http://example.org/empty is empty.", "Remove it, or save the page again."),
    ):
        for rejected in (told_["rejected"][0], told_["pages"][-1]):
            assert (rejected["reason"], rejected["remedy"]) == (reason, remedy)


def test_strangers_are_told_in_swedish(serve: Any, assistant: Any) -> None:
    server = serve(assistant, users={"anna": "anna's password"}, rate_limit=12)
    wrong = server.post("/login", json={"name": "anna", "secret": "guess"}, headers=SWEDISH)
    assert wrong.json()["detail"].startswith("Ingen har det namnet och lösenordet. Kontrollera båda;")
    assert server.get("/history", headers=SWEDISH).json()["detail"].startswith("Logga in, eller visa en nyckel")

    too_many = next(reply for _ in range(60) if (reply := server.get("/history", headers=SWEDISH)).status_code == 429)
    assert too_many.json()["detail"].startswith("För många förfrågningar. Försök igen om ")


def test_programs_of_openai_s_kind_are_told_in_english(client: Any) -> None:
    reply = client.post("/v1/chat/completions", json={"model": "citera", "messages": []}, headers=SWEDISH)

    assert "messages" in reply.json()["error"]["message"]
    assert "content-language" not in reply.headers


@pytest.mark.parametrize("kind", ["failed", "broke_off"])
def test_what_failed_at_a_provider_is_told_in_the_answer_s_language(assistant: Any, kind: str) -> None:
    failed = "openai:x failed: 401 Unauthorized."
    for question, language, said in (
        ("Vad sa Horii?", "sv", "openai:x misslyckades: 401 Unauthorized. "),
        (HORII, "en", f"{failed} "),
    ):
        notice = NOTICES[language][kind].format(reason=failed)
        answer = dataclasses.replace(assistant.ask(question), notice=notice)
        exchange = Exchange("e", "c", question, {}, answer, datetime(2026, 1, 2, tzinfo=UTC))
        html = answered_html(exchange, (), {}, EN)

        assert f'<p class="notice" lang="{language}">{said}{notice.removeprefix(failed).strip()}</p>' in html
