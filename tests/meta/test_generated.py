"""What is generated is what the generator writes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_sync", ROOT / "scripts" / "generate_sync.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = load_generator()


@pytest.mark.parametrize("source", GENERATOR.SOURCES)
def test_the_blocking_client_is_the_generated_one(source: str) -> None:
    committed = (GENERATOR.PACKAGE / GENERATOR.target_of(source)).read_text(encoding="utf-8")
    assert GENERATOR.generate(source) == committed


def test_nothing_else_lies_among_the_generated() -> None:
    rooms = {source.split("/")[0] for source in GENERATOR.SOURCES}
    found = {
        str(path.relative_to(GENERATOR.PACKAGE))
        for room in rooms
        for path in (GENERATOR.PACKAGE / room / "_generated").glob("*.py")
        if path.name != "__init__.py"
    }
    assert found == {GENERATOR.target_of(source) for source in GENERATOR.SOURCES}


@pytest.mark.parametrize("source", GENERATOR.SOURCES)
def test_the_blocking_client_knows_no_event_loop(source: str) -> None:
    text = (GENERATOR.PACKAGE / GENERATOR.target_of(source)).read_text(encoding="utf-8")
    assert "async" not in text
    assert "await" not in text
