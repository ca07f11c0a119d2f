"""Settings: precedence, and mistakes said clearly."""

from __future__ import annotations

from pathlib import Path

import pytest

from qumulus.config import CloudSettings, ProviderSettings, SettingsError, load, unknown_variables


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("QUMULUS_DATA", "QUMULUS_DATABASE", "QUMULUS_LISTEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def write(data: Path, text: str) -> None:
    (data / "config.toml").write_text(text)


def test_a_flag_beats_the_environment_that_beats_the_file(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(data, '[cloud]\nlisten = "127.0.0.1:1"\ndatabase = "sqlite:///f"\npublic_url = "http://file"')
    monkeypatch.setenv("QUMULUS_LISTEN", "127.0.0.1:2")
    monkeypatch.setenv("QUMULUS_DATABASE", "sqlite:///e")
    found = load(CloudSettings, "cloud", flags={"data": data, "database": "sqlite:///g", "listen": None})
    assert (found.listen, found.database, found.public_url) == ("127.0.0.1:2", "sqlite:///g", "http://file")


def test_the_default_database_is_sqlite_in_the_data_directory(data: Path) -> None:
    found = load(CloudSettings, "cloud", flags={"data": data})
    assert found.database_url == f"sqlite:///{data}/qumulus.db"


def test_an_unknown_key_is_refused_with_the_nearest_name(data: Path) -> None:
    write(data, '[cloud]\nlisten_on = "x"')
    with pytest.raises(SettingsError, match=r"'listen_on' is no key of \[cloud\].*did you mean 'listen'"):
        load(CloudSettings, "cloud", flags={"data": data})


def test_an_unknown_key_of_a_device_is_refused_with_the_nearest_name(data: Path) -> None:
    write(data, '[[provider.devices]]\nid = "A"\ndriver = "statevector"\nslot = 2')
    with pytest.raises(SettingsError, match=r"'slot' is no key of \[\[provider.devices\]\].*'slots'"):
        load(ProviderSettings, "provider", flags={"data": data})


def test_an_unknown_table_is_refused(data: Path) -> None:
    write(data, "[clouds]")
    with pytest.raises(SettingsError, match="did you mean 'cloud'"):
        load(ProviderSettings, "provider", flags={"data": data})


def test_a_wrong_type_is_named(data: Path) -> None:
    write(data, "[provider]\nlease_s = 'long'")
    with pytest.raises(SettingsError, match="lease_s"):
        load(ProviderSettings, "provider", flags={"data": data})


def test_broken_toml_says_where(data: Path) -> None:
    write(data, "[cloud]\nlisten = here")
    with pytest.raises(SettingsError, match="line 2"):
        load(CloudSettings, "cloud", flags={"data": data})


def test_a_named_file_must_exist(data: Path) -> None:
    with pytest.raises(SettingsError, match="no settings file"):
        load(CloudSettings, "cloud", flags={"data": data}, file=data / "absent.toml")


def test_devices_are_read_from_the_file(data: Path) -> None:
    write(
        data,
        '[provider]\nlease_s = 20\n[[provider.devices]]\nid = "QPU"\ndriver = "superconducting"\n'
        "slots = 3\n[provider.devices.options]\nseed = 1",
    )
    found = load(ProviderSettings, "provider", flags={"data": data})
    assert found.lease_s == 20
    assert [(one.id, one.slots, one.options) for one in found.devices] == [("QPU", 3, {"seed": 1})]


def test_an_unknown_variable_sets_nothing_and_is_known_as_such(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUMULUS_PORT", "tcp://10.0.0.1:80")
    monkeypatch.setenv("QUMULUS_LISTN", "0.0.0.0:80")
    assert load(CloudSettings, "cloud", flags={"data": data}).address == ("127.0.0.1", 8080)
    assert unknown_variables() == {"QUMULUS_LISTN": "QUMULUS_LISTEN", "QUMULUS_PORT": ""}


def test_a_value_that_does_not_fit_is_named_with_its_table(data: Path) -> None:
    write(data, "[provider]\nlease_s = 1")
    with pytest.raises(SettingsError, match=r"^lease_s in \[provider\] does not fit: .*5\.0$"):
        load(ProviderSettings, "provider", flags={"data": data})


@pytest.mark.parametrize("text", ["8080", "localhost", "host:", "host:http", "host:70000"])
def test_an_address_needs_host_and_port(text: str) -> None:
    with pytest.raises(SettingsError, match="host:port"):
        _ = CloudSettings(listen=text).address


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert CloudSettings(listen="[::1]:9").address == ("::1", 9)


@pytest.mark.parametrize(
    ("table", "line", "name"),
    [
        ("cloud", "requests_per_s = 0", "requests_per_s"),
        ("cloud", "keep_tombstones_days = -1", "keep_tombstones_days"),
        ("cloud", "keep_calibrations_days = -1", "keep_calibrations_days"),
        ("cloud", "keep_audit_days = -1", "keep_audit_days"),
        ("cloud", "registrations_per_user = -1", "registrations_per_user"),
        ("provider", "lease_s = 1", "lease_s"),
        ("provider", "lease_s = 86400", "lease_s"),
        ("provider", "claim_ahead = -1", "claim_ahead"),
        ("provider", "worker = ''", "worker"),
        ("provider", f"worker = '{'w' * 65}'", "worker"),
        ("provider", "devices = []", "devices"),
        ("provider", "devices = [{id = 'A', driver = 'statevector', slots = 0}]", "slots"),
        ("provider", "devices = [{id = '', driver = 'statevector'}]", "id"),
        ("provider", "devices = [{id = 'A', driver = 'x'}, {id = 'A', driver = 'y'}]", "'A' twice"),
    ],
)
def test_a_value_out_of_bounds_is_refused_at_the_start(data: Path, table: str, line: str, name: str) -> None:
    write(data, f"[{table}]\n{line}")
    with pytest.raises(SettingsError, match=name):
        load(CloudSettings if table == "cloud" else ProviderSettings, table, flags={"data": data})


@pytest.mark.parametrize("url", ["quantum.example.org", "https://", "ftp://host", "http//host"])
def test_a_public_url_must_be_one(url: str) -> None:
    with pytest.raises(SettingsError, match=r"public_url.*https://"):
        CloudSettings(public_url=url)


@pytest.mark.parametrize("text", [":8080", "[]:8080"])
def test_all_addresses_are_never_meant_by_naming_none(text: str) -> None:
    with pytest.raises(SettingsError, match=r"0\.0\.0\.0"):
        _ = CloudSettings(listen=text).address
