"""Articles as HTML, answers and findings as plain text, and the way that any words of the corpus go into markup.

Text, titles, names and URLs are hostile: everything passes `escaped`, `attribute` or `safe_url` on its way out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from textwrap import shorten
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from corpus.article import Article, Paragraph, Span
from corpus.cleaning import printable
from rag.dates import format_date
from rag.refusals import NEAREST
from rag.settings import EXTRACTIVE
from ui.errors import SpanOutsideTextError
from ui.texts import EN, Look, Texts

if TYPE_CHECKING:
    from index.stories import Copy
    from rag.answer import AnswerJson, Citation, CitationJson, CopyJson
    from rag.checking import FindingJson
    from ui.forms import Said

STATIC = "/citera-static"
NAMED_COPIES = 8
"""Other copies that an article's page names."""


@dataclass(frozen=True, slots=True)
class Cited:
    """Which answer's citation a reader follows to an article: the exchange's id, and all citations of its answer."""

    exchange: str
    marker: int
    citations: tuple[Citation, ...]

    @property
    def citation(self) -> Citation | None:
        return next((citation for citation in self.citations if citation.marker == self.marker), None)


def article_link(
    article_id: str, text_sha256: str | None = None, span: Span | None = None, cited: tuple[str, int] | None = None
) -> str:
    """The address of an article's page, opened at `span` of the version `text_sha256`; `cited` is the exchange whose answer cites it,
    and the marker."""
    place: dict[str, str | int] = {} if text_sha256 is None else {"sha": text_sha256}
    if cited is not None:
        place |= {"answer": cited[0], "marker": cited[1]}
    if span is not None:
        place |= {"start": span.start, "end": span.end}
    address = f"/articles/{quote(article_id, safe='')}"
    return f"{address}?{urlencode(place)}#cited" if place else address


def safe_url(url: str | None) -> str | None:
    """The URL when it is plain http or https, else None: a link must not run anything."""
    if url is None or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


# The article page


def cited_span(article: Article, start: int | None, end: int | None) -> Span | None:
    """The span that a link asks for; None when it asks for none.

    Raises:
        SpanOutsideTextError: it is empty, reaches outside the text, or lacks one of its ends.
    """
    if start is None and end is None:
        return None
    if start is None or end is None or not 0 <= start < end <= len(article.text):
        raise SpanOutsideTextError(start, end, len(article.text))
    return Span(start, end)


def article_page(
    article: Article,
    span: Span | None = None,
    *,
    host: Article | None,
    current: bool,
    story: Article | None = None,
    copies: Sequence[Copy] = (),
    cited: Cited | None = None,
    look: Look = Look(),
) -> str:
    """The article as a page of its own, `span` of it marked. `host` is the article a teaser was found on, `story` the one it is for,
    `copies` the others that carry the same story; `cited` leads on to the other sources of the answer that cites it."""
    title, texts = heading(article.title, article.text), look.texts
    same = [
        other.span
        for other in (cited.citations if cited else ())
        if (other.article_id, other.text_sha256) == (article.id, article.text_sha256)
    ]
    return page_html(
        title,
        f"""<article>
<header>
{_citations(cited, texts)}<h1 lang="{attribute(article.language or "und")}">{escaped(title)}</h1>
<p class="byline">{_byline(article, texts)}</p>
</header>
{_copies(copies, texts)}{_notes(article, host, story, current, texts)}<div lang="{attribute(article.language or "und")}">
{"".join(_paragraphs(article, span, same))}</div>
</article>""",
        look,
    )


def problem_page(title: str, said: Said, look: Look) -> str:
    return page_html(
        title,
        f'<article class="problem" lang="{said.language}"><h1>{escaped(title)}</h1><p>{escaped(said.words)}</p></article>',
        look,
    )


def welcome_page(look: Look) -> str:
    """What the source panel shows before anything has been cited."""
    texts = look.texts
    return page_html(
        texts.source,
        f'<article class="welcome"><h1>{texts.no_source_yet}</h1><p>{texts.no_source_yet_more}</p></article>',
        look,
    )


def page_html(title: str, body: str, look: Look = Look(), *, script: bool = False, style: str = "") -> str:
    """A page of ours; one of the chat's tabs has `script`, and loads `pages.js`; `style` is the address of one more style sheet."""
    theme = f' data-theme="{look.theme}"' if look.theme else ""
    more = f'<link rel="stylesheet" href="{style}">\n' if style else ""
    scripts = f'<script src="{STATIC}/pages.js" defer></script>\n' if script else ""
    return f"""<!doctype html>
<html lang="{look.texts.code}"{theme}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(title)} · Citera</title>
<link rel="stylesheet" href="{STATIC}/pages.css">
{more}<link rel="stylesheet" href="{STATIC}/colours.css">
{scripts}</head>
<body{' class="tab"' if script else ""}>
<main>
{body}
</main>
</body>
</html>
"""


