"""What Prometheus reads at /metrics. Every label has few values: route templates, never addresses; model names, never questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.answer import AnswerJson
    from ui.workers import Workers

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120)
"""Bucket borders: an extractive answer takes some 10 ms, a small language model some seconds."""


class Metrics:
    """The numbers of one server, in a registry of their own."""

    def __init__(self, workers: Workers) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._requests = Counter(
            "citera_requests", "Requests by route and status.", ("method", "path", "status"), registry=registry
        )
        self._seconds = Histogram(
            "citera_request_seconds", "From request to the reply's end.", ("path",), buckets=SECONDS, registry=registry
        )
        self._answers = Counter(
            "citera_answers", "Answers by outcome: answered, or why not.", ("outcome", "model"), registry=registry
        )
        self._stages = Histogram(
            "citera_stage_seconds", "One stage of an answer.", ("stage",), buckets=SECONDS, registry=registry
        )
        jobs = Gauge("citera_jobs", "Jobs of the pipeline that run or wait.", registry=registry)
        jobs.set_function(lambda: float(workers.jobs))

    def request(self, method: str, path: str, status: int, seconds: float) -> None:
        self._requests.labels(method, path, status).inc()
        self._seconds.labels(path).observe(seconds)

    def answer(self, answer: AnswerJson) -> None:
        self._answers.labels(answer["refusal_reason"] or "answered", answer["model"]).inc()
        for stage, milliseconds in answer["timings_ms"].items():
            self._stages.labels(stage).observe(milliseconds / 1000)

    def text(self) -> tuple[bytes, str]:
        """Everything in Prometheus' own format, with its content type."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return generate_latest(self._registry), CONTENT_TYPE_LATEST
