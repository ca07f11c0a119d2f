"""The options of ``up``, ``cloud`` and ``provider``, before anything starts."""

from __future__ import annotations

import asyncio
import errno
import socket
import sqlite3
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from qumulus.bootstrap import CredentialsFile
from qumulus.cli import extras
from qumulus.cli.console import NOT_BUILT
from qumulus.cli.failures import ExitCode
from qumulus.cli.main import app
from qumulus.cli.servers import _bind, _cloud_settings, _device, _greeting, _run
from qumulus.config import CloudSettings, ProviderSettings, SettingsError, make_data_directory


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


def test_an_empty_host_is_refused(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"0\.0\.0\.0"):
        read(tmp_path, host="")


def test_the_data_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    read(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://host", "/a/file", "postgres"])
def test_a_database_of_another_kind_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(typer.BadParameter, match="postgresql://user@host/name or sqlite:///path"):
        read(tmp_path, database=url)


def test_a_variable_that_is_not_set_never_means_the_database_at_hand(tmp_path: Path) -> None:
    for command in (["backup"], ["upgrade"], ["check"], ["restore", __file__]):
        done = CliRunner().invoke(app, ["db", *command, "--data", str(tmp_path), "--database", ""])
        assert (done.exit_code, "--database is empty" in done.stderr) == (2, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["up", "cloud", "provider", "demo", "db check", "db backup --to x"])
def test_an_empty_path_is_not_the_folder_at_hand(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for flag in ("--data", "--config")[: 1 if command == "demo" else 2]:
        done = CliRunner().invoke(app, [*command.split(), flag, ""])
        assert (done.exit_code, "is empty: is a variable not set?" in done.stderr) == (2, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["postgresql://host/name", "postgres://host/name", "sqlite:///a/file"])
def test_a_database_that_a_store_is_for_is_taken(tmp_path: Path, url: str) -> None:
    assert read(tmp_path, database=url).database_url == url


@pytest.mark.parametrize(
    "setting", ["lease_s = 1", 'worker = ""', 'devices = "SC"', "devices = [{ id = 'SC' }]"]
)
def test_up_starts_nothing_with_settings_that_no_provider_can_start_with(
    tmp_path: Path, setting: str
) -> None:
    (tmp_path / "config.toml").write_text(f"[provider]\n{setting}\n")
    done = CliRunner().invoke(app, ["up", "--data", str(tmp_path), "--port", "0"])
    assert (done.exit_code, setting.partition(" ")[0] in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_a_mistyped_variable_is_told_by_the_commands_of_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUMULUS_DATABSE", "postgresql://host/name")
    done = CliRunner().invoke(app, ["db", "check", "--data", str(tmp_path)])
    assert "QUMULUS_DATABSE is no setting of Qumulus: did you mean QUMULUS_DATABASE?" in done.stderr


def test_a_mistyped_variable_is_told_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUMULUS_LISTN", "0.0.0.0:80")

    async def nothing() -> None:
        pass

    _run(nothing, CloudSettings(data=tmp_path))
    told = capsys.readouterr().err
    assert "unknown_variable" in told
    assert "variable=QUMULUS_LISTN" in told
    assert "did_you_mean=QUMULUS_LISTEN" in told


def test_the_demo_refuses_a_file_for_its_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = CliRunner().invoke(app, ["demo", "--data", str(tmp_path / "file")])
    assert (done.exit_code, "be the data" in " ".join(done.stderr.split())) == (2, True)


def test_a_device_is_its_id_and_its_driver() -> None:
    assert (_device("Lab=statevector", "t").id, _device("Lab=statevector", "t").driver) == (
        "Lab",
        "statevector",
    )
    for text in ("Lab", "=statevector", "Lab=", ""):
        with pytest.raises(SettingsError, match="ID=DRIVER"):
            _device(text, "t")


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for data in (tmp_path / "file" / "data", tmp_path / "file"):
        with pytest.raises(typer.BadParameter, match=f"{data}.*Not a directory"):
            read(data)
    with pytest.raises(SettingsError, match="/proc/none cannot be the data directory"):
        make_data_directory(Path("/proc/none"))


def test_a_settings_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(typer.BadParameter, match=r"config\.toml cannot be read: Is a directory"):
        read(tmp_path)


def test_the_advice_fits_what_is_wrong_with_the_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(typer.Exit):
        _bind(read(tmp_path, host="127.0.0.1", port=other.getsockname()[1]))
    assert "--port" in capsys.readouterr().err
    with pytest.raises(typer.Exit):
        _bind(read(tmp_path, host="203.0.113.1", port=0))
    assert "--host" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["up", "cloud", "provider"])
@pytest.mark.parametrize("option", ["--log-level", "--log-format"])
def test_a_wrong_way_of_logging_is_wrong_usage_and_nothing_starts(
    tmp_path: Path, command: str, option: str
) -> None:
    done = CliRunner().invoke(app, [command, "--data", str(tmp_path / "new"), option, "loud"])
    assert (done.exit_code, "is none of" in done.stderr) == (ExitCode.WRONG_USAGE, True), done.stderr
    assert not (tmp_path / "new").exists()


def test_a_wrong_log_level_is_said_and_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    async def serve() -> None:
        await asyncio.Event().wait()

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a coroutine that nobody awaits warns
        with pytest.raises(typer.Exit):
            _run(serve, CloudSettings(log_level="loud"))
    assert capsys.readouterr().err == "log_level = 'loud' is none of debug, info, warning, error\n"


@pytest.mark.parametrize(
    ("arguments", "missing", "advice"),
    [
        (["up"], {"cloud", "provider"}, "'.[cloud,provider]'"),
        (["up"], {"provider"}, "'.[provider]'"),
        (["up", "--no-providers"], {"cloud", "provider"}, "'.[cloud]'"),
        (["cloud"], {"cloud"}, "'.[cloud]'"),
        (["provider"], {"provider"}, "'.[provider]'"),
        (["demo"], {"provider"}, "'.[provider]'"),
        (["db", "check"], {"cloud"}, "'.[cloud]'"),
    ],
)
def test_a_command_names_the_extras_that_it_lacks(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], missing: set[str], advice: str
) -> None:
    absent = {package for extra, package in extras.MARKS.items() if extra in missing}
    find = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name in absent else find(name))
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == ExitCode.WRONG_USAGE
    # The project is in no index: whatever has its name there is somebody else's.
    assert f"pip install {advice} in the directory of the project" in done.stderr


