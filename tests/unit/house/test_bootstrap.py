"""Credentials on disk, and what a Provider takes from them."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from qumulus.bootstrap import CredentialsFile, _url_of, first_devices, with_credentials
from qumulus.config import CloudSettings, DeviceSettings, ProviderSettings, SettingsError
from qumulus.domain.device import DeviceType, OnLostLease

KNOWN = CredentialsFile(
    url="http://127.0.0.1:8080", admin_token="a.b", users={"alice": "c.d"}, providers={"SC": "e.f"}
)
SC = DeviceSettings(id="SC", driver="superconducting")


def settings(data: Path, **given: Any) -> ProviderSettings:
    return ProviderSettings(**{"data": data, "devices": (SC,), **given})


def test_credentials_are_read_as_written_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    KNOWN.write(tmp_path)
    assert CredentialsFile.read(tmp_path) == KNOWN
    assert [path.name for path in tmp_path.iterdir()] == ["credentials.json"]
    assert stat.S_IMODE((tmp_path / "credentials.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", [None, "", "{", '{"url": "x"}', "[]"])
def test_missing_and_damaged_credentials_are_none(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "credentials.json").write_text(text)
    assert CredentialsFile.read(tmp_path) is None


def test_a_provider_takes_from_the_file_what_it_was_not_given(tmp_path: Path) -> None:
    KNOWN.write(tmp_path)
    found = with_credentials(settings(tmp_path))
    assert (found.url, found.devices[0].token) == (KNOWN.url, "e.f")
    own = DeviceSettings(id="SC", driver="superconducting", token="mine")
    found = with_credentials(settings(tmp_path, url="http://elsewhere", devices=(own,)))
    assert (found.url, found.devices[0].token) == ("http://elsewhere", "mine")


def test_a_provider_without_address_or_token_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--url"):
        with_credentials(settings(tmp_path))
    KNOWN.write(tmp_path)
    other = DeviceSettings(id="Lab", driver="statevector")
    with pytest.raises(SettingsError, match="admin token add"):
        with_credentials(settings(tmp_path, devices=(other,)))


class Bound:
    """A listener as far as its address is asked for."""

    def __init__(self, *address: object) -> None:
        self._address = address

    def getsockname(self) -> tuple[object, ...]:
        return self._address


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (("127.0.0.1", 8080), "http://127.0.0.1:8080"),
        (("0.0.0.0", 1234), "http://127.0.0.1:1234"),
        (("::", 1234, 0, 0), "http://[::1]:1234"),
        (("fe80::1", 1234, 0, 0), "http://[fe80::1]:1234"),
    ],
)
def test_the_written_address_can_be_called_from_this_machine(address: tuple[object, ...], url: str) -> None:
    listener: Any = Bound(*address)
    assert _url_of(CloudSettings(), listener) == url
    assert _url_of(CloudSettings(public_url="https://cloud"), listener) == "https://cloud"


def test_the_first_devices_are_a_qpu_and_a_simulator_as_their_drivers_describe_them() -> None:
    found = {device.id: device for device in first_devices()}
    assert found.keys() == {"SC", "SVSim"}
    assert (found["SC"].device_type, found["SVSim"].device_type) == (DeviceType.QPU, DeviceType.SIMULATOR)
    assert found["SC"].calibrated_at is not None
    assert found["SC"].device_info
    assert found["SVSim"].on_lost_lease is OnLostLease.REQUEUE


def test_a_cloud_without_the_extra_for_providers_can_still_make_the_first_devices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    described = {(device.id, device.device_type) for device in first_devices()}
    monkeypatch.delitem(sys.modules, "qumulus.provider.drivers")
    for module in [name for name in sys.modules if name.startswith("qumulus.provider.drivers.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.delitem(sys.modules, "qumulus.execution.counts", raising=False)
    monkeypatch.setitem(sys.modules, "numpy", None)  # as if it were not installed
    bare = first_devices()
    assert {(device.id, device.device_type) for device in bare} == described
    assert {device.n_qubits for device in bare} == {None}
