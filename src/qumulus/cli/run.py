"""``qumulus run``: from a file to a histogram."""

from __future__ import annotations

import re
import sys
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from qumulus.cli.failures import ExitCode
from qumulus.cli.files import read_program
from qumulus.cli.histogram import DEFAULT_TOP
from qumulus.cli.output import Output, OutputOption, console, show_json, show_lines
from qumulus.cli.session import user_client
from qumulus.cli.show import result_lines
from qumulus.domain.job import DEFAULT_PRIORITY, DEFAULT_SHOTS, MAX_PRIORITY, MAX_SHOTS

if TYPE_CHECKING:
    from qumulus.sdk import Job, JobResult

TRANSPILING: Final[dict[str, dict[str, Any]]] = {
    "none": {"transpiler_lib": None},
    "default": {},
    **{
        str(level): {"transpiler_lib": "qiskit", "transpiler_options": {"optimization_level": level}}
        for level in range(4)
    },
}
_BITS: Final = re.compile("0b[01]+")
_INTEGER: Final = re.compile(r"[+-]?\d+")
_PAULIS: Final = re.compile(r"(?:[IXYZ]\s*\d*\s*)+")


Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
        help="OpenQASM 2 or 3; - reads standard input. Several run side by side in one job.",
    ),
]
Device = Annotated[str, typer.Option("--device", "-d", help="Such as SVSim; see 'qumulus devices list'.")]
Shots = Annotated[int, typer.Option("--shots", "-s", min=1, max=MAX_SHOTS)]
Name = Annotated[str, typer.Option("--name", help="To find the job again.")]
Estimate = Annotated[
    str | None, typer.Option("--estimate", help='Expectation value of "X0 X1:1.5, Z0:-1" instead of counts.')
]
Bind = Annotated[
    list[str] | None,
    typer.Option(
        "--bind",
        help="Values of the program's parameters, such as theta=0.1,n=3 (also true, 0b01); "
        "again for another binding. @FILE: a JSON list of objects.",
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Makes counts of a simulator repeatable.")]
Method = Annotated[str | None, typer.Option("--method", help="Of the simulator, such as stabilizer.")]
Exact = Annotated[bool, typer.Option("--exact", help="With --estimate on a simulator: no shot noise.")]
Transpile = Annotated[
    str | None, typer.Option("--transpile", help="none, default, or an optimization level 0 to 3.")
]
Mitigate = Annotated[bool, typer.Option("--mitigate", help="Correct readout errors.")]
MaxCalibrationAge = Annotated[
    float | None,
    typer.Option(
        "--max-calibration-age", min=0, help="Fail if the device was calibrated more seconds ago than this."
    ),
]
Priority = Annotated[int, typer.Option("--priority", min=0, max=MAX_PRIORITY, help="Smaller goes first.")]
Top = Annotated[int, typer.Option("--top", min=1, help="Outcomes shown.")]
Timeout = Annotated[
    float | None, typer.Option("--timeout", min=0, help="Seconds to wait; the job goes on after.")
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the result, or show the id.")]


def run(
    ctx: typer.Context,
    files: Files,
    device: Device,
    shots: Shots = DEFAULT_SHOTS,
    name: Name = "",
    estimate: Estimate = None,
    bind: Bind = None,
    seed: Seed = None,
    method: Method = None,
    exact: Exact = False,
    transpile: Transpile = None,
    mitigate: Mitigate = False,
    max_calibration_age: MaxCalibrationAge = None,
    priority: Priority = DEFAULT_PRIORITY,
    top: Top = DEFAULT_TOP,
    timeout: Timeout = None,
    wait: Wait = True,
    output: OutputOption = Output.TABLE,
) -> None:
    """Run a program on a device and show its result; several programs run side by side.

    Ctrl-C stops waiting, and asks whether to cancel the job as well.
    """
    if exact and estimate is None:
        raise typer.BadParameter(
            "counts have shots; only --estimate has an exact value", param_hint="--exact"
        )
    if estimate is not None and len(files) > 1:
        raise typer.BadParameter("several programs side by side give counts", param_hint="--estimate")
    simulator = {
        "seed_simulation": seed,
        "method": method,
        "exact": exact or None,
        "max_calibration_age_s": None if max_calibration_age == inf else max_calibration_age,
    }
    options = _job_options(transpile, simulator, mitigate=mitigate)
    options["operator"] = None if estimate is None else read_operator(estimate)
    options["parameters"] = [binding for text in bind for binding in read_bindings(text)] if bind else None
    program: str | list[str] = read_program(files[0]) if len(files) == 1 else list(map(read_program, files))
    with user_client(ctx) as client:
        job = client.submit(program, device=device, shots=shots, name=name, priority=priority, **options)
        if not wait or output is Output.ID:
            typer.echo(job.id)
        if wait:
            result = _await(job, device, timeout)
            _show(job, result, top=top, output=output)


def read_operator(text: str) -> list[tuple[str, float]]:
    """Read ``X0 X1:1.5, Z0:-1``: Pauli strings, each with a weight (1 if none is given)."""
    terms = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        pauli, _, weight = part.partition(":")
        try:
            coeff = _number(weight) if weight.strip() else 1.0
        except ValueError as error:
            raise typer.BadParameter(f"{weight.strip()!r} in --estimate is no number") from error
        if not _PAULIS.fullmatch(pauli.strip()):
            raise typer.BadParameter(f"{pauli.strip()!r} in --estimate is no Pauli string such as 'X0 Z1'")
        terms.append((pauli.strip(), coeff))
    if not terms:
        raise typer.BadParameter('--estimate needs Pauli strings such as "X0 X1:1.5, Z0:-1"')
    return terms


def read_bindings(text: str) -> list[dict[str, float | str]]:
    """Read ``theta=0.1,n=3``, or the bindings in the file of ``@FILE``."""
    if text.startswith("@"):
        return _read_bindings_file(text[1:])
    binding: dict[str, float | str] = {}
    for part in text.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            bound = _bound(value)
        except ValueError as error:
            raise typer.BadParameter(f"{part.strip()!r} in --bind is not like theta=0.1") from error
        if not name or name in binding:
            why = f"gives {name!r} twice" if name else "has a value without a name"
            raise typer.BadParameter(f"{text!r} in --bind {why}")
        binding[name] = bound
    return [binding]


def _bound(value: str) -> float | str:
    """A number, ``true`` or ``false``; ``0b0110`` stands for the bits ``0110``."""
    if value in ("true", "false"):
        return value == "true"
    if _BITS.fullmatch(value):
        return value[2:]
    return int(value) if _INTEGER.fullmatch(value) else _number(value)


def _number(text: str) -> float:
    """A finite number as C and OpenQASM write it: ``1_000`` is none.

    Raises:
        ValueError: it is none.
    """
    number = float(text)
    if not isfinite(number) or "_" in text:
        raise ValueError(text)
    return number


def _read_bindings_file(name: str) -> list[dict[str, float | str]]:
    import msgspec

    try:
        return msgspec.json.decode(Path(name).read_bytes(), type=list[dict[str, bool | int | float | str]])
    except OSError as error:
        raise typer.BadParameter(f"cannot read {name}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise typer.BadParameter(f"{name} is no JSON list of objects with values: {error}") from error


def _job_options(transpile: str | None, simulator: dict[str, Any], *, mitigate: bool) -> dict[str, Any]:
    if transpile is not None and transpile not in TRANSPILING:
        raise typer.BadParameter(
            f"{transpile!r} is not one of {', '.join(map(repr, TRANSPILING))}", param_hint="--transpile"
        )
    simulator = {key: value for key, value in simulator.items() if value is not None}
    return {
        "transpiler": None if transpile is None else TRANSPILING[transpile],
        "simulator": simulator or None,
        "mitigation": {"ro_error_mitigation": "pseudo_inverse"} if mitigate else None,
    }


def _await(job: Job, device: str, timeout_s: float | None) -> JobResult:
    screen = console(err=True)
    try:
        if not screen.is_terminal:
            return job.result(timeout_s)
        with screen.status(f"{device}: submitted") as spinner:
            if timeout_s is None:
                for event in job.events():
                    spinner.update(f"{device}: {event.target or 'deleted'}")
            return job.result(timeout_s)
    except KeyboardInterrupt:
        _offer_cancel(job)
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def _offer_cancel(job: Job) -> None:
    try:
        is_wanted = _can_ask() and typer.confirm(f"\nCancel job {job.id} too?", err=True)
    except typer.Abort:  # Ctrl-C again
        is_wanted = False
    if is_wanted:
        job.cancel()
        typer.echo("cancelled", err=True)
    else:
        typer.echo(f"\nThe job goes on. Its result: qumulus jobs wait {job.id}", err=True)


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _show(job: Job, result: JobResult, *, top: int, output: Output) -> None:
    if output is Output.JSON:
        show_json(job.record)
    elif output is Output.TABLE:
        typer.echo(f"Job {job.id}", err=True)
        show_lines(result_lines(result, top=top))
