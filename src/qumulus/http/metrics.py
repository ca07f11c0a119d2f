"""Counts of requests and of what the services did, as Prometheus reads them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any, Final

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from qumulus.domain.device import DeviceLoad
from qumulus.domain.ids import DeviceId
from qumulus.service.meters import Meters

BOUNDS_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0, 70.0)


class RequestMeter:
    """Counts requests by route, method and status; a microsecond each."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], list[int]] = {}
        self._sums: dict[tuple[str, str, int], float] = {}

    def note(self, key: tuple[str, str, int], seconds: float) -> None:
        """Count one request: its route template, method and status, and how long it took."""
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = [0] * (len(BOUNDS_S) + 1)
            self._sums[key] = 0.0
        counts[bisect_left(BOUNDS_S, seconds)] += 1
        self._sums[key] += seconds

    def collect(self) -> Iterator[Metric]:
        """Give the histogram."""
        family = HistogramMetricFamily(
            "qumulus_http_request_seconds",
            "Requests by route, method and status; long polls count their waiting.",
            labels=["route", "method", "status"],
        )
        for (route, method, status), counts in sorted(self._counts.items()):
            buckets, total = [], 0
            for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), counts, strict=True):
                total += count
                buckets.append((bound, total))
            family.add_metric(
                [route, method, str(status)], buckets, sum_value=self._sums[route, method, status]
            )
        yield family


def render_metrics(requests: RequestMeter, meters: Meters, loads: Mapping[DeviceId, DeviceLoad]) -> bytes:
    """Write everything in the Prometheus text format."""
    registry = CollectorRegistry()
    registry.register(_Snapshot(requests, meters, loads))
    ProcessCollector(registry=registry)
    page: bytes = generate_latest(registry)
    return page


class _Snapshot:
    def __init__(self, requests: RequestMeter, meters: Meters, loads: Mapping[DeviceId, DeviceLoad]) -> None:
        self._requests = requests
        self._meters = meters
        self._loads = loads

    def collect(self) -> Iterator[Any]:
        meters = self._meters
        yield from self._requests.collect()
        moved = CounterMetricFamily(
            "qumulus_jobs_moved", "Jobs that came to a status, by that status.", labels=["status"]
        )
        for status, count in sorted(meters.moved.items()):
            moved.add_metric([status], count)
        yield moved
        yield CounterMetricFamily("qumulus_claims", "Claim calls that got jobs.", value=meters.claims)
        yield CounterMetricFamily("qumulus_leases_expired", "Leases that ran out.", value=meters.expired)
        yield GaugeMetricFamily("qumulus_long_polls", "Held requests.", value=meters.open_waits)
        yield GaugeMetricFamily("qumulus_event_streams", "Open streams.", value=meters.open_streams)
        waiting = GaugeMetricFamily("qumulus_jobs_waiting", "Jobs that wait.", labels=["device"])
        claimed = GaugeMetricFamily("qumulus_jobs_claimed", "Jobs that are claimed.", labels=["device"])
        for device, load in sorted(self._loads.items()):
            waiting.add_metric([device], load.n_waiting)
            claimed.add_metric([device], load.n_claimed)
        yield waiting
        yield claimed
