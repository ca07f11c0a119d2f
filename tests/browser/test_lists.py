"""A list of ten thousand jobs: read to its end, searched, and dealt with by the dozen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.visits import Visitor
from tests.e2e.clouds import BELL, Caller, Cloud, ended

Visit = Callable[..., Visitor]
MANY = 10_000


def fill(user: Caller, n_jobs: int) -> list[str]:
    """Submit many; gives their ids, the oldest first."""
    made: list[str] = []
    for first in range(0, n_jobs, 1000):
        body = [
            {
                "device_id": "SVSim",
                "job_info": json.dumps({"code": BELL}),
                "name": f"job {number}",
                "shots": 10,
            }
            for number in range(first, min(first + 1000, n_jobs))
        ]
        made += [one["job_id"] for one in user.ask("POST", "/user/jobs/batch", body, within_s=60)]
    return made


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cloud, list[str]]]:
    """A Cloud with ten thousand jobs of alice that wait."""
    cloud = Cloud(tmp_path_factory.mktemp("crowded") / "data", "up", "--no-providers")
    with ended(cloud):
        cloud.ready()
        yield cloud, fill(cloud.alice, MANY)


def test_the_oldest_of_ten_thousand_is_reached_and_few_lines_exist(
    crowded: tuple[Cloud, list[str]], visit: Visit
) -> None:
    cloud, job_ids = crowded
    alice = visit(cloud.alice).open("/jobs")
    expect(alice.line(job_ids[-1])).to_be_visible()
    expect(alice.content).to_contain_text("10,000")
    for _ in range(400):
        alice.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        if alice.line(job_ids[0]).count():
            break
        alice.page.wait_for_timeout(25)
    expect(alice.line(job_ids[0])).to_be_visible()
    assert alice.content.locator("[data-job]").count() < 100


def test_a_search_is_in_the_address_and_survives_a_reload(
    crowded: tuple[Cloud, list[str]], visit: Visit
) -> None:
    cloud, job_ids = crowded
    alice = visit(cloud.alice).open("/jobs")
    alice.page.keyboard.press("/")
    alice.page.keyboard.type("device:SVSim job 4321")
    expect(alice.line(job_ids[4321])).to_be_visible()
    expect(alice.content.locator("[data-job]")).to_have_count(1)
    alice.page.reload()
    expect(alice.line(job_ids[4321])).to_be_visible()
    expect(alice.content.locator("[data-job]")).to_have_count(1)


def test_selected_jobs_are_cancelled_and_deleted_together(
    crowded: tuple[Cloud, list[str]], visit: Visit
) -> None:
    cloud, job_ids = crowded
    chosen = job_ids[-3:]
    alice = visit(cloud.alice).open("/jobs")
    for word, gone in (("Cancel", "cancelled"), ("Delete", None)):
        for job_id in chosen:
            alice.line(job_id).get_by_role("checkbox").check()
        alice.content.get_by_role("button", name=word).click()
        alice.page.get_by_role("alertdialog").get_by_role("button", name=word).click()
        for job_id in chosen:
            if gone is None:
                expect(alice.line(job_id)).to_have_count(0)
            else:
                expect(alice.line(job_id).locator(".badge")).to_have_attribute("data-status", gone)
    assert cloud.alice.call("GET", f"/user/jobs/{chosen[0]}").status == 404


def test_new_jobs_are_announced_and_the_list_stays_where_it_is(
    crowded: tuple[Cloud, list[str]], visit: Visit
) -> None:
    cloud, _ = crowded
    alice = visit(cloud.alice).open("/jobs")
    first = alice.content.locator("[data-job]").first
    before = first.get_attribute("data-job")
    newcomer = cloud.alice.submit(name="newcomer")
    news = alice.content.get_by_role("status").get_by_role("button")
    expect(news).to_be_visible()
    assert first.get_attribute("data-job") == before
    news.click()
    expect(alice.line(newcomer)).to_be_visible()
