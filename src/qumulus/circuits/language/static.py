"""Expressions as far as no run is needed for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from qumulus.circuits.language.evaluator import Evaluator
from qumulus.circuits.language.scopes import BitVariable, Variable, place_of
from qumulus.circuits.language.values import DependsOnMeasurement, Value
from qumulus.circuits.operands import Bits

SOME_QUBITS: Final = Bits("qubit", (), is_single=False)
"""An alias or an argument whose size only a run tells."""


class StaticEvaluator(Evaluator):
    """Knows constants only; for all that has its value from a run it raises DependsOnMeasurement."""

    def _known_identifier(self, node: Any) -> Value:
        symbol = self.symbol(node)
        if isinstance(symbol, Variable | BitVariable) and (
            symbol.is_writable or place_of(symbol).get() is None
        ):
            raise DependsOnMeasurement
        return self._identifier(node)

    def _from_a_run(self, _node: Any) -> Value:
        raise DependsOnMeasurement

    def _register(self, node: Any) -> Bits:
        if (bits := super()._register(node)) is SOME_QUBITS:
            raise DependsOnMeasurement
        return bits

    _EVALUATE: ClassVar[dict[str, Callable[[Any, Any], Value]]] = {
        **Evaluator._EVALUATE,  # noqa: SLF001 # the table of the base class
        "Identifier": _known_identifier,
        "IndexExpression": _from_a_run,
        "FunctionCall": _from_a_run,
        "SizeOf": _from_a_run,
    }
