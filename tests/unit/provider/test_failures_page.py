"""Every example of the page on failures fails as the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from qumulus.execution.failures import ExecutionError
from qumulus.provider import child
from qumulus.provider.engines import aer_engine
from qumulus.provider.messages import Failed
from qumulus.store.moves import LOST_REASON, UNHEARD_REASON
from tests.meta.documents import REFERENCE, blocks, section, table
from tests.unit.provider.test_child import BELL, on_sc, run

PAGE = REFERENCE / "failures.md"
CODES = [row["code"] for row in table(PAGE.read_text())]
NOT_BY_A_JOB = ("device_error", "provider_lost", "internal_error")


@pytest.fixture(autouse=True)
def resident() -> None:
    """These tests share one process, which becomes a resident one."""
    if not child.is_resident():
        child.warm_up()


def examples() -> Iterator[tuple[str, dict[str, Any] | None, str]]:
    """Code, job (None: no job alone brings it about) and reason."""
    job = None
    code = ""
    for block in blocks(PAGE):
        heading = re.search(r"^## `(\w+)`$", block.after, re.MULTILINE)
        code = heading[1] if heading else code
        if block.language == "json":
            job = json.loads(block.text)
        else:
            yield code, job, block.text.strip()
            job = None


EXAMPLES = list(examples())


def fits(message: str, shown: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, shown.split("…"))), message) is not None


def failure(job: dict[str, Any]) -> Failed:
    start = on_sc if job.pop("device_id") == "SC" else run
    ended = start(**job)[-1]
    assert isinstance(ended, Failed)
    return ended


def reason_of(code: str) -> str:
    (shown,) = [text for found, job, text in EXAMPLES if found == code and job is None]
    return shown


def test_every_code_has_its_section_and_an_example() -> None:
    raised = {kind.code for kind in ExecutionError.__subclasses__()}
    assert set(CODES) == raised | {"provider_lost"}
    assert list(dict.fromkeys(code for code, _, _ in EXAMPLES)) == CODES
    assert {code for code, job, _ in EXAMPLES if job is None} == set(NOT_BY_A_JOB)


@pytest.mark.parametrize(
    ("code", "job", "shown"), [example for example in EXAMPLES if example[1] is not None]
)
def test_each_example_fails_with_its_code_and_reason(code: str, job: dict[str, Any], shown: str) -> None:
    failed = failure(dict(job))
    assert (failed.code, fits(failed.message, shown)) == (code, True), failed.message


def test_a_simulator_that_fails_is_a_device_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        success = False
        status = "ERROR"
        results = ()

        def run(self, *_: Any, **__: Any) -> Any:
            return self

        def result(self) -> Any:
            return self

    monkeypatch.setattr(aer_engine, "_simulator", lambda method: Failing())
    midway = BELL.replace("h q[0];", "h q[0]; c[0] = measure q[0]; h q[0];")
    failed = failure({"device_id": "SC", "job_info": {"code": midway}})
    assert failed.code == "device_error"
    assert fits(failed.message, reason_of("device_error"))


def test_our_own_faults_are_told_by_an_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("qumulus.provider.engines.qulacs_engine.prepare_state", fail)
    failed = failure({"device_id": "SVSim", "job_info": {"code": BELL}})
    assert failed.code == "internal_error"
    assert fits(failed.message, reason_of("internal_error"))
    assert "secret" in failed.notes[0].fields["exception"]


def test_a_lost_provider_is_told_as_the_page_says() -> None:
    assert reason_of("provider_lost") == LOST_REASON
    assert UNHEARD_REASON in section(PAGE, "## `provider_lost`")


def test_the_codes_are_told_as_in_the_reference_of_execution() -> None:
    rows = table(section(REFERENCE / "execution.md", "### Failure codes"))
    assert [row["code"] for row in rows] == CODES
