"""A new cloud: the first accounts, and tokens that are made again when they are not known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from qumulus.bell import MemoryBell
from qumulus.domain.account import Role, hash_secret
from qumulus.domain.device import Device, DeviceType
from qumulus.domain.ids import DeviceId, TokenId
from qumulus.ports.store import Store
from qumulus.service.first_start import FIRST_USER, are_good, found_cloud
from qumulus.store import open_store
from qumulus.testing.clock import FakeClock

DEVICES = (
    Device(id=DeviceId("SC"), device_type=DeviceType.QPU),
    Device(id=DeviceId("SVSim"), device_type=DeviceType.SIMULATOR),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path / 'qumulus.db'}", bell=MemoryBell())
    yield opened
    await opened.close()


async def test_a_new_cloud_has_a_user_devices_and_a_token_for_each(store: Store) -> None:
    made = await found_cloud(store, FakeClock(), DEVICES)
    assert [device.id for device in await store.devices()] == ["SC", "SVSim"]
    assert (await store.user(FIRST_USER)) is not None
    roles = {token.id: (token.role, token.owner, token.devices) for token in await store.tokens()}
    assert {
        made.admin_token.partition(".")[0]: (Role.ADMIN, None, frozenset()),
        made.users["alice"].partition(".")[0]: (Role.USER, "alice", frozenset()),
        made.providers["SC"].partition(".")[0]: (Role.PROVIDER, None, frozenset({"SC"})),
        made.providers["SVSim"].partition(".")[0]: (Role.PROVIDER, None, frozenset({"SVSim"})),
    } == roles


async def test_only_a_hash_of_the_secret_is_stored(store: Store) -> None:
    made = await found_cloud(store, FakeClock(), DEVICES)
    token_id, _, secret = made.admin_token.partition(".")
    stored = await store.token(TokenId(token_id))
    assert stored is not None
    assert stored.secret_hash == hash_secret(secret)
    assert secret not in repr(stored)


async def test_founding_again_adds_tokens_and_changes_nothing_else(store: Store) -> None:
    first = await found_cloud(store, FakeClock(), DEVICES)
    before = await store.devices()
    second = await found_cloud(store, FakeClock(), DEVICES)
    assert await store.devices() == before
    assert len(await store.tokens()) == 8
    assert await are_good(first, store=store)
    assert await are_good(second, store=store)


async def test_a_token_of_another_store_is_not_good(store: Store) -> None:
    made = await found_cloud(store, FakeClock(), DEVICES)
    stranger = replace(made, users={"alice": "unknown.secret"})
    assert not await are_good(stranger, store=store)


async def test_a_wrong_secret_is_not_good(store: Store) -> None:
    made = await found_cloud(store, FakeClock(), DEVICES)
    forged = replace(made, admin_token=made.admin_token + "x")
    assert not await are_good(forged, store=store)


async def test_every_first_write_is_audited(store: Store) -> None:
    await found_cloud(store, FakeClock(), DEVICES)
    rows = await store.audit()
    assert sorted(row.action for row in rows) == ["device.add"] * 2 + ["token.add"] * 4 + ["user.add"]
    assert {row.who for row in rows} == {"first start"}
