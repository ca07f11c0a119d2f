"""The three sequences of a job as a person lives through them: success, failure, cancellation."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visits import Visitor
from tests.e2e.clouds import BELL, ENDLESS, Caller, Cloud, until

Visit = Callable[..., Visitor]
JOB_PAGE = re.compile(r"/jobs/[0-9a-f-]{36}")


def test_whoever_is_new_sees_a_bell_pair_measured_after_three_clicks(whole: Cloud, visit: Visit) -> None:
    admin = Caller(port=whole.port, token=whole.credentials["admin_token"])
    admin.ask("POST", "/admin/users", {"id": "newcomer"})
    minted = admin.ask("POST", "/admin/tokens", {"role": "user", "owner": "newcomer"})
    visitor = visit(Caller(port=whole.port, token=minted["token"]))
    expect(visitor.content).to_contain_text("qumulus run bell.qasm")
    expect(visitor.content).to_contain_text("from qumulus import Client")
    expect(visitor.content.get_by_role("region", name="Quota")).to_contain_text("not limited")
    visitor.content.get_by_role("button", name="Run a Bell circuit on SVSim").click()
    expect(visitor.page).to_have_url(JOB_PAGE)
    expect(visitor.job_status).to_have_attribute("data-status", "succeeded", timeout=60_000)
    drawing = visitor.content.get_by_role("img", name="Histogram")
    expect(drawing.locator(".outcome")).to_have_text([re.compile("00|11")] * 2)


def write(visitor: Visitor, code: str, *, device: str = "SVSim") -> None:
    """Put a program into the editor, as if pasted."""
    visitor.open(f"/new?device={device}")
    editor = visitor.content.locator(".cm-content").first
    editor.click()
    visitor.page.keyboard.press("Control+a")
    visitor.page.keyboard.insert_text(code)


def submit(visitor: Visitor) -> str:
    """Submit by the keyboard; gives the id of the job, whose page is shown."""
    visitor.page.keyboard.press("Control+Enter")
    expect(visitor.page).to_have_url(JOB_PAGE)
    return visitor.page.url.split("/jobs/")[1].partition("?")[0]


def test_a_program_is_checked_as_it_is_written_then_runs_and_its_histogram_is_read(
    whole: Cloud, visit: Visit
) -> None:
    alice = visit(whole.alice)
    write(alice, BELL.replace("h q[0]", "hh q[0]"))
    expect(alice.content.locator(".cm-lintRange-error")).to_have_text("hh")
    write(alice, BELL)
    expect(alice.content.locator(".cm-lintRange-error")).to_have_count(0)
    job_id = submit(alice)
    expect(alice.job_status).to_have_attribute("data-status", "succeeded", timeout=60_000)
    expect(alice.content.locator(".sequence svg .step.done")).to_have_count(4)
    told = " ".join(alice.steps.all_inner_texts()).lower()
    assert [word for word in ("submit", "fetch", "run", "result") if word not in told] == []
    counts = whole.alice.job_info(job_id)["result"]["sampling"]["counts"]
    assert set(counts) <= {"00", "11"}
    for count in counts.values():
        expect(alice.content).to_contain_text(f"{count:,}")


def test_an_address_with_words_that_mean_nothing_shows_the_usual(quiet: Cloud, visit: Visit) -> None:
    job_id = quiet.alice.submit()
    alice = visit(quiet.alice).open(f"/jobs/{job_id}?tab=nope&top=-1&part=x&view=waterfall&evil=1")
    expect(alice.content.get_by_role("tab", name="Result")).to_have_attribute("aria-selected", "true")
    expect(alice.page).to_have_url(f"{alice.origin}/jobs/{job_id}?view=waterfall")
    quiet.alice.ask("POST", f"/user/jobs/{job_id}/cancel")


def test_a_failure_says_its_reason_first_and_marks_the_line_that_is_to_blame(
    whole: Cloud, visit: Visit
) -> None:
    alice = visit(whole.alice)
    write(alice, BELL.replace("; ", ";\n").replace("cx q[0], q[1]", "nosuchgate q[0], q[1]"))
    submit(alice)
    expect(alice.job_status).to_have_attribute("data-status", "failed", timeout=60_000)
    reason = alice.content.locator(".reason")
    expect(reason).to_contain_text("nosuchgate")
    expect(reason.locator(".line.marked")).to_contain_text("nosuchgate q[0], q[1]")
    top = reason.bounding_box()
    lanes = alice.content.locator(".sequence").bounding_box()
    assert top is not None
    assert lanes is not None
    assert top["y"] < lanes["y"]


def test_a_running_job_is_cancelled_at_once_and_its_provider_explains(whole: Cloud, visit: Visit) -> None:
    alice = visit(whole.alice)
    write(alice, ENDLESS)
    job_id = submit(alice)
    expect(alice.job_status).to_have_attribute("data-status", "running", timeout=60_000)
    alice.content.get_by_role("button", name="Cancel").click()
    alice.page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    expect(alice.job_status).to_have_attribute("data-status", "cancelled")
    until(lambda: "reason" in whole.alice.job_info(job_id))
    expect(alice.content.locator(".reason")).to_contain_text(whole.alice.job_info(job_id)["reason"])


def test_the_keyboard_alone_submits_and_cancels(quiet: Cloud, visit: Visit) -> None:
    alice = visit(quiet.alice).open("/")
    keys = alice.page.keyboard
    keys.press("n")
    expect(alice.page).to_have_url(re.compile("/new"))
    expect(alice.content.locator(".cm-content").first).to_be_visible()
    job_id = submit(alice)
    keys.press("g")
    keys.press("j")
    expect(alice.line(job_id)).to_be_visible()
    keys.press("j")
    keys.press("Enter")
    expect(alice.page).to_have_url(JOB_PAGE)
    expect(alice.job_status).to_have_attribute("data-status", "submitted")
    tab_to(alice, "Cancel")
    keys.press("Enter")
    expect(alice.page.get_by_role("alertdialog")).to_be_visible()
    tab_to(alice, "Cancel")
    keys.press("Enter")
    expect(alice.job_status).to_have_attribute("data-status", "cancelled")
    assert quiet.alice.status(job_id) == "cancelled"


def tab_to(visitor: Visitor, name: str) -> None:
    """Press Tab until the button of this name has the focus."""
    for _ in range(40):
        focused = visitor.page.evaluate(
            "document.activeElement.tagName === 'BUTTON' ? document.activeElement.innerText : ''"
        )
        if name in focused:
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"no way to the button {name!r} by Tab")
