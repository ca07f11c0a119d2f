"""Ways out of a block: none of them is an error."""

from __future__ import annotations

from qumulus.circuits.language.values import Value


class Break(Exception):  # noqa: N818 # a way out of a loop, not an error
    """Leaves a loop."""


class Continue(Exception):  # noqa: N818 # a way to the next turn, not an error
    """Goes on with a loop's next turn."""


class End(Exception):  # noqa: N818 # the end of the program, not an error
    """Leaves the program."""


class Return(Exception):  # noqa: N818 # the end of a subroutine, not an error
    """Leaves a subroutine with a value."""

    def __init__(self, value: Value | None) -> None:
        super().__init__()
        self.value = value
