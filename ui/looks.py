"""How whoever sent a request wants what is written to them."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from ui.texts import Look, look_of

DEPENDS_ON = "Accept-Language, Cookie"
"""The headers that a look is chosen by."""


def look_at(scope: Scope) -> Look:
    headers = Headers(scope=scope)
    return look_of(cookie_parser(headers.get("cookie", "")), headers.get("accept-language", ""))
