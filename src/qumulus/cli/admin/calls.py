"""Calls to the Admin API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec
import typer

from qumulus.cli.session import admin_client
from qumulus.sdk.records import read_answer
from qumulus.transport.http import segment
from qumulus.wire.admin import AdminDeviceBody

T = TypeVar("T")

EVERY_DEVICE: Final = "*"


def ask(ctx: typer.Context, path: str, shape: type[T], *, params: Mapping[str, Any] | None = None) -> T:
    """GET from the Admin API."""
    with admin_client(ctx) as http:
        return read_answer(http.request("GET", f"/admin{path}", params=params).body, shape)


def tell(ctx: typer.Context, method: str, path: str, body: msgspec.Struct | None = None) -> bytes:
    """Write to the Admin API by POST or PATCH.

    A POST is sent again only when it surely did nothing; a PATCH leads to the same however often.
    """
    raw = None if body is None else msgspec.json.encode(body)
    with admin_client(ctx) as http:
        return http.request(method, f"/admin{path}", body=raw, idempotent=method != "POST").body


def remove(ctx: typer.Context, path: str, body: msgspec.Struct | None = None) -> None:
    """DELETE from the Admin API."""
    raw = None if body is None else msgspec.json.encode(body)
    with admin_client(ctx) as http:
        http.remove(f"/admin{path}", body=raw)


def path_of(collection: str, item: str, action: str = "") -> str:
    """The path of one thing."""
    return f"/{collection}/{segment(item)}" + (f"/{action}" if action else "")


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def changes(fields: dict[str, Any]) -> dict[str, Any]:
    """The same fields, unless there are none.

    Raises:
        typer.BadParameter: nothing is to be changed.
    """
    if not fields:
        raise typer.BadParameter("nothing to change: give an option, see --help")
    return fields


def tell_of_unknown_devices(ctx: typer.Context, chosen: Any) -> None:
    """Say on standard error which of the devices do not exist: they may be added later, or mistyped."""
    if not isinstance(chosen, list):
        return
    known = {device.device_id for device in ask(ctx, "/devices", list[AdminDeviceBody])}
    for name in chosen:
        if name not in known:
            typer.echo(
                f"Note: there is no device '{name}' yet; there are {', '.join(sorted(known))}.", err=True
            )


def device_choice(devices: str | None) -> Any:
    """Read ``*`` or ``SC,SVSim``; None: not given."""
    if devices is None or devices.strip() == EVERY_DEVICE:
        return devices if devices is None else EVERY_DEVICE
    return [name.strip() for name in devices.split(",") if name.strip()]