def _citations(cited: Cited | None, texts: Texts) -> str:
    """The sources of the answer that the reader comes from, each a step away, and whose words these are."""
    if cited is None or cited.citation is None:
        return ""
    links = "".join(
        f'<li><a href="{attribute(article_link(one.article_id, one.text_sha256, one.span, (cited.exchange, one.marker)))}"'
        f' title="{attribute(heading(one.title, one.quote))}"{" aria-current=true" if one.marker == cited.marker else ""}>'
        f'<span class="sr-only">{texts.source_number.format(marker="")}</span>{one.marker}</a></li>'
        for one in cited.citations
    )
    speaker = cited.citation.speaker
    said = f'<p class="said-by">{escaped(texts.said_by.format(speaker=speaker))}</p>' if speaker else ""
    return f'<nav class="citations" aria-label="{texts.of_this_answer}"><ol>{links}</ol>{said}</nav>\n'


def _byline(article: Article, texts: Texts) -> str:
    facts = [escaped(fact) for fact in (article.outlet, ", ".join(article.authors) or None) if fact]
    if article.published is not None:
        day = format_date(article.published, texts.code)
        facts.append(f'<time datetime="{article.published.isoformat()}">{day}</time>')
    url = safe_url(article.url)
    if url is not None:
        facts.append(f'<a href="{attribute(url)}" target="_blank" rel="noopener noreferrer">{texts.original}</a>')
    return '<span aria-hidden="true"> · </span>'.join(facts)


def _copies(copies: Sequence[Copy], texts: Texts) -> str:
    named = ", ".join(_copy(copy, texts) for copy in copies[:NAMED_COPIES])
    rest = len(copies) - NAMED_COPIES
    more = f" {texts.and_more.format(count=rest)}" if rest > 0 else ""
    return f'<p class="copies">{texts.also_in} {named}{more}</p>\n' if named else ""


def _copy(copy: Copy, texts: Texts) -> str:
    name = escaped(copy.outlet or copy.title or copy.article_id)
    day = f", {format_date(copy.published, texts.code)}" if copy.published else ""
    edited = f" ({texts.edited})" if copy.kind == "near" else ""
    return f'<a href="{attribute(article_link(copy.article_id))}">{name}</a>{day}{edited}'


def _notes(article: Article, host: Article | None, story: Article | None, current: bool, texts: Texts) -> str:
    notes = []
    if article.kind == "teaser":
        link = f'<a href="{article_link(host.id)}">{escaped(heading(host.title, host.text))}</a>' if host else ""
        found = texts.found_teaser_on.format(host=link) if host else texts.found_teaser
        whole = f' <a href="{article_link(story.id)}">{texts.open_whole}</a>.' if story else ""
        notes.append(f"{found}{whole}")
    if not current:
        notes.append(f'{texts.superseded} <a href="{article_link(article.id)}">{texts.open_current}</a>.')
    return "".join(f'<p class="note">{note}</p>\n' for note in notes)


def _paragraphs(article: Article, span: Span | None, also: Sequence[Span]) -> Iterator[str]:
    first_mark = True
    for paragraph in _covering(article):
        tag = "h2" if paragraph.kind == "heading" else "p"
        foreign = paragraph.language and paragraph.language != article.language
        language = f' lang="{attribute(paragraph.language)}"' if paragraph.language and foreign else ""
        whole = paragraph.span
        cited = span or Span(0, 0)
        start, end = max(whole.start, cited.start), min(whole.end, cited.end)
        if start < end:
            before, marked, after = Span(whole.start, start), Span(start, end), Span(end, whole.end)
            name = ' id="cited"' if first_mark else ""
            first_mark = False
            mark = f"<mark{name}>{escaped(marked.of(article.text))}</mark>"
            content = f"{_beside(article.text, before, also)}{mark}{_beside(article.text, after, also)}"
        else:
            content = _beside(article.text, whole, also)
        yield f"<{tag}{language}>{content}</{tag}>\n"


def _beside(text: str, part: Span, also: Sequence[Span]) -> str:
    """A part of the text with the other spans that an answer cites underlined."""
    shown, position = "", part.start
    for span in sorted(also):
        start, end = max(position, span.start), min(part.end, span.end)
        if start < end:
            shown += f'{escaped(text[position:start])}<span class="also">{escaped(text[start:end])}</span>'
            position = end
    return shown + escaped(text[position : part.end])


def _covering(article: Article) -> Iterator[Paragraph]:
    """The article's paragraphs, and any text between them, so that no character of a citation goes unshown."""
    position = 0
    for paragraph in sorted(article.paragraphs, key=lambda paragraph: paragraph.span):
        yield from _gap(article.text, position, paragraph.span.start)
        yield paragraph
        position = paragraph.span.end
    yield from _gap(article.text, position, len(article.text))


