"""``make budgets``: the console measured against its budgets, on real files and a real Cloud.

Prints a table; ends with 1 if a budget is exceeded. Sizes are of gzip as it is sent. The time from event to
pixel is from the moment that an event bears to the picture after which a page shows its status.
"""

from __future__ import annotations

import gzip
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from playwright.sync_api import CDPSession, expect, sync_playwright

from qumulus.http.settings import ASSETS
from tests.browser.test_lists import MANY, fill
from tests.browser.visits import CHROMIUM, Visitor, visiting
from tests.e2e.clouds import Cloud, ended

KB: Final = 1024
INITIAL_KB, LAZY_KB, TOTAL_KB = 150, 130, 600
EVENT_TO_PIXEL_MS: Final = 500
FRAME_MS: Final = 16.7
"""Of the page's own thread, so that sixty pictures can be made in a second, each 120 points further."""
N_STRETCHES: Final = 60
FRAMES_IN_A_STRETCH: Final = 4
N_WALKS: Final = 3
"""Along the same stretches: each counts with its least, so that what the machine did meanwhile does not."""
N_JOBS: Final = 15
_STATIC: Final = re.compile(r"""(?:\bfrom|\bimport)\s*["']\./([\w.-]+\.js)["']""")
_LAZY: Final = re.compile(r"""\bimport\(\s*[`"']\./([\w.-]+\.js)[`"']""")
_NAMED: Final = re.compile(r"[\w./-]*?([\w.-]+\.(?:js|css))")

WATCH: Final = """jobId => {
  window.shown = {};
  const look = () => {
    const badge = document.querySelector("main#content .badge");
    const status = badge && badge.getAttribute("data-status");
    if (status && !(status in window.shown)) {
      window.shown[status] = 0;
      requestAnimationFrame(() => setTimeout(() => { window.shown[status] = Date.now(); }));
    }
  };
  new MutationObserver(look).observe(document.body, {subtree: true, childList: true, attributes: true});
  look();
}"""
SCROLL: Final = """async frames => {
  for (let step = 0; step < frames; step += 1) {
    scrollBy(0, 120);
    await new Promise(requestAnimationFrame);
  }
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One line of the table."""

    what: str
    value: float
    budget: float
    unit: str

    @property
    def is_met(self) -> bool:
        """It is not above its budget."""
        return self.value <= self.budget

    def __str__(self) -> str:
        mark = "ok  " if self.is_met else "OVER"
        return f"{mark} {self.what:<52} {self.value:8.1f} {self.unit:<3} of {self.budget:g}"


def sizes(folder: Path) -> Iterator[Measured]:
    """What is loaded at first, with each screen beyond that, and in all."""
    files = {path.name: path for path in folder.rglob("*") if path.suffix in {".js", ".css", ".html"}}
    page = files["index.html"].read_text("utf-8")
    first = _with_imports({name for name in _NAMED.findall(page) if name in files} | {"index.html"}, files)
    yield Measured(what="first load", value=_kb(first, files), budget=INITIAL_KB, unit="KB")
    lazy = {
        name: _with_imports({name}, files) - first
        for path in files.values()
        if path.suffix == ".js"
        for name in _LAZY.findall(path.read_text("utf-8"))
    }
    largest = max(lazy, key=lambda name: _kb(lazy[name], files))
    what = f"largest part loaded later ({largest.partition('-')[0]})"
    yield Measured(what=what, value=_kb(lazy[largest], files), budget=LAZY_KB, unit="KB")
    yield Measured(what="all files", value=_kb(set(files), files), budget=TOTAL_KB, unit="KB")


def _with_imports(names: set[str], files: dict[str, Path]) -> set[str]:
    known: set[str] = set()
    left = set(names)
    while left:
        name = left.pop()
        known.add(name)
        if name.endswith(".js"):
            left |= set(_STATIC.findall(files[name].read_text("utf-8"))) - known
    return known


def _kb(names: set[str], files: dict[str, Path]) -> float:
    return sum(len(gzip.compress(files[name].read_bytes(), mtime=0)) for name in names) / KB


