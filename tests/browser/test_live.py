"""Pages follow what happens, wherever they are open and whatever becomes of the Cloud meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visits import Visitor
from tests.e2e.clouds import Cloud, until

Visit = Callable[..., Visitor]
RESULT = {"sampling": {"counts": {"00": 60, "11": 40}}}


def take(cloud: Cloud, job_id: str) -> None:
    """Claim a job as the device's Provider; others go back."""
    device = cloud.provider("SVSim")
    for job in device.ask("GET", "/provider/jobs", limit=100):
        if job["job_id"] != job_id:
            device.ask("POST", f"/provider/jobs/{job['job_id']}/release", {})


def test_a_job_moves_in_two_tabs_as_it_moves_in_the_cloud(quiet: Cloud, visit: Visit) -> None:
    job_id = quiet.alice.submit(name="followed")
    alice = visit(quiet.alice).open("/jobs")
    tab = alice.context.new_page()
    tab.goto(f"{alice.origin}/jobs/{job_id}")
    on_page, in_list = tab.locator("main#content .badge").first, alice.line(job_id).locator(".badge")
    device = quiet.provider("SVSim")
    for status, move in (
        ("submitted", lambda: None),
        ("ready", lambda: take(quiet, job_id)),
        ("running", lambda: device.ask("PATCH", f"/provider/jobs/{job_id}", {"status": "running"})),
        ("succeeded", lambda: device.ask("PATCH", f"/provider/jobs/{job_id}/job_info", {"result": RESULT})),
    ):
        move()
        expect(on_page).to_have_attribute("data-status", status)
        expect(in_list).to_have_attribute("data-status", status)
    expect(tab.locator(".sequence svg .step.done")).to_have_count(4)
    expect(tab.locator("main#content")).to_contain_text("00")


def test_what_was_read_stays_while_the_cloud_is_away_and_the_page_says_so(quiet: Cloud, visit: Visit) -> None:
    alice = visit(quiet.alice).open("/devices")
    notice = alice.page.get_by_text("cannot be reached")
    device = alice.content.get_by_role("link", name="SVSim")
    expect(device).to_be_visible()
    expect(notice).to_be_hidden()
    alice.context.set_offline(True)
    expect(notice).to_be_visible(timeout=30_000)
    expect(device).to_be_visible()
    alice.context.set_offline(False)
    expect(notice).to_be_hidden(timeout=30_000)


def test_a_restarted_cloud_is_met_again_and_nothing_is_missed(quiet: Cloud, visit: Visit) -> None:
    cloud = quiet
    job_id = cloud.alice.submit(name="long")
    alice = visit(cloud.alice).open(f"/jobs/{job_id}")
    expect(alice.job_status).to_have_attribute("data-status", "submitted")
    cloud.child("cloud").kill()
    until(lambda: cloud.alice.call("GET", "/readyz").status == 200)
    take(cloud, job_id)
    expect(alice.job_status).to_have_attribute("data-status", "ready")
    cloud.provider("SVSim").ask(
        "PATCH", f"/provider/jobs/{job_id}/job_info", {"reason": "line 1, column 1: no"}
    )
    expect(alice.job_status).to_have_attribute("data-status", "failed")
    expect(alice.content).to_contain_text("no")
