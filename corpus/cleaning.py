"""The only code that alters characters or drops lines, before an `Article` exists. What it drops, it returns.

`clean_characters` repairs what scraping does to characters; `boilerplate_rule` names the rule by which a line is no
part of any article (None: it is one).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from corpus.people import is_role_word

CLEANER_VERSION = "1"
"""Raised when cleaning the same bytes gives another text: files are then read again."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that did not become part of an article: its text, and the rule that dropped it."""

    text: str
    rule: str


_INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x061C,
        0x180E,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xE0000, 0xE0080),
    ]
)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NEWLINE = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_SPACES = re.compile(r"[^\S\n]+")


def clean_characters(raw: str) -> tuple[str, list[Dropped]]:
    """NFC text with plain spaces and newlines; typographic quotes are kept.

    Zero-width and bidirectional control characters, soft hyphens and control characters are removed and counted in the
    returned record.
    """
    text = _NEWLINE.sub("\n", raw)
    visible = _CONTROL.sub("", text.translate(_INVISIBLE))
    removed = len(text) - len(visible)
    dropped = [Dropped(f"{removed} invisible or control characters", "invisible-characters")] if removed else []
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", visible.translate(_LIGATURES)))
    return "\n".join(line.strip() for line in text.split("\n")), dropped


def without_half_characters(text: str) -> str:
    """Lone surrogates, which JSON may carry and UTF-8 may not, become question marks."""
    return text.encode("utf-8", "replace").decode()


def printable(text: str) -> str:
    """Without what has no shape, or could drive a terminal: controls but line breaks and tabs, bidirectional marks, half characters."""
    return "".join(character for character in text if character in "\n\t" or character.isprintable())


