"""Settings: a flag beats the environment, that beats ``config.toml``, that beats the default.

Each process reads its settings once and hands them on; nothing else looks at the environment.
"""

from __future__ import annotations

import difflib
import os
import re
import socket
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias, TypeVar

import msgspec
import platformdirs
from msgspec import Meta

S = TypeVar("S")

Days: TypeAlias = Annotated[float, Meta(ge=0)]

ENVIRONMENT: Final[Mapping[str, str]] = {
    "QUMULUS_DATA": "data",
    "QUMULUS_DATABASE": "database",
    "QUMULUS_ALLOW_UNSAFE_DATABASE": "allow_unsafe_database",
    "QUMULUS_STORAGE": "storage",
    "QUMULUS_LISTEN": "listen",
    "QUMULUS_PUBLIC_URL": "public_url",
    "QUMULUS_LOG_LEVEL": "log_level",
    "QUMULUS_LOG_FORMAT": "log_format",
}
"""Not ``QUMULUS_PORT``: Kubernetes injects a variable of that name for a service called qumulus."""

STORAGES: Final = r"local|file:///.+|s3://[a-z0-9][a-z0-9.-]+(?:/[\w./-]*)?"
DATABASES: Final = ("postgresql://", "postgres://", "sqlite:///")

EDITABLE: Final[Mapping[str, str]] = {"name": "display_name", "organization": "organization"}
"""What users may be let edit of their accounts, and which attribute it is."""

_OF_OTHERS: Final = frozenset({"QUMULUS_URL", "QUMULUS_TOKEN"})


class SettingsError(Exception):
    """A setting is unknown or has a value that does not fit; the text says which and where."""


def default_data() -> Path:
    """``QUMULUS_DATA``, else this user's data directory by the platform's custom."""
    return Path(os.environ.get("QUMULUS_DATA") or platformdirs.user_data_dir("qumulus"))


