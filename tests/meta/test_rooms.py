"""The house keeps its own rules: sizes, rooms, words that no file may hold."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "qumulus"
LOOSE_MODULES = {"bootstrap", "config", "logs", "supervise", "__init__", "__main__"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def layers() -> set[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    stacked = next(contract for contract in contracts if contract["type"] == "layers")
    return {room.strip() for layer in stacked["layers"] for room in layer.split("|")}


def test_no_source_file_is_longer_than_400_lines() -> None:
    files = [path for path in tracked("*.py", "*.ts", "*.tsx") if "_generated" not in path.parts]
    long = {path.relative_to(ROOT): n for path in files if (n := len(path.read_text().splitlines())) > 400}
    assert len(files) > 50
    assert not long


def test_every_room_stands_in_the_import_contract() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert rooms == layers() - {"bootstrap"}


def test_modules_outside_the_rooms_are_the_known_few() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == LOOSE_MODULES


def test_no_room_is_a_lumber_room() -> None:
    names = {
        part for path in PACKAGE.rglob("*.py") for part in (*path.relative_to(PACKAGE).parts[:-1], path.stem)
    }
    assert not names & {"utils", "util", "common", "helpers", "core", "misc"}


def test_broad_excepts_stand_in_two_places_only() -> None:
    places = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"except\s+(BaseException|Exception)\b|except\s*:", path.read_text())
    }
    assert places <= {"supervise.py", "http/errors.py"}


def test_no_lock_names_a_host() -> None:
    for path in tracked("requirements/*.txt"):
        assert not re.search(
            r"https?://|^--(index-url|find-links)|@ file:", path.read_text(), re.MULTILINE
        ), path


def test_every_locked_package_has_hashes() -> None:
    for path in tracked("requirements/*.txt"):
        text = path.read_text()
        pins = re.findall(r"^[\w.\[\],-]+==[^\\\n]+\\\n    --hash=sha256:", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[\w.\[\],-]+==", text, re.MULTILINE)) > 10, path


def test_the_consoles_lock_pins_contents_and_names_no_registry() -> None:
    (path,) = tracked("console/package-lock.json")
    packages = {name: one for name, one in json.loads(path.read_text())["packages"].items() if name}
    assert len(packages) > 100
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "NotImplementedError"])
def test_nothing_is_left_unfinished(word: str) -> None:
    places = [path for path in PACKAGE.rglob("*.py") if re.search(rf"\b{word}\b", path.read_text())]
    assert not places


def test_no_law_is_broken_by_a_slow_machine() -> None:
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check
