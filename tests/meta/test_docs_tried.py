"""Pages are typed into a shell and into Python as they stand, against a real cloud."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from qumulus.testing.postgres import PostgresServer
from tests.meta.documents import REFERENCE, ROOT, blocks
from tests.meta.running import running_cloud

HOW_TO = ROOT / "docs" / "how-to"
CURL = HOW_TO / "use-curl-only.md"
END_OF_BLOCK = "--- end of block ---"
WITHIN_S = 90.0


def script_of(page: Path) -> str:
    """All commands of the page, in order, with a mark after each block; it ends what it starts."""
    start = "set -euo pipefail\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n"
    commands = [block.text for block in blocks(page) if block.language == "bash"]
    return start + "".join(f"{text}echo '{END_OF_BLOCK}'\n" for text in commands)


def shown_by(page: Path) -> list[str]:
    """What the page shows below each block of commands."""
    shown: list[str] = []
    for block in blocks(page):
        if block.language == "bash":
            shown.append("")
        elif block.language == "text":
            shown[-1] = block.text
    return shown


def matches(printed: str, shown: str) -> bool:
    """An ellipsis stands for anything on its line; alone on a line, for any lines."""
    patterns = []
    for line in shown.splitlines():
        text = ".*".join(map(re.escape, line.split("…")))
        patterns.append("(.*\n)*" if line == "…" else rf"{text} *\n")
    return re.fullmatch("".join(patterns), printed) is not None


def environment(data: Path) -> dict[str, str]:
    """As of somebody who followed the page, with this Python's commands on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUMULUS_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    fixed = {"NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1", "COLUMNS": "80"}
    return {**kept, **fixed, "PATH": path, "QUMULUS_DATA": str(data)}


def typed(command: Sequence[str], data: Path) -> str:
    """Run a command beside the data directory; gives what it printed."""
    done = subprocess.run(
        command, cwd=data.parent, env=environment(data), capture_output=True, text=True, timeout=WITHIN_S
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("page", "arguments"),
    [
        (CURL, ["--no-providers"]),
        (HOW_TO / "operate.md", ["--no-providers"]),
        (HOW_TO / "back-up-and-upgrade.md", ["--no-providers"]),
        (HOW_TO / "offer-a-device.md", ["--no-providers"]),
        (HOW_TO / "offer-your-own-device.md", ["--no-providers"]),
        (HOW_TO / "replay-a-job.md", []),
        (ROOT / "docs" / "tutorial.md", []),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else None,
)
def test_every_command_prints_what_the_page_shows(page: Path, arguments: list[str], tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_cloud(data, *arguments):
        try_out(page, data)


def test_the_curl_page_holds_on_an_empty_postgresql_database(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with started(PostgresServer()) as server:
        database = ["--database", asyncio.run(server.new_database())]
        with running_cloud(data, "--no-providers", *database):
            try_out(CURL, data)
            assert "already" in typed(["qumulus", "db", "upgrade", *database], data)
            assert typed(["qumulus", "db", "check", *database], data) == "0 violations\n"


@contextmanager
def started(server: PostgresServer) -> Iterator[PostgresServer]:
    """Start a server, and stop it at the end."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


def try_out(page: Path, data: Path) -> None:
    """Type the page, and compare what is printed with what it shows."""
    printed = typed(["bash", "-c", script_of(page)], data).split(END_OF_BLOCK + "\n")[:-1]
    shown = shown_by(page)
    assert len(printed) == len(shown) >= 3
    for got, expected in zip(printed, shown, strict=True):
        assert matches(got, expected), f"printed:\n{got}\nshown:\n{expected}"


def test_the_curl_page_plays_all_three_ends_of_a_job() -> None:
    text = "".join(shown_by(CURL))
    for word in ("submitted", "ready", "running", "succeeded", "failed", "cancelled"):
        assert f'"status":"{word}"' in text


def python_of(page: Path) -> str:
    """The page's examples as one program."""
    return "\n".join(block.text for block in blocks(page) if block.language == "python")


def test_the_examples_of_sdk_and_readme_run(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bell = next(block.text for block in blocks(ROOT / "README.md") if "bell.qasm" in block.text)
    (tmp_path / "bell.qasm").write_text(bell.split("<<'END'\n")[1].split("END\n")[0])
    with running_cloud(data):
        assert "00" in typed([sys.executable, "-c", python_of(REFERENCE / "sdk.md")], data)
        assert "'11'" in typed([sys.executable, "-c", python_of(ROOT / "README.md")], data)


def test_the_body_that_the_readme_posts_is_taken(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_cloud(data, "--no-providers") as credentials:
        command = next(block.text for block in blocks(ROOT / "README.md") if "curl -sS" in block.text)
        submit = re.search(r"^\$ (curl .*?\}')$", command, re.MULTILINE | re.DOTALL)
        assert submit is not None
        setting = f"QUMULUS_URL={credentials['url']}\nQUMULUS_TOKEN={credentials['users']['alice']}\n"
        assert '{"job_id":"' in typed(["bash", "-c", setting + submit[1]], data)


def public_methods(kind: type[Any]) -> set[str]:
    return {name for name, value in vars(kind).items() if callable(value) and not name.startswith("_")}


def test_the_sdk_page_names_every_method() -> None:
    from qumulus import AsyncClient, Client
    from qumulus.sdk import AsyncJob, BindingsResult, EstimationResult, Job, SamplingResult

    text = (REFERENCE / "sdk.md").read_text().split("## All methods")[1]
    of_client, of_job, of_result = (set(re.findall(r"`(\w+)`", part)) for part in text.split("| of a ")[1:])
    assert of_client == public_methods(Client) == public_methods(AsyncClient)
    assert of_job == public_methods(Job) == public_methods(AsyncJob)
    kinds = (SamplingResult, EstimationResult, BindingsResult)
    known = {name for kind in kinds for name in dir(kind) if name[0] != "_"}
    assert of_result == known


def test_the_sdk_page_lists_what_submit_takes() -> None:
    import inspect

    from qumulus import Client

    text = (REFERENCE / "sdk.md").read_text()
    rows = text.split("| argument of `submit`")[1].split("\n\n")[0]
    told = re.findall(r"^\| (`.*?) \|", rows, re.MULTILINE)
    names = [name for cell in told for name in re.findall(r"`(\w+)`", cell)]
    assert names == [name for name in inspect.signature(Client.submit).parameters if name != "self"]