_AI = r"(?:av|by|with|med(?: hjälp av)?|using) (?:ai|artificial intelligence|artificiell intelligens)"
_LABEL = (
    rf"(?:(?:rapporterad|skriven|skapad|sammanfattad|översatt|(?:(?:bild|text|illustration)(?:en)? )?(?:är )?(?:genererad|skapad|framtagen)"
    rf"|reported|written|summari[sz]ed|translated|(?:(?:image|text|picture|illustration|summary) )?(?:generated|created|made)) {_AI}"
    r"|ai[- ](?:assisted|generated)(?: (?:summary|image|text|translation))?|ai-(?:genererad|sammanfattning|bild)(?: bild| text)?"
    r"|faktagranskad|faktakollad|fact[- ]checked)"
)
_NETWORK = r"(?:facebook|twitter|x|linkedin|whatsapp|instagram|telegram|reddit|bluesky|threads|messenger|pinterest|e-?mail|e-?post|mejla?|sms|copy link|kopiera länk|link|länk|print|skriv ut|tipsa(?: (?:redaktionen|oss|en vän))?)"
_NAME = r"[A-ZÅÄÖÉÜÆØ][\w.'’-]*(?: (?:[A-ZÅÄÖÉÜÆØ][\w.'’-]*|von|van|de|der|af|al|bin)){0,3}"
_CREDIT = r"(?:photo(?:graph)?s?|foto(?:graf)?|bild(?:en)?|image|picture|illustration|grafik|graphic|credit|arkivbild|file photo)"

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (rule, re.compile(pattern, re.IGNORECASE))
    for rule, pattern in (
        ("ai-label", rf"(?:{_LABEL}[\s.,·|/()]*)+"),
        (
            "cookie-notice",
            r"(?:.{0,40}[.!] )?(?:we|vi|(?:this|our) (?:web ?)?(?:site|page)|(?:den här |denna |vår )?(?:webbplats(?:en)?|webbsida(?:n)?|sajt(?:en)?|sida(?:n)?)|our partners|we and our partners)\b.{0,60}\b(?:use|uses|using|använder|sätter|store)\b.{0,60}\b(?:cookies?|kakor)\b.*",
        ),
        (
            "cookie-notice",
            r"(?:.{0,60}\b(?:by|genom att)\b.{0,80}\b(?:accept|agree|consent|godkänner|accepterar|samtycker)\b.{0,160}\b(?:cookies?|kakor)\b.*)",
        ),
        (
            "cookie-notice",
            r"(?:cookies?|kakor|cookie[- ](?:settings|policy|notice|inställningar)|(?:om|about|hantera|manage) (?:cookies|kakor)|your privacy(?: matters| choices)?|din integritet)",
        ),
        (
            "privacy-notice",
            r"(?:läs|read|see|se)\b.{0,40}\b(?:integritetspolicy|privacy policy|privacy notice|cookie policy|cookiepolicy)\b.{0,60}|(?:integritetspolicy|privacy policy|terms of (?:use|service)|användarvillkor|personuppgifter)|(?:läs|read|here|här).{0,60}\b(?:personuppgifter|personal data)\b.{0,30}",
        ),
        (
            "share-bar",
            rf"(?:(?:dela|share|tipsa|skicka)(?: (?:artikeln|sidan|den här artikeln|this(?: article| story| page)?|the article|on|på|via|med|with|by|friends|en vän)?)*[:\s]*(?:{_NETWORK}[\s,|·/&]*|(?:och|and|on|på) )*)",
        ),
        ("share-bar", rf"(?:{_NETWORK}[\s,|·/&]+)+{_NETWORK}"),
        (
            "read-more",
            r"(?:read more|läs mer|läs vidare|läs även|läs också|läs hela|see also|also read|more on this(?: story)?|mer om ämnet|more from|mer från|fler nyheter|more news|continue reading|fortsätt läsa)(?:\s*[:>–—-].{0,200}|\s[^.!?,]{0,80})?[…>»]*",
        ),
        (
            "newsletter",
            r"(?:[^.!?]{0,60}[.!?:] )?(?:sign up|subscribe|register|prenumerera|anmäl dig|få|get|join|vill du (?:ha|få))\b.{0,120}\b(?:newsletters?|nyhetsbrev(?:et)?|inbox|inkorg(?:en)?|push notices|pushnotiser)\b.{0,120}",
        ),
        (
            "newsletter",
            r"(?:subscribe|prenumerera|bli prenumerant|become a (?:member|subscriber))\b[^.]{0,80}[.!]?|(?:nyhetsbrev|newsletter|enter your e-?mail.{0,40}|din e-?postadress.{0,40})",
        ),
        (
            "photo-credit",
            rf"{_CREDIT}\s*[:/©].{{0,160}}|{_CREDIT} (?:by|av) (?-i:{_NAME})(?:\s?[/,(].{{0,60}})?|.{{0,200}}[.(]\s*{_CREDIT}\s*[:/]\s?.{{1,80}}|\(?(?:AP|Reuters|AFP|TT|Getty|NTB)(?: (?:photo|foto|images))?(?: ?/ ?[\w .-]{{1,40}})?\)?",
        ),
        (
            "copyright",
            r"(?:©|\(c\) ?\d|copyright\s*(?:©|\(c\)|\d{4}|by\b)|all rights reserved|alla rättigheter|ansvarig utgivare|upphovsrätt).{0,200}",
        ),
        (
            "advertisement",
            r"(?:advertisement|annons(?:er)?|reklam|sponsored(?: content)?|ad|sponsrat innehåll|story continues below.{0,40}|artikeln fortsätter.{0,40})",
        ),
        (
            "navigation",
            r"(?:(?:home|hem|start|startsida|menu|meny|search|sök|log ?in|logga in|sign in|skip to (?:main )?content|hoppa till (?:huvud)?innehåll(?:et)?|till toppen|back to top|tillbaka|back|next|nästa|previous|föregående|contact(?: us)?|kontakta? ?(?:oss)?|about us|om oss|news|nyheter|sport|kultur|ekonomi|väder|weather|business|opinion|world|lokalt|local|inrikes|utrikes|e-tidning|play|live|video|tips(?:a)?(?: oss)?)(?:\s*[|>›»/·•]\s*|\s+|$))+",
        ),
        ("navigation", r"[^.!?]{1,40}(?:\s[>›»]\s[^.!?]{1,60}){1,4}"),
        (
            "comments",
            r"(?:(?:\d+ )?comments?|(?:\d+ )?kommentarer|kommentera(?: artikeln)?|leave a comment|join the (?:conversation|discussion)|skriv en kommentar)(?: \(\d+\))?",
        ),
        ("tags", r"(?:tags?|taggar|ämnen|topics|etiketter|keywords|nyckelord|more about|mer om)\s*:.{0,200}"),
        (
            "reading-time",
            r"(?:lästid|reading time|läsningstid)[:\s]*(?:ca )?\d+ ?min\.?(?:uter|utes)?|\d+[ -]min(?:ute)?s? (?:read|läsning)",
        ),
        (
            "listen",
            r"(?:lyssna(?: på artikeln)?|listen(?: to (?:this )?article)?|play audio|spela upp)(?: \(?\d.{0,12})?",
        ),
    )
)
_PRESSED = frozenset(
    "avböj neka avvisa acceptera godkänn godkänner tillåt accept reject decline allow deny agree inställningar settings preferences ok"
    " manage hantera understand förstår necessary nödvändiga".split()
)
_BUTTONS = _PRESSED | frozenset(
    "alla all bara endast only i jag got it cookies cookie kakor change ändra options choices val close stäng och and or eller".split()
)
_BYLINE = re.compile(
    rf"(?i:by|av|text|reporter|words|writer|skribent|författare|written by|skriven av|text och foto|text & foto)\s*:?\s+(?P<names>{_NAME}(?:(?:,| and| och| &) {_NAME})*)(?P<tail>[\s,|·/–-]*.{{0,100}})"
)
_STAMP = re.compile(
    r"(?i:published|publicera[dt]s?|publ\.|updated|uppdatera[dt]s?|posted|senast (?:uppdaterad|ändrad)|last (?:updated|modified)|skapad)\b.{0,120}"
)
_RELATED = re.compile(
    r"(?:relaterade?(?: (?:artiklar|nyheter|innehåll|läsning))?|related(?: (?:articles|stories|news|content|coverage|reading|links))?"
    r"|läs (?:också|även|mer|vidare)|mer (?:läsning|att läsa|om ämnet|i ämnet)|fler (?:artiklar|nyheter)|more (?:stories|articles|news|on this(?: topic| story)?|to read|like this)|you (?:may|might) also like"
    r"|read (?:also|next|more)|also (?:read|in the news)|see also|recommended(?: for you)?|rekommendera(?:t|de)(?: (?:för dig|artiklar|läsning))?|mest lästa?|most read|trending|senaste nytt|latest news|andra läser|just nu|up next)\s*:?",
    re.IGNORECASE,
)


