"""``qumulus up``, ``cloud`` and ``provider``: the processes of a cloud."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shlex
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from qumulus.cli import supervisor
from qumulus.cli.console import NOT_BUILT, invitation
from qumulus.cli.extras import require
from qumulus.cli.paths import read_path
from qumulus.config import (
    CloudSettings,
    DeviceSettings,
    ProviderSettings,
    SettingsError,
    load,
    make_data_directory,
    unknown_variables,
)
from qumulus.logs import check_logging

log = logging.getLogger("qumulus.config")

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        parser=read_path,
        metavar="PATH",
        help="Directory of database, credentials and outbox; "
        "default: QUMULUS_DATA, else the user's data directory.",
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        parser=read_path,
        metavar="PATH",
        help="Settings file; default: config.toml in the data directory.",
    ),
]
Host = Annotated[
    str | None, typer.Option("--host", help="Address to listen on; 0.0.0.0 for all; default: 127.0.0.1.")
]
Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one; default: 8080.")
]
Database = Annotated[
    str | None,
    typer.Option("--database", help="postgresql://user@host/db; default: SQLite in the data directory."),
]
LogLevel = Annotated[str | None, typer.Option("--log-level", help="debug, info, warning or error.")]
LogFormat = Annotated[str | None, typer.Option("--log-format", help="text or json.")]
Parent = Annotated[int | None, typer.Option("--parent", hidden=True)]


def up(
    host: Host = None,
    port: Port = None,
    data: Data = None,
    database: Database = None,
    no_providers: Annotated[bool, typer.Option("--no-providers", help="Start the Cloud alone.")] = False,
    config: Config = None,
    log_level: LogLevel = None,
    log_format: LogFormat = None,
) -> None:
    """Start a whole cloud: the Cloud, and a Provider with the devices SVSim and SC."""
    require("cloud", *(() if no_providers else ("provider",)))
    settings = _cloud_settings(
        host, port, data=data, database=database, config=config, log_level=log_level, log_format=log_format
    )
    if not no_providers:
        _provider_settings({"data": settings.data}, config)  # refuses what no Provider could start with
    listener = _bind(settings)
    address = listener.getsockname()[:2]
    common = ["--data", str(settings.data), "--parent", str(os.getpid())]
    common += ["--log-level", settings.log_level, "--log-format", settings.log_format]
    common += [] if config is None else ["--config", str(config)]
    cloud = supervisor.Kept(
        "cloud",
        ["cloud", "--first-start", "--listen-fd", str(listener.fileno()), *_database(settings), *common],
        fds=[listener.fileno()],
    )
    provider = None if no_providers else supervisor.Kept("provider", ["provider", *common])

    def greet() -> None:
        from qumulus.logs import set_up_logging

        set_up_logging(level=settings.log_level, style=settings.log_format)  # of what ends from now on
        typer.echo(_greeting(settings, has_providers=not no_providers))

    try:
        asyncio.run(supervisor.supervise_cloud(address, cloud, provider, on_ready=greet))
    except supervisor.StartFailedError as error:
        typer.echo(f"{error} Its last lines above say why.", err=True)
        raise typer.Exit(1) from error


def cloud(
    host: Host = None,
    port: Port = None,
    data: Data = None,
    database: Database = None,
    config: Config = None,
    log_level: LogLevel = None,
    log_format: LogFormat = None,
    first_start: Annotated[
        bool, typer.Option("--first-start", help="Create schema, user, devices and tokens where missing.")
    ] = False,
    listen_fd: Annotated[int | None, typer.Option("--listen-fd", hidden=True)] = None,
    parent: Parent = None,
) -> None:
    """Start one Cloud process; several may share one PostgreSQL."""
    require("cloud")
    _die_with(parent)
    settings = _cloud_settings(
        host, port, data=data, database=database, config=config, log_level=log_level, log_format=log_format
    )
    listener = _bind(settings) if listen_fd is None else socket.socket(fileno=listen_fd)
    from qumulus import bootstrap

    _run(lambda: bootstrap.run_cloud(settings, listener=listener, is_first_start=first_start), settings)


def provider(
    url: Annotated[str | None, typer.Option("--url", help="Of the Cloud; default: credentials.json.")] = None,
    token: Annotated[
        str | None,
        typer.Option("--token", envvar="QUMULUS_TOKEN", help="Of the Provider, for every --device."),
    ] = None,
    device: Annotated[
        list[str] | None, typer.Option("--device", help="ID=DRIVER, such as SVSim=statevector; repeatable.")
    ] = None,
    worker: Annotated[str | None, typer.Option("--worker", help="Name of this Provider process.")] = None,
    data: Data = None,
    config: Config = None,
    log_level: LogLevel = None,
    log_format: LogFormat = None,
    parent: Parent = None,
) -> None:
    """Start one Provider process: it fetches, runs and reports the jobs of its devices."""
    require("provider")
    _die_with(parent)
    flags = {"data": data, "url": url, "worker": worker, "log_level": log_level, "log_format": log_format}
    settings = _provider_settings(flags, config, token=token or "", devices=device or ())
    from qumulus import bootstrap

    _run(lambda: bootstrap.run_provider(settings), settings)


def _cloud_settings(
    host: str | None,
    port: int | None,
    *,
    data: Path | None,
    database: str | None,
    config: Path | None,
    log_level: str | None,
    log_format: str | None,
) -> CloudSettings:
    flags = {"data": data, "database": database, "log_level": log_level, "log_format": log_format}
    try:
        settings = load(CloudSettings, "cloud", flags=flags, file=config)
        check_logging(level=settings.log_level, style=settings.log_format)
        old_host, old_port = settings.address
        host, port = old_host if host is None else host, old_port if port is None else port
        settings = replace(settings, listen=f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        _ = settings.address  # refuses what is none
        make_data_directory(settings.data)
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
    return settings


def _provider_settings(
    flags: Mapping[str, Any], config: Path | None, *, token: str = "", devices: Sequence[str] = ()
) -> ProviderSettings:
    try:
        settings = load(ProviderSettings, "provider", flags=flags, file=config)
        check_logging(level=settings.log_level, style=settings.log_format)
        if devices:
            return replace(settings, devices=tuple(_device(text, token) for text in devices))
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
    if token:
        return replace(settings, devices=tuple(replace(one, token=token) for one in settings.devices))
    return settings


def _database(settings: CloudSettings) -> Sequence[str]:
    return ["--database", settings.database] if settings.database else []


def _bind(settings: CloudSettings) -> socket.socket:
    try:
        return supervisor.bind(*settings.address)
    except OSError as error:
        taken = error.errno in {errno.EADDRINUSE, errno.EACCES}
        advice = "port with --port, or 0 for a free one" if taken else "address with --host"
        typer.echo(f"Cannot listen on {settings.listen}: {error.strerror}. Take another {advice}.", err=True)
        raise typer.Exit(1) from error


def _device(text: str, token: str) -> DeviceSettings:
    device_id, equals, driver = text.partition("=")
    if not equals or not device_id or not driver:
        raise SettingsError(f"--device {text!r} is not ID=DRIVER, such as SVSim=statevector")
    return DeviceSettings(id=device_id, driver=driver, token=token)


def _die_with(parent: int | None) -> None:
    if parent is not None:
        from qumulus.sandbox.linux import die_with_parent

        die_with_parent(parent)


def _run(main: Callable[[], Coroutine[Any, Any, None]], settings: CloudSettings | ProviderSettings) -> None:
    from qumulus import bootstrap
    from qumulus.domain.errors import QumulusError
    from qumulus.logs import set_up_logging
    from qumulus.provider.settings import ProviderStartError

    try:
        os.umask(0o077)  # programs, results and tokens are this user's affair
        set_up_logging(level=settings.log_level, style=settings.log_format)
        for name, meant in unknown_variables().items():
            log.warning("unknown_variable", extra={"variable": name, "did_you_mean": meant})
        bootstrap.run(main())
    except (SettingsError, ProviderStartError, QumulusError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        if error.filename is None:
            raise
        typer.echo(f"{error.filename}: {error.strerror}", err=True)  # such as a data directory to read only
        raise typer.Exit(1) from error


def _greeting(settings: CloudSettings, *, has_providers: bool) -> str:
    from qumulus.bootstrap import CredentialsFile

    known = CredentialsFile.read(settings.data)
    if known is None:  # somebody removed it since the Cloud wrote it
        return "Qumulus is ready."
    user = next(iter(known.users))
    devices = ", ".join(sorted(known.providers)) if has_providers else "none started (--no-providers)"
    link = invitation(known.url, known.users[user])
    once = "The link of the console signs you in once, within 15 minutes; 'qumulus console' makes another."
    return "\n".join(
        [
            f"Qumulus is ready at {known.url}",
            f"  devices      {devices}",
            f"  console      {link}",
            f"  API          {known.url}/user/docs",
            f"  credentials  {settings.data.absolute() / 'credentials.json'}",
            "",
            f"In another terminal, as {user}:",
            f"  export QUMULUS_DATA={shlex.quote(str(settings.data.absolute()))}",
            "  qumulus run bell.qasm --device SVSim --shots 1000",
            "",
            *([] if link == NOT_BUILT else [once]),
            "Stop it with Ctrl-C.",
        ]
    )
