"""What all services share: the store, the bell, the time, caches, counters, and the loops."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from qumulus.domain.account import Token, User
from qumulus.domain.device import Device, DeviceLoad
from qumulus.domain.errors import NotFoundError, UnavailableError
from qumulus.domain.ids import DeviceId, TokenId
from qumulus.ports.bell import Bell
from qumulus.ports.blobs import Blobs
from qumulus.ports.clock import Clock, SystemClock
from qumulus.ports.operations import NoteUses
from qumulus.ports.programs import Programs
from qumulus.ports.registrations import KeepSecret
from qumulus.ports.store import Store
from qumulus.service.caches import Cache, Single
from qumulus.service.meters import Meters
from qumulus.service.sweep import Sweeper, prune_forever
from qumulus.service.tidy import tidy_forever
from qumulus.supervise import supervise

SIGNING_KEY: Final = "storage_key"
"""Its name among what the store keeps for all processes."""
READY_EVERY_S: Final = 1.0
"""How often the loops ask a store that cannot serve yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """How long things are remembered and how often the loops turn."""

    safety_poll_s: float = 2.0
    sweep_every_s: float = 0.5
    prune_every_s: float = 3600.0
    tidy_every_s: float = 3600.0
    seen_every_s: float = 5.0
    loads_kept_s: float = 5.0
    accounts_kept_s: float = 5.0
    keys_kept: timedelta = timedelta(hours=48)
    keep_tombstones_days: float = 30.0
    keep_calibrations_days: float | None = None
    """None: for ever."""
    keep_audit_days: float | None = 365.0
    """None: for ever."""
    registrations_per_user: int | None = 1000
    """Jobs of a user that may wait for their submit at once; None: any number."""
    api_token_life: timedelta = timedelta(days=90)
    users_may_edit: frozenset[str] = frozenset({"display_name", "organization"})
    """Attributes of ``User`` that its owner may change."""
    users_may_delete: bool = False
    """A user may delete the own account with its jobs."""
    session_idle: timedelta = timedelta(hours=12)
    """A browser's session ends so long after its last use."""
    session_life: timedelta = timedelta(days=7)
    """A browser's session ends so long after it began, used or not."""
    code_life: timedelta = timedelta(minutes=15)
    """A link that signs in once is good for so long."""
    uses_kept: timedelta = timedelta(minutes=1)
    """The last use of a token is written at most so often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownToken:
    """A token with its owner, None where it belongs to no user."""

    token: Token
    owner: User | None


class Services:
    """Everything a service needs. ``start`` runs the loops, ``drain`` sends the waiting home."""

    def __init__(
        self,
        *,
        store: Store,
        bell: Bell,
        clock: Clock | None = None,
        settings: ServiceSettings | None = None,
        programs: Programs | None = None,
        blobs: Blobs | None = None,
    ) -> None:
        self.store = store
        self.bell = bell
        self.clock = clock or SystemClock()
        self.settings = settings or ServiceSettings()
        self.programs = programs
        self._blobs = blobs
        self._signing_key: bytes | None = None
        self.meters = Meters()
        self.reading = asyncio.Lock()
        """Held while a large archive is read."""
        self.is_draining = False
        self._kept_devices: Single[Mapping[DeviceId, Device]] = Single(
            self._read_devices, clock=self.clock, keep_s=self.settings.accounts_kept_s
        )
        self._kept_loads: Single[Mapping[DeviceId, DeviceLoad]] = Single(
            self.store.device_loads, clock=self.clock, keep_s=self.settings.loads_kept_s
        )
        self.tokens: Cache[TokenId, KnownToken] = Cache(
            self._read_token, clock=self.clock, keep_s=self.settings.accounts_kept_s
        )
        self._seen: set[DeviceId] = set()
        self._uses: dict[TokenId, datetime] = {}
        self._loops: list[asyncio.Task[None]] = []
        self._event_loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Run the loops: the lease sweep, pruning, cache drops, liveness."""
        self._event_loop = asyncio.get_running_loop()
        sweeper = Sweeper(
            store=self.store, clock=self.clock, meters=self.meters, every_s=self.settings.sweep_every_s
        )
        loops = {
            "sweep": sweeper.run,
            "prune": self._prune,
            "drop_caches": self._drop_caches,
            "note_seen": self._note_seen,
            "tidy": self._tidy,
        }
        self._loops = [
            asyncio.create_task(
                supervise(name, partial(self._once_ready, loop), expected=(UnavailableError,)),
                name=f"qumulus-{name}",
            )
            for name, loop in loops.items()
        ]

    async def _once_ready(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop as soon as the store serves: one that lacks its schema is upgraded beside us."""
        while True:
            try:
                await self.store.ping()
                break
            except UnavailableError:
                await asyncio.sleep(READY_EVERY_S)
        await loop()

    def drain(self) -> None:
        """Send everybody who waits home with an empty answer; may be called by a signal handler."""
        self.is_draining = True
        if self._event_loop is not None:
            self._event_loop.call_soon_threadsafe(self._close_bell)

    async def stop(self) -> None:
        """End the loops. The store and the bell are closed by whoever opened them."""
        self.is_draining = True
        self._event_loop = None
        for loop in self._loops:
            loop.cancel()
        for loop in self._loops:
            with contextlib.suppress(asyncio.CancelledError):
                await loop
        self._loops = []

    async def devices(self) -> Mapping[DeviceId, Device]:
        """All devices by id, at most seconds old."""
        return await self._kept_devices.get()

    async def device(self, device_id: DeviceId) -> Device:
        """One device, at most seconds old.

        Raises:
            NotFoundError: there is none.
        """
        found = (await self.devices()).get(device_id)
        if found is None:
            raise NotFoundError(what="device", id=device_id)
        return found

    async def loads(self) -> Mapping[DeviceId, DeviceLoad]:
        """How busy the devices are, at most seconds old."""
        return await self._kept_loads.get()

    @property
    def blobs(self) -> Blobs:
        """Where archives lie.

        Raises:
            UnavailableError: this process was given no such place.
        """
        if self._blobs is None:
            raise UnavailableError("This Cloud has no storage for files.")
        return self._blobs

    async def signing_key(self) -> bytes:
        """The secret that signs storage URLs: one for all processes on a store, made by the first."""
        if self._signing_key is None:
            kept = await self.store.secret(SIGNING_KEY)
            if kept is None:
                kept = await self.store.apply(KeepSecret(name=SIGNING_KEY, value=secrets.token_hex(32)))
            self._signing_key = bytes.fromhex(kept)
        return self._signing_key

    def drop_devices(self) -> None:
        """Read the devices again for the next caller."""
        self._kept_devices.drop()

    def drop_accounts(self) -> None:
        """Read the tokens again for the next caller."""
        self.tokens.drop()

    def note_seen(self, devices: frozenset[DeviceId]) -> None:
        """Remember that a Provider of these devices called; written from time to time."""
        self._seen |= devices

    def note_use(self, token: Token) -> None:
        """Remember that a token was used; written from time to time."""
        now = self.clock.now()
        if token.used_at is None or now - token.used_at >= self.settings.uses_kept:
            self._uses[token.id] = now

    def _close_bell(self) -> None:
        self._loops.append(asyncio.create_task(self.bell.close(), name="qumulus-close-bell"))

    async def _read_devices(self) -> Mapping[DeviceId, Device]:
        return {device.id: device for device in await self.store.devices()}

    async def _read_token(self, token_id: TokenId) -> KnownToken | None:
        token = await self.store.token(token_id)
        if token is None or not await self._is_backed(token):
            return None
        owner = None if token.owner is None else await self.store.user(token.owner)
        return KnownToken(token=token, owner=owner)

    async def _is_backed(self, token: Token) -> bool:
        """Tell whether all that led to a session is still there: it may be opened while that is revoked."""
        opener = token.opened_by
        while opener is not None:
            found = await self.store.token(opener)
            if found is None:
                return False
            opener = found.opened_by
        return True

    async def _prune(self) -> None:
        settings = self.settings
        await prune_forever(
            self.store,
            self.clock,
            every_s=settings.prune_every_s,
            keys_kept=settings.keys_kept,
            tombstones_kept=timedelta(days=settings.keep_tombstones_days),
            calibrations_kept=_days(settings.keep_calibrations_days),
            audit_kept=_days(settings.keep_audit_days),
        )

    async def _tidy(self) -> None:
        if self._blobs is not None:
            await tidy_forever(self.store, self._blobs, self.clock, every_s=self.settings.tidy_every_s)

    async def _drop_caches(self) -> None:
        with self.bell.listen({"devices", "accounts"}) as waiter:
            while not self.is_draining:
                if await waiter.wait(self.settings.accounts_kept_s):
                    self.drop_devices()
                    self.drop_accounts()

    async def _note_seen(self) -> None:
        while True:
            await asyncio.sleep(self.settings.seen_every_s)
            seen, self._seen = self._seen, set()
            if seen:
                await self.store.note_seen(sorted(seen), self.clock.now())
            uses, self._uses = self._uses, {}
            if uses:
                await self.store.apply(NoteUses(uses=uses))
                self.drop_accounts()


def _days(days: float | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)
