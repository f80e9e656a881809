"""What a page states about its article in lines of their own: who wrote it, when it was published, by whom.

In English, Swedish, Norwegian, Danish, German, French and Spanish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from corpus.dates import find_date, without_date
from corpus.people import is_role_word

_UPPER = "A-ZÀ-ÖØ-Þ"
_WORD = rf"[{_UPPER}][\w.'’-]*"
_NAME = rf"{_WORD}(?: (?:{_WORD}|von|van|de|del|der|den|du|di|da|la|le|af|al|bin|y)){{0,3}}"
_NAMES = rf"{_NAME}(?:(?:,| and| och| og| und| et| y| &| \|) {_NAME})*"
_FIRM = r"by|av|text|tekst|texte|texto|reporter|words|story|writer|skribent|författare|journalist|journaliste|autor(?:in)?|auteur|edited by|written by|reported by|reviewed by|recenserad av|(?:rolling |live )?coverage by|skriven av|skrevet a[vf]|geschrieben von|ein (?:artikel|beitrag|kommentar|gastbeitrag|bericht) von|propos recueillis par|un article de|escrito por|(?:text|tekst) (?:och|og|&) (?:foto|bild)|text and photos?|text und fotos?"
_GENRE = r"(?:krönika|kommentar|kronik|kronikk|analys|analyse|recension|anmeldelse|reportage|column|comment|essay|review|opinion|debatt|ledare|columna|crónica|análisis|chronique|tribune|critique|gastbeitrag)"
_LOOSE = rf"{_GENRE} (?:av|af|by|von|par|por|de)|af|von|par|por|de notre [\w ]{{3,40}}?|von unserem [\w ]{{3,30}}?|von unserer [\w ]{{3,30}}?"
_BYLINE = re.compile(
    rf"(?:(?i:{_FIRM})\s*:?\s+(?P<names>{_NAMES})(?P<tail>(?:\W.{{0,100}})?)"
    rf"|(?:[^.:|]{{3,20}}[.:|] )?(?:(?i:{_LOOSE}):?) (?P<full>{_WORD} {_NAMES})(?P<rest>(?: ?[,|·/(–—-].{{0,100}})?))"
)
_STAMP = re.compile(
    r"(?P<first>published|first published|publicera[dt]s?|publ\.|posted|skapad|publisert|publiceret|udgivet|utgitt|veröffentlicht|erschienen|publiée?|mis en ligne|paru|publicad[oa])\b.{0,160}"
    r"|(?P<dated>stand|datum|dato|date|fecha|erstellt)\b.{0,160}"
    r"|(?P<later>updated|uppdatera[dt]s?|senast (?:uppdaterad|ändrad)|last (?:updated|modified)|oppdatert|sist oppdatert|opdateret|senest opdateret|sidst opdateret|aktualisiert|zuletzt aktualisiert|letzte aktualisierung|letztes update"
    r"|mise? à jour|màj|modifiée?|dernière mise à jour|actualizad[oa]|última actualización|modificad[oa])\b.{0,140}",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"(?<!\d)\d\d([./])\d\d\1(?=\d\d(?!\d|\1))")
"""Stands before the year of `Published 04.03.26`. Without such a word nobody knows that it is a date."""
_CLOCK = re.compile(
    r"\d{1,2}[:.h]\d{2}|\b\d+ ?(?:min|h|tim|hours?|days?|dagar|dager|dage|timmar|timer|stunden|tagen|heures|jours|horas|días)\b",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(
    r"\b(?:(?:first )?published(?: on)?|publicera[dt]|publisert|publiceret|udgivet|veröffentlicht(?: am)?|publiée?(?: le)?|publicad[oa](?: el)?|updated|uppdatera[dt]|oppdatert|opdateret|stand|on|am|le|el|den|d\.|kl\.?|klockan|klokken|at|à|a las|um|uhr|h|gmt(?:[+-]\d+)?|utc(?:[+-]\d+)?|ce?s?t|me[sz]z|est|edt|bst|[ap]m"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|(?:mån|tis|ons|tors|fre|lör|sön)dag(?:en)?|(?:man|tirs|ons|tors|fre|lør|søn)dag|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b\.?",
    re.IGNORECASE,
)
_SEPARATED = re.compile(r"[|·•–—/]|\s-\s")
_PERSON = re.compile(rf"(?:Dr\.? |Prof\.? )?{_WORD}(?: (?:von|van|de|del|der|af|la|le))*(?: {_WORD}){{1,2}}")
_OUTLET_WORD = re.compile(
    r"(?:the|le|la|les|el|il|der|die|das|\w*(?:post|times|news|nytt|nyheter|tidning(?:en)?|bladet|posten|avisen?|zeitung|kurier|courier|herald|gazette|journal|press|presse|tribune|anzeiger|nachrichten|tagblatt|echo|diario|periódico|courrier|radio|tv|online|magazine|magasinet|allehanda|agency|media|redaktion(?:en)?|redacción|rédaction))",
    re.IGNORECASE,
)
_AGENCY = r"(?:AFP|AP|NTB|TT|dpa|EFE|Ritzau|ritzau|Reuters|REUTERS|APA|SID|Europa Press|Belga|FNB|STT|ANSA)"
_WITH_AGENCY = re.compile(
    rf"/?\(?{_AGENCY}(?:[ /-]{_AGENCY})*\)?/?|(?P<outlet>[^.!?:/]{{2,50}}?) (?:avec|med|mit|with|con|og|and|und|et) {_AGENCY}(?:(?:,| et| und| og| och| and|/)? {_AGENCY})*"
)
_COPYRIGHT = re.compile(
    rf"(?:©|\([cC]\)|[Cc]opyright)\s*(?:©\s*)?(?:\d{{4}}\s*(?:[–-]\s*\d{{4}})?,?\s+)?(?P<outlet>[{_UPPER}][^.,|©\d]{{2,50}}?)(?:\s+\d{{4}})?\s*(?:[.,|].*)?"
)


@dataclass(frozen=True, slots=True)
class Imprint:
    """What one line states, and the rule by which it is no part of the story."""

    rule: str
    authors: tuple[str, ...] = ()
    published: date | datetime | None = None
    outlet: str | None = None


def read_imprint(line: str, *, day_first: bool = False) -> Imprint | None:
    """What `line` states about the article if it does nothing else. `day_first` reads 05/03/2026 as the fifth of March."""
    if len(line) > 160:
        return None
    if (authors := byline_authors(line)) is not None:
        return Imprint("byline", authors, find_date(line, day_first=day_first))
    if is_date_stamp(line):
        match = _STAMP.fullmatch(line)
        later = match is not None and match["later"] is not None
        stated = find_date(_SHORT_YEAR.sub(r"\g<0>20", line), day_first=day_first)
        return Imprint("date-stamp", published=None if later else stated)
    if (agency := _WITH_AGENCY.fullmatch(line)) is not None:
        return Imprint("agency", outlet=agency["outlet"])
    return _outlet_line(line, day_first)


def byline_authors(line: str) -> tuple[str, ...] | None:
    """Authors named by a byline such as `By Anna Berg and Per Ek`; None if `line` is no byline."""
    match = _BYLINE.fullmatch(line) if len(line) <= 160 else None
    if match is None:
        return None
    tail = (match["tail"] or match["rest"] or "").rstrip()
    if tail.endswith(".") or len(tail.split()) > 9:
        return None
    names = re.split(r", | and | och | og | und | et | y | & | \| ", match["names"] or match["full"])
    return tuple(name for name in names if not is_role_word(name)) or None


def is_date_stamp(line: str) -> bool:
    """Whether `line` says when the page was published or updated and nothing else."""
    match = _STAMP.fullmatch(line) if len(line) <= 160 else None
    if match is None or line.endswith(("!", "?")) or (line.endswith(".") and not line[-2:-1].isdigit()):
        return False
    stated = find_date(line) is not None or _CLOCK.search(line) is not None or re.search(r"\d/\d", line) is not None
    return stated or (match["dated"] is None and len(line.split()) <= 4)


def is_person(line: str) -> bool:
    """Whether `line` is two or three capitalised words and could be somebody's name."""
    words = line.split()
    return len(line) <= 40 and _PERSON.fullmatch(line) is not None and not any(map(_OUTLET_WORD.fullmatch, words))


