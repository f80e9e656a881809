"""Settings: the only reader of the environment. Every variable is `CITERA_` and the field's name in capitals."""

from __future__ import annotations

import hashlib
import os
from datetime import tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from platformdirs import user_cache_path, user_data_path
from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.chunking import CHUNK_TOKENS, MAX_CHUNK_TOKENS
from index.fusion import LEXICAL_WEIGHT
from rag.errors import SettingsError

EXTRACTIVE = "extractive"
"""The writer that needs no model."""

NOT_ANSWERING = frozenset(
    """home cache chroma_url model_api_key model_timeout model_retries model_price_in model_price_out
    fetch_private_addresses fetch_timeout fetch_delay
    api_keys users hosts cors_origins rate_limit log_requests log_questions otel_endpoint""".split()
)
"""Settings that do not change what is answered: where things lie, what opens a server, what it costs, how pages are fetched, who may
speak to our own server."""
INDEXING = frozenset(("chunk_tokens", "embedding_model"))
"""Settings that an index is built by; all others can be changed on the same one."""

_PREFIX = "CITERA_"
_NOT_SETTINGS = {"CITERA_SEEDS", "CITERA_READABILITY"}


def _parted(given: Any) -> Any:
    """`a, b` from the environment as two values."""
    return [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else given


def _named(given: Any) -> Any:
    """`anna:PASSWORD, bo:PASSWORD` from the environment as passwords by name."""
    if not isinstance(given, str):
        return given
    return {name.strip(): password for name, _, password in (part.partition(":") for part in _parted(given))}


_Parted = BeforeValidator(_parted)
_Named = BeforeValidator(_named)
_Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+(:\d+)?$|^\[[0-9A-Fa-f:.]+\](:\d+)?$", to_lower=True)]
_Origin = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+$", to_lower=True)]
_Key = Annotated[SecretStr, Field(min_length=16)]
_UserName = Annotated[str, StringConstraints(pattern=r"^[\w.@-]{1,60}$")]
_Password = Annotated[SecretStr, Field(min_length=12)]


class Settings(BaseSettings):
    """How an assistant is built. Unknown names are refused, in the environment as in code.

    `home` holds the corpus and its index; `cache` holds models, shared by all homes.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    home: Path = Field(default_factory=lambda: user_data_path("citera"))
    cache: Path = Field(default_factory=lambda: user_cache_path("citera"))
    model: str = Field(default=EXTRACTIVE, description="extractive, or PROVIDER:MODEL")
    model_base_url: str | None = Field(default=None, description="another server for the provider's client")
    model_api_key: SecretStr | None = Field(
        default=None, description="for that server; else the provider's own variable"
    )
    model_temperature: float = Field(default=0.0, ge=0, le=2)
    model_timeout: float = Field(default=120, gt=0, description="seconds")
    model_retries: int = Field(default=2, ge=0, le=10)
    model_price_in: float | None = Field(default=None, ge=0, description="US dollars a million tokens read")
    model_price_out: float | None = Field(default=None, ge=0, description="US dollars a million tokens written")
    embedding_model: str = "multilingual-e5-small"
    embedding_runtime: Literal["auto", "openvino", "torch"] = "auto"
    chroma_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]+/?$",
        description="a Chroma server that keeps the vectors; else they are in the home",
    )
    chunk_tokens: int = Field(
        default=CHUNK_TOKENS,
        ge=20,
        le=MAX_CHUNK_TOKENS,
        description="most tokens of a chunk's text, as the embedder counts",
    )
    lexical_weight: float = Field(default=LEXICAL_WEIGHT, ge=0, le=100, description="of word matches, in dense units")
    reranker: str | None = Field(
        default=None, min_length=1, description="a cross-encoder that orders the best hits anew: its folder or hub name"
    )
    fetch_private_addresses: bool = Field(default=False, description="open URLs on this machine and its network too")
    fetch_timeout: float = Field(default=60, gt=0, description="seconds for one page, its redirects included")
    fetch_delay: float = Field(default=1, ge=0, description="seconds between two pages of a host that a list names")
    api_keys: Annotated[tuple[_Key, ...], NoDecode, _Parted] = Field(
        default=(), description="a client of the server shows one of these; none: only this machine is served"
    )
    users: Annotated[dict[_UserName, _Password], NoDecode, _Named] = Field(
        default_factory=dict, description="who may log in, as NAME:PASSWORD, with conversations of their own"
    )
    hosts: Annotated[tuple[_Host, ...], NoDecode, _Parted] = Field(
        default=(), description="names that the server is reached by, beside its own address"
    )
    cors_origins: Annotated[tuple[_Origin, ...], NoDecode, _Parted] = Field(
        default=(), description="sites whose pages may use the server from a browser"
    )
    rate_limit: int = Field(default=1_200, ge=0, description="requests a minute of one client; 0: any number")
    log_requests: bool = Field(default=True, description="one JSON line a request on stderr")
    log_questions: bool = Field(default=False, description="with the question in it")
    otel_endpoint: str | None = Field(
        default=None, description="where OpenTelemetry traces are sent, such as http://127.0.0.1:4318/v1/traces"
    )
    time_zone: str | None = Field(
        default=None, description="IANA name of the zone that yesterday is reckoned in; this machine's unless set"
    )
    passages: int = Field(default=8, ge=1, le=50, description="chunks an answer is sought in")
    max_quotes: int = Field(default=4, ge=1, le=20, description="quotations given for one speaker")
    max_words: int = Field(
        default=60, ge=10, le=400, description="words of source text in an answer to a fact question"
    )

    @model_validator(mode="after")
    def _known_environment(self) -> Self:
        known = {_PREFIX + name.upper() for name in type(self).model_fields} | _NOT_SETTINGS
        unknown = sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)
        if unknown:
            raise ValueError(
                f"unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known - _NOT_SETTINGS))}"
            )
        return self

    @model_validator(mode="after")
    def _both_prices(self) -> Self:
        if (self.model_price_in is None) != (self.model_price_out is None):
            raise ValueError("model_price_in and model_price_out are set together or not at all")
        return self

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None and name not in available_timezones():
            raise ValueError(f"there is no time zone {name!r}; a name is such as Europe/Stockholm")
        return name

    @property
    def zone(self) -> tzinfo | None:
        """The zone that relative dates are reckoned in, None for this machine's."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    @property
    def model_prices(self) -> tuple[float, float] | None:
        """US dollars a million tokens that the model reads and writes, where they are known."""
        if self.model_price_in is None or self.model_price_out is None:
            return None
        return self.model_price_in, self.model_price_out

    @property
    def digest(self) -> str:
        """Names everything that can change an answer."""
        from rag.prompts import PROMPT_VERSION

        answering = PROMPT_VERSION + self.model_dump_json(exclude=set(NOT_ANSWERING))
        return hashlib.sha256(answering.encode()).hexdigest()[:16]


def load_settings(home: Path | None = None, model: str | None = None) -> Settings:
    """Settings from the environment, with what a command line overrides.

    Raises:
        SettingsError: one of them is unknown or out of range; the message names it.
    """
    try:
        loaded = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = _PREFIX + str(first["loc"][0]).upper() if first["loc"] else ""
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise SettingsError(
            f"{name}: {reason}." if name else f"{reason[0].upper()}{reason[1:]}.", "Correct or unset it."
        ) from None
    overrides = {name: value for name, value in (("home", home), ("model", model)) if value is not None}
    return loaded.model_copy(update=overrides)
