"""How much is tried, and with which seeds: the short form's are fixed, the long form's fresh."""

from __future__ import annotations

import os
import zlib
from typing import Final, TypeVar

import numpy as np

IS_LONG: Final = "PHYSICS_SEED" in os.environ
SEED: Final = int(os.environ.get("PHYSICS_SEED", "20290229"))

T = TypeVar("T")


def pick(short: T, long: T) -> T:
    """What belongs to the form that runs."""
    return long if IS_LONG else short


def random_of(*name: object) -> np.random.Generator:
    """Random numbers of this name in this run."""
    return np.random.default_rng([SEED, zlib.crc32(repr(name).encode())])


def seed_of(*name: object) -> int:
    """A job's seed of this name in this run."""
    return int(random_of(*name).integers(1 << 31))
