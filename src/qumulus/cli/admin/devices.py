"""``qumulus admin device``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from qumulus.cli.admin.calls import ask, changes, given, path_of, remove, tell
from qumulus.cli.devices import FIELDS as USER_FIELDS
from qumulus.cli.output import Columns, Output, OutputOption, confirm, show_done, show_fields, show_rows
from qumulus.cli.times import seconds
from qumulus.domain.device import DeviceStatus, DeviceType, OnLostLease
from qumulus.wire.admin import AdminDeviceBody, DeviceSettings

app = typer.Typer(no_args_is_help=True, add_completion=False)

FIELDS: Final[Columns] = {
    **USER_FIELDS,
    "Device": lambda device: device.device_id,
    "Status": lambda device: f"{device.status} (by an operator)" if device.is_held else device.status,
    "Expected wait": lambda device: seconds(device.expected_wait),
    "On lost lease": lambda device: device.on_lost_lease,
    "Claim timeout": lambda device: seconds(device.claim_timeout),
}
COLUMNS: Final[Columns] = {
    heading: FIELDS[heading]
    for heading in ("Device", "Type", "Status", "Qubits", "Pending", "On lost lease", "Provider seen")
}

DeviceArgument = Annotated[str, typer.Argument(metavar="DEVICE", help="Id of the device.")]
Type = Annotated[DeviceType | None, typer.Option("--type")]
Status = Annotated[DeviceStatus | None, typer.Option("--status", help="Only an available one takes jobs.")]
Qubits = Annotated[int | None, typer.Option("--qubits", min=0)]
Description = Annotated[str | None, typer.Option("--description")]
Info = Annotated[
    Path | None, typer.Option("--info", help="File of device_info (JSON).", exists=True, dir_okay=False)
]
Lost = Annotated[
    OnLostLease | None, typer.Option("--on-lost-lease", help="Of a running job: fail on hardware.")
]
ClaimTimeout = Annotated[
    float | None, typer.Option("--claim-timeout", min=0, help="Seconds, for Providers that take no lease.")
]


@app.command()
def add(
    ctx: typer.Context,
    device: DeviceArgument,
    type: Type = DeviceType.SIMULATOR,
    status: Status = None,
    qubits: Qubits = None,
    description: Description = None,
    info: Info = None,
    on_lost_lease: Lost = None,
    claim_timeout: ClaimTimeout = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Add a device; its Provider needs a token: 'qumulus admin token add --device DEVICE'."""
    fields = _fields(type, status, qubits, description=description, info=info, lost=on_lost_lease)
    settings = DeviceSettings(device_id=device, **fields, **given(claim_timeout=claim_timeout))
    tell(ctx, "POST", "/devices", settings)
    show_done(device, "added", output)


@app.command("list")
def list_devices(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """List all devices."""
    show_rows(ask(ctx, "/devices", list[AdminDeviceBody]), COLUMNS, output, empty="There is no device.")


@app.command()
def show(ctx: typer.Context, device: DeviceArgument, output: OutputOption = Output.TABLE) -> None:
    """Show one device; with -o json its calibration too."""
    show_fields(ask(ctx, path_of("devices", device), AdminDeviceBody), FIELDS, output)


@app.command()
def change(
    ctx: typer.Context,
    device: DeviceArgument,
    type: Type = None,
    status: Status = None,
    qubits: Qubits = None,
    description: Description = None,
    info: Info = None,
    on_lost_lease: Lost = None,
    claim_timeout: ClaimTimeout = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Change what is given; the rest stays. A claim timeout of 0 takes it away."""
    fields = _fields(type, status, qubits, description=description, info=info, lost=on_lost_lease)
    if claim_timeout is not None:
        fields["claim_timeout"] = claim_timeout or None
    tell(ctx, "PATCH", path_of("devices", device), DeviceSettings(**changes(fields)))
    show_done(device, "changed", output)


@app.command()
def delete(
    ctx: typer.Context,
    device: DeviceArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Delete a device; refused while it has unfinished jobs."""
    confirm(f"Delete device {device}?", yes=yes)
    remove(ctx, path_of("devices", device))
    show_done(device, "deleted", output)


def _fields(
    type: DeviceType | None,
    status: DeviceStatus | None,
    qubits: int | None,
    *,
    description: str | None,
    info: Path | None,
    lost: OnLostLease | None,
) -> dict[str, Any]:
    return given(
        device_type=type,
        status=status,
        n_qubits=qubits,
        description=description,
        device_info=None if info is None else info.read_text(encoding="utf-8"),
        on_lost_lease=lost,
    )