def times_to_pixel(cloud: Cloud, alice: Visitor) -> list[float]:
    """Milliseconds from events to pictures, for the moves of some jobs, on the page of the job."""
    device, times = cloud.provider("SVSim"), []
    for _ in range(N_JOBS):
        job_id = cloud.alice.submit(name="measured")
        alice.open(f"/jobs/{job_id}")
        expect(alice.page.locator('.pulse[data-liveness="live"]')).to_be_visible()
        alice.page.evaluate(WATCH, job_id)
        path = f"/provider/jobs/{job_id}"
        for status, move in (
            ("ready", ("GET", "/provider/jobs", None)),
            ("running", ("PATCH", path, {"status": "running"})),
            ("failed", ("PATCH", f"{path}/job_info", {"reason": "measured"})),
        ):
            device.ask(*move)
            expect(alice.job_status).to_have_attribute("data-status", status)
            alice.page.wait_for_function("status => window.shown[status] > 0", arg=status)
        shown = alice.page.evaluate("window.shown")
        for event in cloud.alice.events(job_id):
            if event["to"] in {"ready", "running", "failed"}:
                at = datetime.fromisoformat(event["at"]).timestamp() * 1000
                times.append(shown[event["to"]] - at)
    return times


def frames_of_a_long_list(cloud: Cloud, alice: Visitor) -> list[float]:
    """Milliseconds of work for a picture while ten thousand jobs are scrolled through, of each stretch.

    Time of the processor, not of the clock; neighbours on the machine make that longer, too, never shorter.
    """
    fill(cloud.alice, MANY)
    walks = [_walk(alice) for _ in range(N_WALKS)]
    return [min(stretch) for stretch in zip(*walks, strict=True)]


def _walk(alice: Visitor) -> list[float]:
    alice.open("/jobs")
    expect(alice.content.locator("[data-job]").first).to_be_visible()
    chromium = alice.context.new_cdp_session(alice.page)
    chromium.send("Performance.enable", {"timeDomain": "threadTicks"})
    spent = [_worked_ms(chromium)]
    for _ in range(N_STRETCHES):
        alice.page.evaluate(SCROLL, FRAMES_IN_A_STRETCH)
        spent.append(_worked_ms(chromium))
    return [(after - before) / FRAMES_IN_A_STRETCH for before, after in pairwise(spent)]


def _worked_ms(chromium: CDPSession) -> float:
    found = chromium.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in found if one["name"] == "TaskDuration") * 1000


def p95(values: Sequence[float]) -> float:
    """Of 100, the 95th."""
    return statistics.quantiles(values, n=20)[-1]


def measured() -> Iterator[Measured]:
    """Everything, line by line."""
    yield from sizes(ASSETS)
    with tempfile.TemporaryDirectory(prefix="qumulus-budgets-") as folder, sync_playwright() as playwright:
        cloud = Cloud(Path(folder) / "data", "up", "--no-providers")
        browser = playwright.chromium.launch(**CHROMIUM)
        with ended(cloud), visiting(browser) as visit:
            cloud.ready()
            alice = visit(cloud.alice)
            times = times_to_pixel(cloud, alice)
            what = f"event to pixel, p95 of {len(times)}"
            yield Measured(what=what, value=p95(times), budget=EVENT_TO_PIXEL_MS, unit="ms")
            frames = frames_of_a_long_list(cloud, alice)
            what = f"work for a picture of a list of {MANY:,}, p95 of {len(frames)}"
            yield Measured(what=what, value=p95(frames), budget=FRAME_MS, unit="ms")
            n_strangers = len(alice.strangers)
            yield Measured(what="requests to others", value=n_strangers, budget=0, unit="")
        browser.close()


def main() -> int:
    """Print the table; gives 0 if every budget is met."""
    began, lines = time.monotonic(), []
    for line in measured():
        lines.append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{time.monotonic() - began:.0f} s\n")
    return int(not all(line.is_met for line in lines))


if __name__ == "__main__":
    sys.exit(main())
