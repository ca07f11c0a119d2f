"""Wake-ups: in memory, and between processes over PostgreSQL."""

from qumulus.bell.making import make_bell
from qumulus.bell.memory import MemoryBell

__all__ = ["MemoryBell", "make_bell"]
