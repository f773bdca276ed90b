"""Figures in Prometheus' text, by a registry of the run's own: the library's own one is everybody's."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from waybill_status.figures import Distribution, Figure, Values, Watched

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class RunCollector(Collector):
    """A run's figures at the moment that somebody asks."""

    def __init__(self, run: Watched) -> None:
        self._run = run

    def collect(self) -> Iterator[Metric]:
        for figure, values in self._run.figures():
            yield _family(figure, values)


def registry_of(run: Watched) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(RunCollector(run))
    return registry


def text_of(registry: CollectorRegistry) -> bytes:
    return generate_latest(registry)


def _family(figure: Figure, values: Values) -> Metric:
    match figure.kind:
        case "histogram":
            histogram = HistogramMetricFamily(figure.name, figure.meaning, labels=figure.labels)
            for labels, value in values.items():
                if isinstance(value, Distribution):
                    buckets = [(_shown(bound), float(count)) for bound, count in value.cumulated()]
                    histogram.add_metric(labels, buckets, value.sum)
            return histogram
        case "counter":
            family: CounterMetricFamily | GaugeMetricFamily = CounterMetricFamily(
                figure.name, figure.meaning, labels=figure.labels
            )
        case "gauge":
            family = GaugeMetricFamily(figure.name, figure.meaning, labels=figure.labels)
    for labels, value in values.items():
        if not isinstance(value, Distribution):
            family.add_metric(labels, value)
    return family


def _shown(bound: float) -> str:
    return "+Inf" if bound == float("inf") else str(float(bound))
