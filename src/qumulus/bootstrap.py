"""Settings in, running objects out: the only place where the parts meet."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from qumulus.config import (
    EDITABLE,
    CloudSettings,
    DeviceSettings,
    ProviderSettings,
    SettingsError,
    make_data_directory,
)
from qumulus.domain.account import Role
from qumulus.domain.device import Device, DeviceType, OnLostLease
from qumulus.domain.errors import UnavailableError
from qumulus.domain.ids import DeviceId
from qumulus.ports.clock import SystemClock
from qumulus.ports.store import Store
from qumulus.service.first_start import Credentials, are_good, found_cloud

log = logging.getLogger("qumulus.bootstrap")

DRAIN_WITHIN_S: Final = 8
NO_TOKENS: Final = (
    "Nobody can administer this cloud: start it once with --first-start, which makes a user, devices and "
    "tokens, or make a token with 'qumulus db admin-token'."
)
_GARBAGE_THRESHOLD: Final = 10_000
"""Requests leave no rings of references behind: the usual 700 would look for some at every 27th."""
_DATABASE_PAUSES_S: Final = (0.2, 0.5, 1.0, 2.0, 2.0)
FIRST_DEVICES: Final = (
    DeviceSettings(id="SC", driver="superconducting"),
    DeviceSettings(id="SVSim", driver="statevector"),
)


# --- credentials.json -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialsFile:
    """What ``credentials.json`` in the data directory holds; only its owner may read it."""

    url: str
    admin_token: str
    users: dict[str, str]
    providers: dict[str, str]

    @classmethod
    def read(cls, data: Path) -> CredentialsFile | None:
        """Read it; None if there is none or it is damaged."""
        try:
            return msgspec.json.decode((data / "credentials.json").read_bytes(), type=cls)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            log.warning("credentials_unreadable", extra={"file": str(data / "credentials.json")})
            return None

    def write(self, data: Path) -> None:
        """Write it whole or not at all."""
        text = msgspec.json.format(msgspec.json.encode(self), indent=2)
        fd, name = tempfile.mkstemp(dir=data, prefix=".credentials-")
        with os.fdopen(fd, "wb") as file:  # mkstemp makes it 0600
            file.write(text + b"\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(data / "credentials.json")

    @property
    def credentials(self) -> Credentials:
        """The tokens alone."""
        return Credentials(admin_token=self.admin_token, users=self.users, providers=self.providers)


# --- Cloud ------------------------------------------------------------------------------------


async def run_cloud(settings: CloudSettings, *, listener: socket.socket, is_first_start: bool) -> None:
    """Serve until SIGTERM or SIGINT, then drain.

    ``is_first_start``: make an empty database usable (schema, first accounts, credentials.json)
    before ``/readyz`` says yes.
    """
    from qumulus.bell import make_bell
    from qumulus.http.app import HttpSettings, build_app
    from qumulus.programs.sandboxed import SandboxedPrograms
    from qumulus.service import Services, ServiceSettings
    from qumulus.store import is_sqlite, open_store
    from qumulus.store.blobs import open_blobs

    make_data_directory(settings.data)
    if not settings.allow_unsafe_database:
        await _refuse_forgetfulness(settings.database_url)
    if is_first_start:
        await _found_schema(settings.database_url)
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        bell = make_bell(settings.database_url)
        store = await open_store(
            settings.database_url, bell=bell, must_be_durable=not settings.allow_unsafe_database
        )
        stack.push_async_callback(store.close)
        await bell.start()
        stack.push_async_callback(bell.close)
        if is_first_start:
            await _first_start(store, clock, data=settings.data, url=_url_of(settings, listener))
        programs = SandboxedPrograms()
        stack.push_async_callback(programs.close)
        services = Services(
            store=store,
            bell=bell,
            clock=clock,
            programs=programs,
            blobs=open_blobs(settings.storage, data=settings.data, options=settings.storage_options),
            settings=ServiceSettings(
                keep_tombstones_days=settings.keep_tombstones_days,
                keep_calibrations_days=settings.keep_calibrations_days,
                keep_audit_days=settings.keep_audit_days,
                registrations_per_user=settings.registrations_per_user,
                users_may_edit=frozenset(EDITABLE[name] for name in settings.users_may_edit),
                users_may_delete=settings.users_may_delete,
            ),
        )
        await services.start()
        stack.push_async_callback(services.stop)
        app = build_app(
            services,
            settings=HttpSettings(
                public_url=settings.public_url or None,
                requests_per_s=settings.requests_per_s,
                allowed_origins=settings.allowed_origins,
                metrics_open=settings.metrics_open,
            ),
        )
        kind = "SQLite" if is_sqlite(settings.database_url) else "PostgreSQL"
        log.info("cloud_started", extra={"url": _url_of(settings, listener), "database": kind})
        await _tell_whether_ready(store)
        await _serve(app, listener, services)
        log.info("cloud_ended")


async def _tell_whether_ready(store: Store) -> None:
    try:
        await store.ping()
        is_usable = bool(await store.tokens(role=Role.ADMIN))
    except UnavailableError as error:
        log.warning("cloud_not_ready", extra={"error": str(error)})
    else:
        if not is_usable:
            log.warning("cloud_without_tokens", extra={"advice": NO_TOKENS})


async def _serve(app: Any, listener: socket.socket, services: Any) -> None:
    import uvicorn

    from qumulus.http.protocol import BoundedProtocol

    class Server(uvicorn.Server):
        """Wakes all who wait when a signal comes: uvicorn lets open requests end first.

        It would also raise the signal again at the end, before anything else is closed: not here.
        """

        def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ARG002 - uvicorn's signature
            services.drain()
            self.force_exit = self.should_exit and sig == signal.SIGINT
            self.should_exit = True

    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=DRAIN_WITHIN_S,
        timeout_keep_alive=75,
        backlog=2048,
    )
    gc.collect()
    gc.freeze()  # what was loaded stays, and need not be looked through again
    gc.set_threshold(_GARBAGE_THRESHOLD)
    await Server(config).serve(sockets=[listener])


def _url_of(settings: CloudSettings, listener: socket.socket) -> str:
    if settings.public_url:
        return settings.public_url
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - told apart, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _found_schema(database_url: str) -> None:
    """Give an empty PostgreSQL its schema; one with data is only upgraded by ``qumulus db upgrade``.

    A server that starts or recovers is waited for.
    """
    from qumulus.store import is_empty, is_sqlite, upgrade

    if is_sqlite(database_url):
        return
    for pause_s in (*_DATABASE_PAUSES_S, None):
        try:
            if await is_empty(database_url):
                await upgrade(database_url)
        except UnavailableError as error:
            if pause_s is None:
                raise
            log.warning("database_awaited", extra={"error": str(error), "again_in_s": pause_s})
            await asyncio.sleep(pause_s)
        else:
            return


async def _refuse_forgetfulness(database_url: str) -> None:
    """A server that cannot be asked now is asked again by each connection that writes."""
    from qumulus.store import forgetfulness

    complaint = ""
    with suppress(UnavailableError):
        complaint = await forgetfulness(database_url)
    if complaint:
        raise SettingsError(complaint)


async def _first_start(store: Store, clock: SystemClock, *, data: Path, url: str) -> None:
    await store.ping()
    known = CredentialsFile.read(data)
    if known is not None and await are_good(known.credentials, store=store):
        if known.url != url:
            replace(known, url=url).write(data)
        return
    made = await found_cloud(store, clock, first_devices())
    log.info("credentials_written", extra={"file": str(data / "credentials.json")})
    CredentialsFile(
        url=url, admin_token=made.admin_token, users=dict(made.users), providers=dict(made.providers)
    ).write(data)


def first_devices() -> Sequence[Device]:
    """Describe ``SC`` and ``SVSim`` as their drivers do, so that they can be seen before a Provider comes.

    Where the extra ``provider`` is not installed they stay bare until their Providers describe them.
    """
    try:
        from qumulus.provider.drivers import load_driver
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("qumulus"):
            raise
        return [
            Device(id=DeviceId("SC"), device_type=DeviceType.QPU),
            Device(id=DeviceId("SVSim"), device_type=DeviceType.SIMULATOR),
        ]
    found = []
    for settings in FIRST_DEVICES:
        driver = load_driver(settings.driver, settings.id, settings.options)
        described = driver.describe()
        found.append(
            Device(
                id=DeviceId(settings.id),
                device_type=DeviceType(described.device_type),
                n_qubits=described.n_qubits,
                max_shots=described.max_shots,
                basis_gates=tuple(described.basis_gates),
                supported_instructions=tuple(described.supported_instructions),
                device_info=msgspec.json.encode(described.device_info).decode(),
                calibrated_at=datetime.fromisoformat(described.calibrated_at)
                if described.calibrated_at
                else None,
                description=described.description,
                on_lost_lease=OnLostLease.FAIL if driver.touches_hardware else OnLostLease.REQUEUE,
            )
        )
    return found


# --- Provider ---------------------------------------------------------------------------------


async def run_provider(settings: ProviderSettings) -> None:
    """Serve devices until SIGTERM or SIGINT, then drain."""
    from qumulus import provider

    make_data_directory(settings.data)
    await provider.run_provider(with_credentials(settings))


def with_credentials(settings: ProviderSettings) -> ProviderSettings:
    """Fill in address and tokens that were not given from ``credentials.json``.

    Raises:
        SettingsError: one is missing there, too.
    """
    known = CredentialsFile.read(settings.data)
    url = settings.url or (known.url if known else "")
    if not url:
        raise SettingsError(
            f"Which Cloud? Give --url, or set url in [provider] of {settings.data / 'config.toml'}, "
            f"or start one here with `qumulus up`."
        )
    tokens = known.providers if known else {}
    devices = []
    for device in settings.devices:
        token = device.token or tokens.get(device.id, "")
        if not token:
            raise SettingsError(
                f"No token for device {device.id}: make one with "
                f"`qumulus admin token add --device {device.id}` and give it with --token or QUMULUS_TOKEN, "
                f"or as token of the device in the settings file."
            )
        devices.append(replace(device, token=token))
    return replace(settings, url=url, devices=tuple(devices))


def run(main: Any) -> None:
    """Run a coroutine on uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)
