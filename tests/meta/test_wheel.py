"""What is shipped: the wheel holds what the Cloud needs beside code, and nothing that is not ours to ship."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.meta.documents import ROOT

CONSOLE = "qumulus/http/console/assets"


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Files of a wheel made of this tree, with the console as it was built."""
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=100)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


def test_the_wheel_carries_the_console_as_it_was_built(names: frozenset[str]) -> None:
    built = ROOT / "src" / CONSOLE
    files = {f"{CONSOLE}/{path.relative_to(built)}" for path in built.rglob("*") if path.is_file()}
    assert f"{CONSOLE}/index.html" in files, "make console"
    assert files <= names


@pytest.mark.parametrize("suffix", [".sql", ".json"])
def test_the_wheel_carries_the_data_beside_the_code(names: frozenset[str], suffix: str) -> None:
    package = ROOT / "src"
    files = {str(path.relative_to(package)) for path in (package / "qumulus").rglob(f"*{suffix}")}
    assert files
    assert files <= names


def test_the_wheel_carries_no_tests_and_no_sources_of_the_console(names: frozenset[str]) -> None:
    heads = {Path(name).parts[0] for name in names}
    assert {head for head in heads if not head.endswith(".dist-info")} == {"qumulus"}
