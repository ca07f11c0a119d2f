"""Every driver of the table passes the suite that authors of drivers are given."""

from __future__ import annotations

import pytest

from qumulus.provider.drivers import DRIVERS, load_driver
from qumulus.provider.drivers.base import Driver
from qumulus.testing.drivers import DriverConformance


class TestDrivers(DriverConformance):
    @pytest.fixture(autouse=True, params=sorted(DRIVERS))
    def choose_kind(self, request: pytest.FixtureRequest) -> None:
        self.kind = request.param

    def make_driver(self) -> Driver:
        return load_driver(self.kind, "device", {})
