"""Run campaigns: ``python -m campaign`` plays three seeds on both stores."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Final

import uvloop

from campaign.play import Outcome, play
from campaign.stage import FULL, SHORT, Size

STORES: Final = ("sqlite", "postgres")


def main() -> int:
    """Give 0 if no promise was broken."""
    options = _options()
    uvloop.install()
    seeds = options.seed or [secrets.randbelow(10**6) for _ in range(1 if options.short else 3)]
    n_violations = 0
    for seed in seeds:
        for store in [options.store] if options.store else STORES:
            n_violations += _campaign(options, seed, store)
    print(f"\nin all: {n_violations} violations")
    return int(n_violations > 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m campaign", description=__doc__)
    parser.add_argument(
        "--seed", type=int, action="append", help="of the schedule; repeatable (default: three)"
    )
    parser.add_argument("--store", choices=STORES, help="default: both")
    parser.add_argument("--jobs", type=int, help=f"to submit (default: {FULL.jobs})")
    parser.add_argument("--seconds", type=float, help=f"of trouble (default: {FULL.seconds:g})")
    parser.add_argument("--strikes", type=int, help=f"of the nemesis (default: {FULL.n_strikes})")
    parser.add_argument("--short", action="store_true", help="one seed, a small campaign")
    parser.add_argument("--keep", action="store_true", help="keep recording, store and logs in any case")
    return parser.parse_args()


def _size(options: argparse.Namespace) -> Size:
    given = {"jobs": options.jobs, "seconds": options.seconds, "n_strikes": options.strikes}
    return replace(
        SHORT if options.short else FULL, **{key: value for key, value in given.items() if value is not None}
    )


def _campaign(options: argparse.Namespace, seed: int, store: str) -> int:
    size = _size(options)
    folder = Path(tempfile.mkdtemp(prefix=f"campaign-{store}-{seed}-"))
    print(
        f"\n## seed {seed} on {store}: {size.jobs} jobs in {size.seconds:g} s of trouble, in {folder}",
        flush=True,
    )
    outcome = asyncio.run(play(size, seed=seed, store=store, folder=folder))
    _show(outcome)
    if not (outcome.violations or options.keep):
        shutil.rmtree(folder)
    sys.stdout.flush()
    return len(outcome.violations)


def _show(outcome: Outcome) -> None:
    strikes = "; ".join(str(strike) for strike in outcome.schedule)
    print(textwrap.fill(f"schedule  {strikes}", 140, subsequent_indent=" " * 10))
    ended = ", ".join(f"{count} {status}" for status, count in sorted(outcome.statuses.items()))
    print(f"jobs      {outcome.n_jobs} submitted; stored at the end: {ended}; {outcome.n_losses} leases lost")
    print(f"kills     {outcome.n_kills}; cut or duplicated messages {outcome.n_messages}")
    print("counts    " + ", ".join(f"{what} {count}" for what, count in sorted(outcome.counts.items())))
    if outcome.skipped:
        print("skipped   " + ", ".join(f"{what} {count}" for what, count in sorted(outcome.skipped.items())))
    if outcome.cancel_s:
        slowest_ms = max(outcome.cancel_s) * 1000
        print(f"cancel    {len(outcome.cancel_s)} calls to gone processes: {slowest_ms:.0f} ms at most")
    for violation in outcome.violations[:50]:
        print(f"  {violation}")
    if len(outcome.violations) > 50:
        print(f"  … and {len(outcome.violations) - 50} more")
    print(f"{len(outcome.violations)} violations in {outcome.took_s:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
