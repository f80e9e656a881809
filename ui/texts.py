"""The languages of the web pages, and which of them, and which colours, a person wants.

What an answer says (refusals, notices) follows the question's language, and is `rag`'s; what an error says is in the page's, by
`ui.swedish_errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ui.english import EN
from ui.swedish import SV
from ui.wording import Texts

__all__ = ["EN", "SV", "TEXTS", "Look", "Texts", "look_of"]

Theme = Literal["light", "dark"]

LANGUAGE_COOKIE = "citera-language"
THEME_COOKIE = "citera-theme"

TEXTS: dict[str, Texts] = {texts.code: texts for texts in (EN, SV)}


@dataclass(frozen=True, slots=True)
class Look:
    """How a person wants pages: in which language, and light or dark; None is as the system is."""

    texts: Texts = EN
    theme: Theme | None = None


def look_of(cookies: dict[str, str], accepted: str) -> Look:
    """What the cookies choose; without one, the first language of the browser's (`Accept-Language`) that there are texts in."""
    theme = cookies.get(THEME_COOKIE)
    chosen = TEXTS.get(cookies.get(LANGUAGE_COOKIE, "")) or _preferred(accepted)
    return Look(chosen, "dark" if theme == "dark" else "light" if theme == "light" else None)


def _preferred(accepted: str) -> Texts:
    wished = (tag.partition(";")[0].strip().lower().partition("-")[0] for tag in accepted.split(","))
    return next((TEXTS[code] for code in wished if code in TEXTS), EN)