def test_a_directory_that_cannot_be_written_is_said_without_a_stack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def serve() -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(tmp_path / "provider.lock"))

    with pytest.raises(typer.Exit) as ended:
        _run(serve, ProviderSettings(data=tmp_path))
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == f"{tmp_path}/provider.lock: Read-only file system\n"


def test_a_database_that_cannot_be_read_is_said_without_a_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> object:
        raise sqlite3.OperationalError("unable to open database file")

    (tmp_path / "qumulus.db").touch()
    monkeypatch.setattr("qumulus.store.sqlite.migrate.applied_migrations", refuse)
    done = CliRunner().invoke(app, ["db", "check", "--data", str(tmp_path)])
    assert done.exit_code == 3
    assert (
        done.stderr == f"The database {tmp_path}/qumulus.db cannot be read: unable to open database file.\n"
    )


def test_up_logs_as_its_children_do_once_they_can_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, str]] = []

    async def supervise(*_: object, on_ready: Callable[[], None]) -> None:
        assert not told, "the start has no time for it"
        on_ready()

    monkeypatch.setattr("qumulus.cli.supervisor.supervise_cloud", supervise)
    monkeypatch.setattr("qumulus.logs.set_up_logging", lambda **settings: told.append(settings))
    done = CliRunner().invoke(app, ["up", "--data", str(tmp_path), "--port", "0", "--log-format", "json"])
    assert (done.exit_code, done.stdout) == (0, "Qumulus is ready.\n")
    assert told == [{"level": "info", "style": "json"}]


def test_nothing_is_said_of_a_link_where_there_is_no_console(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CredentialsFile(url="http://c", admin_token="a", users={"alice": "b"}, providers={"SC": "c"}).write(
        tmp_path
    )
    for link, says in (("http://c/sign-in#code=x", True), (NOT_BUILT, False)):
        monkeypatch.setattr("qumulus.cli.servers.invitation", lambda *_, link=link: link)
        greeting = _greeting(CloudSettings(data=tmp_path), has_providers=True)
        assert (link in greeting, "signs you in once" in greeting) == (True, says)
