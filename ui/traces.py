"""OpenTelemetry: a span a request, which FastAPI makes itself, and under it one for every stage of an answer. Off unless
`otel_endpoint` is set; nothing is sent anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import time_ns
from typing import TYPE_CHECKING

from rag.errors import SettingsError

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

    from rag import Settings


class Traces:
    """The spans of one server; none where no endpoint is set.

    Raises:
        SettingsError: traces are wanted, and the extra is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        self._provider = None if settings.otel_endpoint is None else _provider(settings.otel_endpoint)

    @property
    def telemetry(self) -> TelemetryConfig:
        """What `FastAPI(telemetry=...)` takes."""
        config: TelemetryConfig = {
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        }
        return config if self._provider is None else {**config, "tracing": True, "tracer_provider": self._provider}

    def stages(self, timings_ms: Mapping[str, float]) -> None:
        """Adds the stages of an answer that is ready now, one after the other, to the request's span."""
        if self._provider is None:
            return
        tracer = self._provider.get_tracer("citera")
        start = time_ns() - int(sum(timings_ms.values()) * 1e6)
        for stage, milliseconds in timings_ms.items():
            span = tracer.start_span(f"citera.{stage}", start_time=start)
            start += int(milliseconds * 1e6)
            span.end(end_time=start)

    def close(self) -> None:
        """Sends what has not been sent."""
        if self._provider is not None:
            self._provider.shutdown()


def _provider(endpoint: str) -> TracerProvider:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsError(
            "CITERA_OTEL_ENDPOINT is set, but OpenTelemetry's exporter is not installed.", "pip install 'citera[otel]'"
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "citera"}))
    provider.add_span_processor(_without_queries())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint)))
    return provider


def _without_queries() -> SpanProcessor:
    """Takes query strings out of spans: that of /api/quotes holds what is asked."""
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import Span, SpanProcessor

    class WithoutQueries(SpanProcessor):
        def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002  # the base class's signature
            if span.attributes and "url.query" in span.attributes:
                span.set_attribute("url.query", "REDACTED")

    return WithoutQueries()
