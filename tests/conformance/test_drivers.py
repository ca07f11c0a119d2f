"""Every driver of the table, and one of another package, passes the suite that authors are given."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from qumulus.provider.drivers import DRIVERS, load_driver
from qumulus.provider.drivers.base import Driver
from qumulus.testing.drivers import DriverConformance
from qumulus.testing.gateway import GatewayServer


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayServer]:
    with GatewayServer(columns=2) as server:
        yield server


class TestDrivers(DriverConformance):
    @pytest.fixture(autouse=True, params=sorted(DRIVERS))
    def choose_kind(self, request: pytest.FixtureRequest, gateway: GatewayServer) -> None:
        self.kind = request.param
        self.options = {"address": gateway.address} if self.kind == "gateway" else {}

    def make_driver(self) -> Driver:
        return load_driver(self.kind, "device", self.options)


class TestFakeDevice(DriverConformance):
    """A device with noise behind the driver ``qiskit``, as a vendor's package makes it."""

    test_a_killed_job_leaves_nothing_behind_and_the_next_one_runs = None  # type: ignore[assignment] # as above

    def make_driver(self) -> Driver:
        backend = "qiskit_ibm_runtime.fake_provider:FakeManilaV2"
        return load_driver("qiskit", "device", {"backend": backend, "touches_hardware": False})


class TestDriverOfAnotherPackage(DriverConformance):
    """The device of the how-to, found by its entry point as after ``pip install`` of a package."""

    @pytest.fixture(autouse=True)
    def install(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        page = Path(__file__).parents[2] / "docs" / "how-to" / "offer-your-own-device.md"
        source = page.read_text().split("bench_qpu.py <<'END'\n")[1].split("END\n")[0]
        (tmp_path / "a_lab_of_their_own.py").write_text(source)
        told = tmp_path / "a_lab_of_their_own-1.0.dist-info"
        told.mkdir()
        (told / "METADATA").write_text("Metadata-Version: 2.1\nName: a-lab-of-their-own\nVersion: 1.0\n")
        (told / "entry_points.txt").write_text("[qumulus.drivers]\ntheirs = a_lab_of_their_own:BenchQpu\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "a_lab_of_their_own", raising=False)

    def make_driver(self) -> Driver:
        assert "theirs" in entry_points(group="qumulus.drivers").names
        return load_driver("theirs", "device", {})
