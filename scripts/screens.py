"""Take the console's pictures for the documents: ``python -m scripts.screens``.

Starts a whole cloud in a temporary directory, plays jobs of every kind of end, and takes each screen in
both themes. The built console must be there (``make console``), and Debian's Chromium.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import expect, sync_playwright
from tests.browser.visits import AWAITED, CHROMIUM, Visitor, visiting
from tests.e2e.clouds import BELL, ENDLESS, Caller, Cloud, ended, until

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
THEMES: Final = ("light", "dark")
MOST_KB: Final = 150
FARTHER: Final[dict[str, Any]] = {"viewport": {"width": 1800, "height": 1125}, "device_scale_factor": 0.8}
"""For the page of a job: as many pixels as the others, and both the lanes and the histogram."""
HEAD: Final = 'OPENQASM 3;\ninclude "stdgates.inc";\n'
GHZ: Final = f"""{HEAD}
qubit[3] q;
bit[3] c;

h q[0];
cx q[0], q[1];
cx q[1], q[2];
c = measure q;
"""
QUENCH: Final = f"""{HEAD}
qubit[4] q;
bit[4] c;

for int step in [1:2] {{
  for int i in [0:3] {{
    rx(0.55) q[i];
  }}
  for int i in [0:2] {{
    cx q[i], q[i + 1];
    rz(0.8) q[i + 1];
    cx q[i], q[i + 1];
  }}
}}
c = measure q;
"""
MISTAKEN: Final = GHZ.replace("cx q[1]", "cnot q[1]")
CHAIN: Final = (
    f"{HEAD}qubit[2] q;\nrx(0.9) q[0];\nrx(0.9) q[1];\ncz q[0], q[1];\nrx(0.6) q[0];\nrx(0.6) q[1];\n"
)
ISING: Final = [
    {"pauli": "Z 0 Z 1", "coeff": -1.0},
    {"pauli": "X 0", "coeff": -0.5},
    {"pauli": "X 1", "coeff": -0.5},
]
ENERGY: Final[dict[str, Any]] = {
    "job_type": "estimation",
    "job_info": json.dumps({"code": CHAIN, "operator": ISING}),
    "shots": 8000,
}
PAIR: Final[dict[str, Any]] = {
    "job_type": "multi_manual",
    "job_info": json.dumps({"program": [BELL, GHZ]}),
    "shots": 2000,
}
ON_SC: Final[dict[str, Any]] = {"device": "SC"}
MITIGATED: Final[dict[str, Any]] = {**ON_SC, "mitigation_info": {"ro_error_mitigation": "pseudo_inverse"}}


def play(alice: Caller) -> str:
    """Have jobs of every kind; gives the one whose page is shown."""
    dropped = alice.submit(ENDLESS, name="Random circuit, 20 qubits")
    until(lambda: alice.status(dropped) == "running")
    alice.ask("POST", f"/user/jobs/{dropped}/cancel")
    until(lambda: "reason" in alice.job_info(dropped))
    jobs = [
        alice.submit(BELL, name="Bell pair", shots=1000),
        alice.submit(BELL, name="Bell pair, mitigated", shots=4000, **MITIGATED),
        alice.submit(name="Ising chain, exact gates", **ENERGY),
        alice.submit(name="Ising chain", **ENERGY, **MITIGATED),
        alice.submit(name="Two at once", **PAIR, **ON_SC),
        alice.submit(MISTAKEN, name="GHZ, with a slip", **ON_SC),
        alice.submit(QUENCH, name="Quench of a chain, mitigated", shots=10_000, **MITIGATED),
    ]
    until(lambda: {alice.status(job_id) for job_id in jobs} <= {"succeeded", "failed"}, within_s=90)
    until(lambda: alice.ask("GET", "/user/devices/SC")["seen_at"])
    return jobs[-1]


@contextmanager
def at_work(alice: Caller) -> Iterator[None]:
    """Something runs and something waits."""
    busy = [alice.submit(ENDLESS, name=f"Random circuit, seed {seed}") for seed in range(1, 5)]
    until(lambda: alice.status(busy[0]) == "running")
    try:
        yield
    finally:
        for job_id in busy:
            alice.ask("POST", f"/user/jobs/{job_id}/cancel")


def settle(visitor: Visitor) -> None:
    """Wait until nothing is loading, the stream is there, and no picture moves."""
    expect(visitor.page.locator("button.avatar")).to_be_visible()
    expect(visitor.page.locator(AWAITED)).to_have_count(0)
    expect(visitor.page.locator('.pulse[data-liveness="live"]')).to_be_visible()
    visitor.page.wait_for_function(
        "document.getAnimations().every(one => one.playState !== 'running' ||"
        " one.effect.getComputedTiming().iterations === Infinity)"
    )


def take(visitor: Visitor, name: str, theme: str) -> Path:
    """One picture of what is shown."""
    settle(visitor)
    path = FOLDER / f"console-{name}-{theme}.png"
    visitor.page.screenshot(path=path)
    return path


def picture_of_a_job(visitor: Visitor, job_id: str, theme: str) -> Path:
    """Its way, and what was measured, with and without mitigation."""
    visitor.open(f"/jobs/{job_id}?raw=true")
    expect(visitor.content.locator(".sequence svg .step.done")).to_have_count(4)
    expect(visitor.content.locator(".catch").first).to_be_attached()
    return take(visitor, "job", theme)


def pictures(visitor: Visitor, theme: str) -> Iterator[Path]:
    """All other screens."""
    visitor.open("/")
    expect(visitor.content.locator('.badge[data-status="running"]').first).to_be_visible()
    yield take(visitor, "home", theme)
    visitor.open("/jobs")
    expect(visitor.content.locator("[data-job]").nth(7)).to_be_visible()
    yield take(visitor, "jobs", theme)
    visitor.open("/new?device=SC")
    visitor.content.locator("select.examples").select_option("qft")
    expect(visitor.content.locator(".circuit-names")).to_contain_text("q[3]")
    expect(visitor.content.locator(".fitting")).to_have_attribute("data-fit", "fits.after")
    yield take(visitor, "new", theme)
    visitor.open("/devices/SC")
    visitor.content.locator('[data-qubit="12"]').click()
    yield take(visitor, "device", theme)


def main() -> int:
    """Write the pictures; gives 1 if one is larger than the documents should carry."""
    FOLDER.mkdir(exist_ok=True)
    sizes: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="qumulus-screens-") as folder, sync_playwright() as playwright:
        cloud = Cloud(Path(folder) / "data", "up")
        browser = playwright.chromium.launch(**CHROMIUM)
        with ended(cloud), visiting(browser) as visit:
            cloud.ready()
            job_id = play(cloud.alice)
            with at_work(cloud.alice):
                for theme in THEMES:
                    look: dict[str, Any] = {"color_scheme": theme, "reduced_motion": "reduce"}
                    taken = [
                        *pictures(visit(cloud.alice, **look), theme),
                        picture_of_a_job(visit(cloud.alice, **look, **FARTHER), job_id, theme),
                    ]
                    sizes |= {path.name: path.stat().st_size / 1024 for path in taken}
        browser.close()
    for name, size in sizes.items():
        print(f"{name:<28} {size:6.0f} KB")
    return int(max(sizes.values()) > MOST_KB)


if __name__ == "__main__":
    sys.exit(main())
