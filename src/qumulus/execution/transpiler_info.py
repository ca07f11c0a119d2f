"""Whether a job is transpiled, and with which options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from qumulus.execution.failures import TranspileError, nearest

DEFAULT_OPTIONS: Final[Mapping[str, Any]] = MappingProxyType({"optimization_level": 1})
DEFAULT_SEED: Final = 0
"""For jobs that give no ``seed_transpiler``: the same program is always transpiled the same way."""

LIBRARIES: Final = ("qiskit",)
OPTIONS: Final = (
    "approximation_degree",
    "initial_layout",
    "layout_method",
    "optimization_level",
    "routing_method",
    "seed_transpiler",
    "translation_method",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranspileRequest:
    """A wish to transpile with Qiskit; ``is_default``: the job did not say how."""

    options: Mapping[str, Any]
    is_default: bool

    def written_back(self) -> dict[str, Any] | None:
        """The ``transpiler_info`` that the job should show, None: as it was sent."""
        if not self.is_default:
            return None
        return {"transpiler_lib": "qiskit", "transpiler_options": dict(self.options)}


def read_transpiler_info(
    info: Mapping[str, Any] | None, *, form: str, default_for_text: bool
) -> TranspileRequest | None:
    """Decide from ``transpiler_info`` (None: absent) and the job's form; None: no transpiling.

    Raises:
        TranspileError: unknown key, library or option, or an option of the wrong type.
    """
    if info is None and form == "text" and not default_for_text:
        return None
    if not info:
        return TranspileRequest(options=DEFAULT_OPTIONS, is_default=True)
    _check_names("transpiler_info", info, ("transpiler_lib", "transpiler_options"))
    library = info.get("transpiler_lib", "qiskit")
    if library is None:
        return None
    if library not in LIBRARIES:
        hint = nearest(str(library), LIBRARIES)
        raise TranspileError(f"Unknown transpiler_lib {library!r}: {hint} null means no transpiling.")
    options = info.get("transpiler_options") or {}
    if not isinstance(options, Mapping):
        raise TranspileError("transpiler_options must be an object.")
    _check_names("transpiler_options", options, OPTIONS)
    _check_values(options)
    return TranspileRequest(options=options, is_default=False)


def _check_names(where: str, given: Mapping[str, Any], valid: tuple[str, ...]) -> None:
    for name in given:
        if name not in valid:
            raise TranspileError(f"{where} has the unknown key {name!r}: {nearest(name, valid)}")


def _check_values(options: Mapping[str, Any]) -> None:
    level = options.get("optimization_level", 1)
    if not _is_index(level) or level > 3:
        raise TranspileError(f"optimization_level must be 0, 1, 2 or 3, not {level!r}.")
    seed = options.get("seed_transpiler", 0)
    if not (seed is None or (_is_index(seed) and seed < 2**63)):
        raise TranspileError(f"seed_transpiler must be an integer from 0, not {seed!r}.")
    layout = options.get("initial_layout")
    if layout is not None and not (isinstance(layout, list) and all(map(_is_qubit, layout))):
        raise TranspileError(f"initial_layout must be a list of qubit numbers, not {layout!r}.")
    degree = options.get("approximation_degree")
    if degree is not None and not (isinstance(degree, int | float) and 0 <= degree <= 1):
        raise TranspileError(f"approximation_degree must be a number from 0 to 1, not {degree!r}.")
    for name in ("layout_method", "routing_method", "translation_method"):
        if not isinstance(options.get(name), str | None):
            raise TranspileError(f"{name} must be a text, not {options[name]!r}.")


def _is_qubit(value: object) -> bool:
    return isinstance(value, int) and _is_index(value) and value < 2**31


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
