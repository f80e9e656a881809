"""Search filters as options of the command line, and in JSON as the HTTP API reads them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from index.filters import SearchFilters

_DAY = ["%Y-%m-%d"]

Since = Annotated[datetime | None, typer.Option("--since", formats=_DAY, help="Published on this day or later.")]
Until = Annotated[datetime | None, typer.Option("--until", formats=_DAY, help="Published on this day or earlier.")]
Language = Annotated[list[str] | None, typer.Option("--language", help="Of articles: en, sv, ...; may be repeated.")]
Outlet = Annotated[list[str] | None, typer.Option("--outlet", help="Who published it; may be repeated.")]
Speaker = Annotated[
    str | None, typer.Option("--speaker", help="Only passages that quote this person, by name or office.")
]
Kind = Annotated[Literal["article", "teaser"] | None, typer.Option("--kind", help="Whole articles or teasers.")]


def day_of(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def filters_of(
    since: datetime | None,
    until: datetime | None,
    language: list[str] | None,
    outlet: list[str] | None,
    speaker: str | None,
    kind: Literal["article", "teaser"] | None,
) -> SearchFilters | None:
    """The options as filters, None where none is given."""
    from index.filters import SearchFilters

    if since and until and since > until:
        raise typer.BadParameter("--since is after --until")
    filters = SearchFilters(
        published_from=day_of(since),
        published_to=day_of(until),
        language=language or None,
        outlet=outlet or None,
        speaker=speaker,
        kind=kind,
    )
    return None if filters == SearchFilters() else filters


def filters_json(filters: SearchFilters) -> dict[str, Any]:
    """The `filters` object of the HTTP API, without what is open."""
    return {name: _json(value) for name, value in asdict(filters).items() if value is not None}


def _json(value: str | date | Collection[str]) -> str | list[str]:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else sorted(value)
