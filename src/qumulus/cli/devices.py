"""``qumulus devices``: what can be computed on."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from qumulus.cli.output import Columns, Output, OutputOption, show_fields, show_rows
from qumulus.cli.session import user_client
from qumulus.cli.times import seconds

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS: Final[Columns] = {
    "Device": lambda device: device.id,
    "Type": lambda device: device.device_type,
    "Status": lambda device: device.status,
    "Qubits": lambda device: device.n_qubits,
    "Pending": lambda device: device.n_pending_jobs,
    "Expected wait": lambda device: seconds(device.expected_wait_s),
}
FIELDS: Final[Columns] = {
    **COLUMNS,
    "Description": lambda device: device.description,
    "Available from": lambda device: device.available_at,
    "Provider seen": lambda device: device.seen_at,
    "Calibrated": lambda device: device.calibrated_at,
    "Basis gates": lambda device: device.basis_gates,
    "Instructions": lambda device: device.supported_instructions,
}


@app.command("list")
def list_devices(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """List the devices that you may use."""
    with user_client(ctx) as client:
        show_rows(client.devices(), COLUMNS, output, empty="There is no device that you may use.")


@app.command()
def show(
    ctx: typer.Context,
    device: Annotated[str, typer.Argument(help="Id of the device.")],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show one device; with -o json its calibration too."""
    with user_client(ctx) as client:
        show_fields(client.device(device), FIELDS, output)