def boilerplate_rule(line: str) -> str | None:
    """The rule by which `line` belongs to no article, or None. Linear in the line; lines over 600 characters are kept."""
    if len(line) > 600:
        return None
    if not any(character.isalnum() for character in line):
        return "no-words"
    for rule, pattern in _RULES:
        if pattern.fullmatch(line):
            return rule
    return "consent-button" if _is_row_of_buttons(line) else None


def _is_row_of_buttons(line: str) -> bool:
    """`Accept all  Only necessary  Settings`, glued together or not."""
    words = re.findall(r"\w+", re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", line).casefold())
    return len(words) <= 16 and _BUTTONS.issuperset(words) and not _PRESSED.isdisjoint(words) and not line.endswith("?")


def is_related_heading(line: str) -> bool:
    """Whether `line` opens a section of teasers for other stories."""
    return len(line) <= 60 and _RELATED.fullmatch(line) is not None


def byline_authors(line: str) -> tuple[str, ...] | None:
    """Authors named by a byline such as `By Anna Berg and Per Ek`; None if `line` is no byline."""
    match = _BYLINE.fullmatch(line) if len(line) <= 160 else None
    if match is None or match["tail"].rstrip().endswith(".") or len(match["tail"].split()) > 9:
        return None
    names = re.split(r", | and | och | & ", match["names"])
    return tuple(name for name in names if not is_role_word(name)) or None


def is_date_stamp(line: str) -> bool:
    """Whether `line` says when the page was published or updated and nothing else."""
    brief = len(line.split()) <= 4 or any(character.isdigit() for character in line)
    return brief and len(line) <= 140 and _STAMP.fullmatch(line) is not None and not line.endswith((".", "!", "?"))