def _gap(text: str, start: int, end: int) -> Iterator[Paragraph]:
    if text[start:end].strip():
        yield Paragraph(Span(start, end), "body", None)


# Plain text


def answer_text(answer: AnswerJson) -> str:
    """The answer and its numbered sources, for a terminal."""
    lines = [answer["text"], ""]
    if answer["notice"]:
        lines += [answer["notice"], ""]
    if answer["model"] != EXTRACTIVE and not answer["refused"]:
        lines += [EN.paraphrased.format(model=answer["model"]), ""]
    for citation in answer["citations"]:
        lines += _source_lines(f"[{citation['marker']}]", citation)
    if answer["nearest"]:
        lines += [NEAREST[answer["language"]], ""]
    for citation in answer["nearest"]:
        lines += [f"“{_one_line(citation['quote'])}”", *_source_lines("  –", citation), ""]
    return printable("\n".join(lines).rstrip("\n"))


def _source_lines(mark: str, citation: CitationJson) -> list[str]:
    facts = (
        heading(citation["title"], citation["quote"]),
        citation["outlet"],
        (citation["published"] or "")[:10],
        citation["speaker"],
    )
    return [f"{mark} {', '.join(fact for fact in facts if fact)}", f"    {citation['url'] or citation['article_id']}"]


VERDICTS = {
    "found": "FOUND",
    "altered": "ALTERED",
    "wrong_speaker": "WRONG SPEAKER",
    "not_found": "NOT FOUND",
}


def findings_text(findings: Sequence[FindingJson]) -> str:
    """What the articles say to a draft, for a terminal: a block a finding, and the counts."""
    blocks = [
        "\n    ".join(
            [f"{VERDICTS[finding['verdict']]}  {finding['kind']}: {_one_line(finding['text'])}", *_about(finding)]
        )
        for finding in findings
    ]
    counts: Counter[str] = Counter(finding["verdict"] for finding in findings)
    summary = ", ".join(f"{counts[verdict]} {name.lower()}" for verdict, name in VERDICTS.items())
    return printable("\n\n".join([*blocks, f"{summary}."]))


def _about(finding: FindingJson) -> Iterator[str]:
    """What is wrong with it, what differs, and the sources."""
    if finding["note"]:
        yield _one_line(finding["note"])
    for change in finding["changes"]:
        original, given = _one_line(change["original"]) or "(nothing)", _one_line(change["given"]) or "(nothing)"
        yield f"article: {original} | draft: {given}"
    for source in finding["sources"][:NAMED_COPIES]:
        facts = (
            source["speaker"],
            source["outlet"],
            (source["published"] or "")[:10],
            source["url"] or source["article_id"],
        )
        yield f"“{_one_line(source['quote'])}” {', '.join(fact for fact in facts if fact)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def article_text(article: dict[str, Any]) -> str:
    """An article's JSON form, for a terminal: title, what is known of it, text."""
    facts = (article["outlet"], article["published"], article["url"], article["id"])
    head = f"{heading(article['title'], article['text'])}\n{', '.join(fact for fact in facts if fact)}"
    copies = f"\nAlso in: {also_in(article['copies'])}" if article["copies"] else ""
    return printable(f"{head}{copies}\n\n{article['text']}")


def also_in(copies: Sequence[CopyJson]) -> str:
    """Who else carries a story, and when: `Post 2026-02-04, Courier (edited)`."""
    named = (
        " ".join(filter(None, (copy["outlet"] or copy["url"] or copy["article_id"], (copy["published"] or "")[:10])))
        + (" (edited)" if copy["kind"] == "near" else "")
        for copy in copies
    )
    return ", ".join(named)


def heading(title: str | None, text: str) -> str:
    """The title; for a teaser that has none, its first words."""
    return title or f"“{shorten(text, 70, placeholder=' …')}”"


def on_one_line(values: Iterable[object]) -> str:
    """Values separated by tabs, each without tabs and line breaks of its own; None is empty."""
    texts = ("" if value is None else str(value) for value in values)
    return "\t".join(printable(" ".join(text.split())) for text in texts)


def iso_to_date(stated: str | None, language: str) -> str | None:
    """`4 February 2026` of an ISO 8601 date or time."""
    return format_date(datetime.fromisoformat(stated), language) if stated else None


def shortened(text: str, most: int) -> str:
    """On one line, cut between words."""
    return shorten(text, most, placeholder=" …")


def escaped(text: str) -> str:
    return escape(text, quote=False).replace("\r", "&#13;")


def attribute(text: str) -> str:
    return escape(text, quote=True).replace("\r", "&#13;")
