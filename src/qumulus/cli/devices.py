"""``qumulus devices``: what can be computed on."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Final

import typer

from qumulus.cli.output import Columns, Output, OutputOption, show_fields, show_rows
from qumulus.cli.session import user_client
from qumulus.cli.times import presence, seconds

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS: Final[Columns] = {
    "Device": lambda device: device.id,
    "Type": lambda device: device.device_type,
    "Status": lambda device: device.status,
    "Qubits": lambda device: device.n_qubits,
    "Pending": lambda device: device.n_pending_jobs,
    "Expected wait": lambda device: seconds(device.expected_wait_s),
}
CALIBRATION: Final[Columns] = {
    "Calibration": lambda one: one.id,
    "Calibrated": lambda one: one.calibrated_at,
    "Qubits": lambda one: one.n_qubits,
    "Couplings": lambda one: one.n_couplings,
    "T1 (µs)": lambda one: one.medians.t1_us,
    "T2 (µs)": lambda one: one.medians.t2_us,
    "Readout error": lambda one: one.medians.readout_error,
    "Gate error": lambda one: one.medians.gate_error,
    "Coupling error": lambda one: one.medians.coupling_error,
}
FIELDS: Final[Columns] = {
    **COLUMNS,
    "Description": lambda device: device.description,
    "Available from": lambda device: device.available_at,
    "Provider": lambda device: presence(device.seen_at),
    "Provider seen": lambda device: device.seen_at,
    "Calibrated": lambda device: device.calibrated_at,
    "Shots at most": lambda device: device.max_shots,
    "Basis gates": lambda device: device.basis_gates,
    "Instructions": lambda device: device.supported_instructions,
}


@app.command("list")
def list_devices(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """List the devices that you may use."""
    with user_client(ctx) as client:
        show_rows(client.devices(), COLUMNS, output, empty="There is no device that you may use.")


@app.command()
def calibrations(
    ctx: typer.Context,
    device: Annotated[str, typer.Argument(help="Id of the device.")],
    calibration: Annotated[
        str | None, typer.Argument(metavar="[CALIBRATION]", help="Id of one; -o json shows its document.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many.")] = 20,
    output: OutputOption = Output.TABLE,
) -> None:
    """List the calibrations of a device, newest first, or show one of them."""
    with user_client(ctx) as client:
        if calibration is not None:
            show_fields(client.calibration(device, calibration), CALIBRATION, output)
            return
        found = list(islice(client.calibrations(device, page_size=min(limit, 100)), limit))
    show_rows(found, CALIBRATION, output, empty="The device has no calibration.")


@app.command()
def show(
    ctx: typer.Context,
    device: Annotated[str, typer.Argument(help="Id of the device.")],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show one device; with -o json its calibration too."""
    with user_client(ctx) as client:
        show_fields(client.device(device), FIELDS, output)