def make_data_directory(data: Path) -> None:
    """Make it where it is missing, for its owner alone.

    Raises:
        SettingsError: it cannot be made.
    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(f"{data} cannot be the data directory: {error.strerror}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSettings:
    """Of one Cloud process."""

    data: Path = field(default_factory=default_data)
    database: str = ""
    """``postgresql://…`` or ``sqlite:///path``; empty: SQLite in ``data``."""
    allow_unsafe_database: bool = False
    """Serve although the PostgreSQL server may forget commits when its power is cut."""
    storage: str = "local"
    """Of uploaded archives: ``local`` (in ``data``), ``file:///path`` or ``s3://bucket/prefix``."""
    storage_options: dict[str, str] = field(default_factory=dict, repr=False)
    """Of the S3 client, such as ``endpoint`` and ``region``; may hold secrets."""
    listen: str = "127.0.0.1:8080"
    public_url: str = ""
    """What clients call this Cloud, for absolute URLs; empty: as they reached it."""
    requests_per_s: Annotated[float, Meta(gt=0)] | None = None
    """Rate limit of each token; None: no limit."""
    allowed_origins: tuple[str, ...] = ("*",)
    """Of browsers that may call the APIs from another site."""
    metrics_open: bool = False
    """``/metrics`` needs no admin token."""
    users_may_edit: tuple[str, ...] = ("name", "organization")
    """What of their accounts users may change by themselves."""
    users_may_delete: bool = False
    """Users may delete their accounts with all jobs by themselves."""
    keep_tombstones_days: Days = 30.0
    keep_calibrations_days: Days | None = None
    """None: for ever. Each device keeps at least its newest."""
    keep_audit_days: Days = 365.0
    registrations_per_user: Annotated[int, Meta(ge=0)] = 1000
    """Jobs of a user that may wait for their submit at once."""
    log_level: str = "info"
    log_format: str = "text"

    def __post_init__(self) -> None:
        if not re.fullmatch(STORAGES, self.storage):
            raise SettingsError(
                f"storage = {self.storage!r} is none: use local, file:///path or s3://bucket/prefix"
            )
        for name in self.users_may_edit:
            if name not in EDITABLE:
                raise SettingsError(f"users_may_edit = {name!r}: it may hold {', '.join(EDITABLE)}")
        if self.public_url and not re.fullmatch(r"https?://[^/\s].*", self.public_url):
            raise SettingsError(
                f"public_url = {self.public_url!r} is no address: write it as https://quantum.example.org"
            )
        if self.database and not self.database.startswith(DATABASES):
            raise SettingsError(
                f"database = {self.database.partition('://')[0]!r} is none: "
                "use postgresql://user@host/name or sqlite:///path"
            )

    @property
    def database_url(self) -> str:
        """The database in use."""
        return self.database or f"sqlite:///{self.data.absolute() / 'qumulus.db'}"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on.

        Raises:
            SettingsError: ``listen`` is not ``host:port``.
        """
        host, colon, port = self.listen.rpartition(":")
        if not colon or not port.isdecimal() or int(port) > 65535:
            raise SettingsError(f"listen = {self.listen!r} is not host:port, such as 127.0.0.1:8080")
        if not host.strip("[]"):
            raise SettingsError(f"listen = {self.listen!r} names no host: write 0.0.0.0 for all addresses")
        return host.strip("[]"), int(port)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSettings:
    """One device that a Provider serves; an empty ``token`` is looked up in ``credentials.json``."""

    id: Annotated[str, Meta(min_length=1)]
    driver: str
    options: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    slots: Annotated[int, Meta(ge=1)] = 1
    """Jobs that run at once."""


def _host_name() -> str:
    return socket.gethostname()[:48]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """Of one Provider process; an empty ``url`` is looked up in ``credentials.json``."""

    data: Path = field(default_factory=default_data)
    url: str = ""
    worker: Annotated[str, Meta(min_length=1, max_length=64)] = field(default_factory=_host_name)
    """Tells Providers of one device apart; at most 64 characters."""
    lease_s: Annotated[float, Meta(ge=5, le=3600)] = 10.0
    claim_ahead: Annotated[int, Meta(ge=0)] = 256
    """Jobs claimed beyond the free slots, so that none stays idle between two claims."""
    small_jobs_together: bool = True
    """Run small jobs one after the other in one process; off, each has a process of its own."""
    devices: Annotated[tuple[DeviceSettings, ...], Meta(min_length=1)] = (
        DeviceSettings(id="SVSim", driver="statevector", slots=2),
        DeviceSettings(id="SC", driver="superconducting"),
    )
    log_level: str = "info"
    log_format: str = "text"

    def __post_init__(self) -> None:
        for device, times in Counter(device.id for device in self.devices).items():
            if times > 1:
                raise SettingsError(f"devices name {device!r} twice: use 'slots' to run more jobs at once")


def load(kind: type[S], table: str, *, flags: Mapping[str, Any], file: Path | None = None) -> S:
    """Read the settings of one process.

    ``flags`` hold None where the flag was not given. Without ``file``, ``config.toml`` in the data
    directory is read if it exists.

    Raises:
        SettingsError: an unknown key, or a value of the wrong type.
    """
    names = {entry.name for entry in fields(kind)}  # type: ignore[arg-type]  # S is always a dataclass
    environment = {key: os.environ[name] for name, key in ENVIRONMENT.items() if os.environ.get(name)}
    given = {key: value for key, value in flags.items() if value is not None}
    for key, value in given.items():
        if value == "":
            raise SettingsError(f"--{key.replace('_', '-')} is empty: is a variable not set?")
    data = Path(given.get("data") or environment.get("data") or default_data())
    path = file or data / "config.toml"
    merged = {
        **_from_file(path, table, names, must_exist=file is not None),
        **{key: value for key, value in environment.items() if key in names},
        **given,
    }
    try:
        return msgspec.convert(merged, kind, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$.")
        setting = f"{place[:-1]} in [{table}]" if place else f"A setting of [{table}]"
        raise SettingsError(f"{setting} does not fit: {what}") from error


def _decode(kind: type[Any], value: Any) -> Any:
    if kind is Path:
        return Path(value)
    raise TypeError(f"no setting is a {kind}")


def unknown_variables() -> dict[str, str]:
    """Variables that look like settings and are none, each with the one that is nearest or ""."""
    known = {*ENVIRONMENT, *_OF_OTHERS}
    unknown = sorted(name for name in os.environ if name.startswith("QUMULUS_") and name not in known)
    return {
        name: next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.85)), "") for name in unknown
    }


def _from_file(path: Path, table: str, names: set[str], *, must_exist: bool) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text())
    except FileNotFoundError:
        if must_exist:
            raise SettingsError(f"There is no settings file {path}.") from None
        return {}
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from error
    _refuse_unknown(document, {"cloud", "provider"}, f"table of {path}")
    values = document.get(table, {})
    if not isinstance(values, dict):
        raise SettingsError(f"{table} in {path} must be a table: [{table}]")
    _refuse_unknown(values, names, f"key of [{table}] in {path}")
    for device in values.get("devices", ()):
        if isinstance(device, dict):
            known = {entry.name for entry in fields(DeviceSettings)}
            _refuse_unknown(device, known, f"key of [[{table}.devices]] in {path}")
    return values


def _refuse_unknown(values: Mapping[str, Any], known: set[str], what: str) -> None:
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f": did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}."
            raise SettingsError(f"{name!r} is no {what}{hint}")
