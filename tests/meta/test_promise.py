"""What the promise rests on exists: tests of the suite, rules of the campaign."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.meta.documents import ROOT, section, table

PAGE = ROOT / "docs" / "promise.md"
GUARANTEES = ["## To users", "## To authors and operators of Providers", "## To operators"]


@cache
def known_tests() -> frozenset[str]:
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return frozenset(
        name for path in files for name in re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text(), re.M)
    )


@cache
def rules() -> frozenset[str]:
    """Of the campaign's checker, if a planted fault proves that it finds something."""
    files = sorted((ROOT / "campaign" / "checker").glob("*.py"))
    known = {word for path in files for word in re.findall(r'"(\w+)"', path.read_text())}
    planted = re.findall(r'": \(\s*"(\w+)"', (ROOT / "tests" / "faults" / "test_checker.py").read_text())
    return frozenset(known & set(planted))


@pytest.mark.parametrize("heading", GUARANTEES)
def test_what_holds_each_guarantee_exists(heading: str) -> None:
    for row in table(section(PAGE, heading)):
        names = re.findall(r"\w+", row["held by"])
        assert names, row
        missing = set(names) - known_tests() - rules()
        assert not missing, (row["what is promised"], missing)
