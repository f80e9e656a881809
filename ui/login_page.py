"""Where a person logs in, on a server that asks for a password or a key."""

from __future__ import annotations

from ui.rendering import attribute, page_html
from ui.texts import Look


def login_page(look: Look, to: str) -> str:
    """`to` is where it leads to afterwards; `pages.js` sends the form, and stays on this server."""
    texts = look.texts
    return page_html(
        texts.login,
        f'<form class="login" data-to="{attribute(to)}" data-silent="{attribute(texts.no_reply)}"><h1>{texts.login}</h1>'
        f"<p>{texts.login_intro}</p>"
        f'<label>{texts.user_name}<input name="name" autocomplete="username" maxlength="60"></label>'
        f'<label>{texts.password}<input name="secret" type="password" autocomplete="current-password" required maxlength="200"></label>'
        f'<p class="problem" role="alert"></p><button>{texts.log_in}</button></form>',
        look,
        script=True,
    )