def copyright_holder(line: str) -> str | None:
    """The outlet that a copyright line names, or None."""
    match = _COPYRIGHT.fullmatch(line)
    return match["outlet"].strip() if match else None


def _outlet_line(line: str, day_first: bool) -> Imprint | None:
    """`Outlet | 5 February 2026`, `Anna Berg · 5 February 2026`, `Sellby, 5 February 2026` or a bare date."""
    stated = find_date(line, day_first=day_first) if len(line) <= 120 else None
    if stated is None:
        return None
    parts = [_DATE_WORDS.sub(" ", part) for part in _SEPARATED.split(without_date(line, day_first=day_first, mark="@"))]
    parts = [part.strip(" ,.:()") for part in parts]
    names = [part for part in parts if re.search(r"[^\W\d_]", part)]
    if not names:
        return Imprint("outlet-line", published=stated)
    if re.search(r"[.!?][\"'”’»)\]]*$", line) and not line[-2:-1].isdigit():
        return None
    if "@" in parts and len(names) <= 3 and len(names[0].split()) <= 6:
        if is_person(names[0]):
            return Imprint("outlet-line", authors=(names[0],), published=stated)
        return Imprint("outlet-line", published=stated, outlet=names[0])
    names = [name.strip(" @,") for name in names]
    place = names[0] if len(names) == 1 and line.startswith(names[0]) and line[-1] != "." else ""
    if 0 < len(place.split()) <= 2 and all(word[0].isupper() for word in place.split()):
        return Imprint("outlet-line", published=stated)
    return None
