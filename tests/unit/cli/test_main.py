from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import typer

from qumulus import __version__
from qumulus.cli.main import Root
from qumulus.cli.output import Output, show_fields, show_lines, show_rows
from qumulus.cli.times import ago, seconds, since, span
from qumulus.transport._generated import connection
from tests.unit.cli.conftest import Invoke
from tests.unit.sdk.cloud import DEVICE, FakeCloud


class Deaf(httpx.BaseTransport):
    def __init__(self, why: str = "[Errno 111] Connection refused") -> None:
        self._why = why

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(self._why)


def test_help_lists_every_command(invoke: Invoke) -> None:
    shown = invoke("--help").stdout
    for name, entry in Root.entries.items():
        assert name in shown
        assert entry.help.split(",")[0][:20] in shown


def test_help_imports_no_command() -> None:
    script = (
        "import sys\nfrom qumulus.cli.main import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stderr.split())
    targets = {entry.target.partition(":")[0] for entry in Root.entries.values()}
    assert "qumulus.cli.main" in loaded
    assert not loaded & {*targets, "httpx", "qumulus.sdk", "qumulus.config", "uvicorn"}


@pytest.mark.parametrize(
    "command", ["run", "jobs", "devices", "admin", "up", "cloud", "provider", "db", "demo"]
)
def test_every_command_has_help(invoke: Invoke, command: str) -> None:
    done = invoke(command, "--help")
    assert done.exit_code == 0
    assert f"qumulus {command}" in done.stdout.replace("root", "qumulus")


def test_h_is_help_for_every_command(invoke: Invoke) -> None:
    for command in ([], ["run"], ["jobs"], ["jobs", "list"], ["admin", "user", "add"], ["db", "backup"]):
        done = invoke(*command, "-h")
        assert (done.exit_code, done.stdout) == (0, invoke(*command, "--help").stdout), command


def test_a_mistyped_command_gets_a_suggestion(invoke: Invoke) -> None:
    done = invoke("job")
    assert done.exit_code == 2
    assert "'jobs'" in done.output


def test_version(invoke: Invoke) -> None:
    assert invoke("--version").stdout == f"qumulus {__version__}\n"


def test_a_cloud_that_is_not_there(invoke: Invoke, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_open", lambda _: Deaf())
    monkeypatch.setattr("qumulus.transport.retry.Tries._next", lambda *_, **__: None)
    done = invoke("devices", "list")
    assert done.exit_code == 3
    assert "No answer from http://cloud.test" in done.stderr
    assert "Connection refused" in done.stderr
    assert "qumulus up" in done.stderr


def test_a_certificate_that_nobody_knows_leads_to_the_file_of_its_authority(
    invoke: Invoke, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_open", lambda _: Deaf("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"))
    done = invoke("devices", "list")
    assert done.exit_code == 3
    assert "SSL_CERT_FILE" in done.stderr
    assert "qumulus up" not in done.stderr


def test_no_credentials(invoke: Invoke, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUMULUS_URL")
    done = invoke("devices", "list")
    assert done.exit_code == 3
    assert "qumulus up" in done.stderr
    assert not cloud.requests


def test_a_bad_token_says_how_to_get_one(invoke: Invoke, cloud: FakeCloud) -> None:
    done = invoke("--token", "bad.token", "devices", "list")
    assert done.exit_code == 3
    assert "No valid token." in done.stderr
    assert "qumulus admin token add" in done.stderr


def test_global_options_go_before_the_environment(
    invoke: Invoke, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUMULUS_TOKEN", "wrong.token")
    assert invoke("--url", "http://other.test", "--token", "id.secret", "devices", "list").exit_code == 0
    assert cloud.requests[-1].url.host == "other.test"


def test_a_user_of_the_file(
    invoke: Invoke, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    contents = {"url": "http://cloud.test", "users": {"alice": "a.b", "bob": "id.secret"}}
    (tmp_path / "credentials.json").write_text(json.dumps(contents))
    monkeypatch.setenv("QUMULUS_DATA", str(tmp_path))
    assert invoke("--user", "bob", "devices", "list").exit_code == 0


def test_devices_in_each_form(invoke: Invoke, cloud: FakeCloud) -> None:
    assert invoke("devices", "list", "-o", "id").stdout == "SVSim\n"
    assert "1.5 s" in invoke("devices", "list").stdout
    shown = invoke("devices", "show", "SVSim").stdout
    assert "Basis gates" in shown
    assert "h cx" in shown
    as_json = json.loads(invoke("devices", "show", "SVSim", "-o", "json").stdout)
    assert as_json["device_info"] == json.loads(str(DEVICE["device_info"]))


def test_a_fault_of_ours_is_not_dressed_up(
    invoke: Invoke, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_: object) -> None:
        raise PermissionError("disk")

    cloud.extra["GET", "/user/devices"] = break_down  # type: ignore[assignment]
    assert isinstance(invoke("devices", "list").exception, PermissionError)


def test_durations_and_times_as_people_type_them() -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert since("2h", now=now) == now - timedelta(hours=2)
    assert since("1.5d", now=now) == now - timedelta(hours=36)
    assert since("2026-01-31T12:00:00Z") == now
    assert span("90s") == timedelta(seconds=90)
    for wrong in ("", "2 hours", "-1h", "h", "99999999999w", "99999999w", "999999w"):
        with pytest.raises(typer.BadParameter):
            span(wrong)
    for wrong in ("soon", "9999-12-31T23:59-12:00", "99999999w"):
        with pytest.raises(typer.BadParameter):
            since(wrong)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0.0123, "0.0123 s"), (59.9, "59.9 s"), (61, "1 min 1 s"), (3661, "1 h 1 min")],
)
def test_durations_as_people_read_them(value: float | None, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("past_s", "text"),
    [(0, "0 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7199, "1 h ago"), (90000, "1 d ago")],
)
def test_times_past_in_one_unit(past_s: int, text: str) -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert ago(now - timedelta(seconds=past_s), now=now) == text


def test_a_table_keeps_ids_whole_on_a_narrow_screen(capsys: pytest.CaptureFixture[str]) -> None:
    columns = {"Job": lambda row: row[0], "Name": lambda row: row[1], "Status": lambda row: row[2]}
    job_id = "0196f0a1-6b0a-7ff7-ab36-6b2c6444f05a"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qumulus.cli.output.PIPE_WIDTH", 60)
        show_rows([(job_id, "a long name " * 9, "running")], columns, Output.TABLE, empty="")
    lines = capsys.readouterr().out.splitlines()
    assert job_id in lines[2]
    assert "running" in lines[2]
    assert max(map(len, lines)) <= 60


def test_a_table_is_rather_too_wide_than_without_the_ends_of_its_ids(
    capsys: pytest.CaptureFixture[str],
) -> None:
    columns = {"Job": lambda row: row[0], "Name": lambda row: row[1], "Status": lambda row: row[2]}
    job_id = "0196f0a1-6b0a-7ff7-ab36-6b2c6444f05a"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qumulus.cli.output.PIPE_WIDTH", 20)
        show_rows([(job_id, "name" * 9, "running")], columns, Output.TABLE, empty="")
    lines = capsys.readouterr().out.splitlines()
    assert job_id in lines[2]
    assert "running" in lines[2]
    assert lines[0].split() == ["Job", "Name", "Status"]


@pytest.mark.parametrize(("variables", "is_red"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_who_wants_no_colour_gets_none(
    invoke: Invoke, cloud: FakeCloud, variables: dict[str, str], is_red: bool
) -> None:
    done = invoke("devices", "show", "nothing", color=True, env={"NO_COLOR": None, **variables})
    assert ("\x1b[31m" in done.stderr) is is_red


def test_what_steers_a_terminal_is_shown_and_not_done(capsys: pytest.CaptureFixture[str]) -> None:
    shown = {"Name": lambda row: row}
    show_fields("a\x1b[31m\x9bb\n", shown, Output.TABLE)
    show_rows(["a\x1b[31m\x9bb"], shown, Output.TABLE, empty="")
    show_lines(["a\x1b[31m\x9bb", "eve\u202egro.bal@"])
    printed = capsys.readouterr().out
    assert "eve\\u202egro.bal@" in printed
    assert printed.count("a\\x1b[31m\\x9bb") == 3


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "euc-jp"])
def test_a_terminal_without_unicode_gets_question_marks_and_json_stays_utf_8(encoding: str) -> None:
    script = """
import sys
from qumulus.cli import main, output
def speak():
    output.show_rows([{"\u03bcs \u2192"}], {"T1 (\u00b5s)": str}, output.Output.TABLE, empty="")
    output.show_lines(["\u00b1 \u2192 \u91cf\u5b50"])
    output.show_json("\u91cf\u5b50")
main.app = speak
main.run()
"""
    command = [sys.executable, "-c", script]
    env = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(command, env=env, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert done.stdout.endswith('"\u91cf\u5b50"\n'.encode())


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("qumulus j", {"jobs"}),
        ("qumulus jobs ", {"list", "cancel"}),
        ("qumulus admin user ", {"add", "delete"}),
    ],
)
def test_shells_complete_commands_of_every_depth(words: str, wanted: set[str]) -> None:
    env = {"_QUMULUS_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    script = "from qumulus.cli.main import app; app(prog_name='qumulus')"
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **env}, capture_output=True, text=True, timeout=60
    )
    assert wanted <= set(done.stdout.split())
