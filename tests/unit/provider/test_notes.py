"""What a child logs is found in the Provider's log, with the job that it is about."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from qumulus.provider.messages import Failed
from qumulus.provider.notes import MOST_CHARACTERS, MOST_LINES, Note, Notes
from tests.unit.provider.worker_fakes import SCRIPTS, bench

log = logging.getLogger("qumulus.test")


def test_warnings_of_the_house_are_kept_with_their_fields() -> None:
    with Notes() as notes:
        log.info("too_quiet")
        log.warning("vendor_failed", extra={"code": 7, "error": "cold"})
        logging.getLogger("others").error("not_ours")
    log.error("too_late")
    assert notes.taken == [Note(event="vendor_failed", fields={"code": "7", "error": "cold"})]


def test_notes_are_bounded() -> None:
    with Notes() as notes:
        for _ in range(MOST_LINES + 5):
            log.error("loud", extra={"trace": "x" * (MOST_CHARACTERS + 5)})
    assert len(notes.taken) == MOST_LINES
    assert len(notes.taken[0].fields["trace"]) == MOST_CHARACTERS


def test_a_line_that_cannot_be_written_harms_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)  # which tells it on the standard error
    with Notes() as notes:
        log.error("odd", extra={"number": 10**5000})
        log.error("x" * (MOST_CHARACTERS + 5))
    assert [len(note.event) for note in notes.taken] == [MOST_CHARACTERS]


async def test_the_incident_of_a_job_is_found_in_the_providers_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    note = Note(event="job_broken", fields={"incident": "abc", "exception": "Traceback: secret"})
    broken = Failed(code="internal_error", message="incident abc", stage="prepare", notes=[note])
    monkeypatch.setitem(SCRIPTS, "broken", (broken,))
    async with bench(tmp_path) as at:
        job = at.cloud.submit("broken")
        await at.ended(job)
    (record,) = [record for record in caplog.records if record.message == "job_broken"]
    found = record.__dict__
    assert (found["incident"], found["exception"]) == ("abc", "Traceback: secret")
    assert found["job_id"] == job.job_id
