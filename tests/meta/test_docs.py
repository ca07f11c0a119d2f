"""The documents hold together: links lead somewhere, names exist, nothing private is told."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.meta.documents import ROOT, blocks, pages, section, table

PACKAGE = ROOT / "src" / "qumulus"
MIGRATIONS = PACKAGE / "store" / "migrations"
KINDS = {"added", "changed", "deprecated", "removed", "fixed", "security"}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """As GitHub makes them from headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_page_can_be_reached_from_the_readme(page: Path) -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        here = waiting.pop()
        if here in reached or not here.exists():
            continue
        reached.add(here)
        links = re.findall(r"\]\(([^)#\s]+\.md)", here.read_text())
        waiting += [(here.parent / link).resolve() for link in links if "://" not in link]
    is_read_by_tools = page.name == "CHANGELOG.md" or page.parent.name == "changelog.d"
    assert page in reached or is_read_by_tools


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_pages_stand_alone(page: Path) -> None:
    text = page.read_text()
    assert not re.search(r"/work\b|/root\b|/tmp/|\bshared/|\bissue #?\d|\bTODO\b", text)
    for code in (block.text for block in blocks(page) if block.language == "python"):
        ast.parse(code)


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    folder = ROOT / "docs" / "adr"
    found = sorted(path.name for path in folder.glob("0*.md"))
    assert [int(name[:4]) for name in found] == list(range(1, len(found) + 1))
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == found
    for name in found:
        assert (folder / name).read_text().startswith(f"# {name[:4]}: ")


def test_fragments_of_the_changelog_say_their_kind() -> None:
    for path in (ROOT / "changelog.d").glob("*.md"):
        if path.name != "README.md":
            assert re.fullmatch(rf"[a-z0-9-]+\.({'|'.join(KINDS)})\.md", path.name), path.name
            assert path.read_text().strip()


# --- ARCHITECTURE.md --------------------------------------------------------------------------


def contracts() -> list[dict[str, object]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return list(project["tool"]["importlinter"]["contracts"])


def rooms() -> dict[str, str]:
    rows = table(section(ROOT / "ARCHITECTURE.md", "## Rooms"))
    return {row["room"]: row["may import"] for row in rows}


def test_the_table_of_rooms_is_the_import_contract() -> None:
    """What neither the layers nor a list of forbidden rooms rule out may be imported."""
    stacked = next(contract for contract in contracts() if contract["type"] == "layers")
    layers = [{room.strip() for room in str(layer).split("|")} for layer in stacked["layers"]]  # type: ignore[attr-defined]
    height = {room: -i for i, layer in enumerate(layers) for room in layer if room != "bootstrap"}
    assert rooms().keys() == height.keys()
    for room in rooms():
        forbidden = {
            str(module).removeprefix("qumulus.")
            for contract in contracts()
            if contract["type"] == "forbidden" and contract["source_modules"] == [f"qumulus.{room}"]
            for module in contract["forbidden_modules"]  # type: ignore[attr-defined]
        }
        allowed = {other for other in height if height[other] < height[room]} - forbidden
        assert allowed == reachable(room), room


def reachable(room: str) -> set[str]:
    """The rooms that a room may import, and those that these may: the contracts look at chains, too."""
    told = rooms()[room]
    if told.startswith("anything"):
        return rooms().keys() - {room, "cli"}
    direct = set() if told == "nothing of the house" else set(re.findall(r"\w+", told))
    return direct.union(*(reachable(other) for other in direct))


def test_the_tables_of_the_store_are_those_of_the_migrations() -> None:
    told = [row["table"] for row in table(section(ROOT / "ARCHITECTURE.md", "## Store"))]
    for dialect in ("sqlite", "postgres"):
        text = "".join(path.read_text() for path in sorted((MIGRATIONS / dialect).glob("*.sql")))
        made = re.findall(r"^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)", text, re.MULTILINE)
        assert set(told) == set(made), dialect


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_exists(page: str) -> None:
    words = re.findall(r"`((?:[\w.]+/)*[\w.-]+(?:/|\.py|\.md|\.toml))`", (ROOT / page).read_text())
    assert words
    for word in words:
        places = [ROOT / word, PACKAGE / word, ROOT / "src" / word]
        assert any(place.exists() for place in places) or list(PACKAGE.rglob(word)), word


def test_every_target_of_the_makefile_is_described() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    rows = table(section(ROOT / "CONTRIBUTING.md", "## Work on it"))
    assert [row["target"].removeprefix("make ") for row in rows] == targets


def test_every_folder_of_tests_is_described() -> None:
    rows = table(section(ROOT / "CONTRIBUTING.md", "## Tests"))
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/__init__.py")}
    assert {row["folder"].removeprefix("tests/") for row in rows} == folders
