"""The options of ``up``, ``cloud`` and ``provider``, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from qumulus.cli.servers import _cloud_settings, _device
from qumulus.config import CloudSettings, SettingsError


def read(
    data: Path, *, host: str | None = None, port: int | None = None, database: str = ""
) -> CloudSettings:
    return _cloud_settings(
        host, port, data=data, database=database or None, config=None, log_level=None, log_format=None
    )


def test_host_and_port_replace_their_part_of_what_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUMULUS_LISTEN", "10.0.0.1:99")
    assert read(tmp_path).address == ("10.0.0.1", 99)
    assert read(tmp_path, port=0).address == ("10.0.0.1", 0)
    assert read(tmp_path, host="0.0.0.0").address == ("0.0.0.0", 99)
    assert read(tmp_path, host="::1", port=7).address == ("::1", 7)


def test_the_data_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    read(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://host", "/a/file", "postgres"])
def test_a_database_of_another_kind_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(typer.BadParameter, match="postgresql://user@host/name or sqlite:///path"):
        read(tmp_path, database=url)


@pytest.mark.parametrize("url", ["postgresql://host/name", "postgres://host/name", "sqlite:///a/file"])
def test_a_database_that_a_store_is_for_is_taken(tmp_path: Path, url: str) -> None:
    assert read(tmp_path, database=url).database_url == url


def test_a_device_is_its_id_and_its_driver() -> None:
    assert (_device("Lab=statevector", "t").id, _device("Lab=statevector", "t").driver) == (
        "Lab",
        "statevector",
    )
    for text in ("Lab", "=statevector", "Lab=", ""):
        with pytest.raises(SettingsError, match="ID=DRIVER"):
            _device(text, "t")
