"""Devices, users, tokens and the audit trail, on every store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from qumulus.domain.account import Role, Token, TokenKind, User, UserStatus
from qumulus.domain.device import Device, DeviceStatus, DeviceType, OnLostLease
from qumulus.domain.ids import DeviceId, TokenId, UserId
from qumulus.domain.lifecycle import Action, Actor
from qumulus.ports.operations import (
    AddDevice,
    AddToken,
    AddUser,
    Audit,
    ChangeDevice,
    ChangeUser,
    DropDevice,
    DropToken,
    DropUser,
    Prune,
    Written,
)
from qumulus.ports.store import JobQuery, UserQuery
from tests.conformance.world import ALICE, AUDIT, BOB, QPU, SIM, World


async def test_a_device_is_given_back_as_it_was_added(world: World) -> None:
    device = Device(
        id=QPU,
        device_type=DeviceType.QPU,
        status=DeviceStatus.UNAVAILABLE,
        available_at=world.later(60),
        n_qubits=27,
        max_shots=100_000,
        basis_gates=("rz", "sx"),
        supported_instructions=("measure",),
        device_info='{"a": "ü"}',
        calibrated_at=world.later(-60),
        description="d",
        on_lost_lease=OnLostLease.FAIL,
        claim_timeout_s=1.5,
        seen_at=world.now,
    )
    assert await world.store.apply(AddDevice(device=device, at=world.now, audit=AUDIT)) is Written.DONE
    assert await world.store.apply(AddDevice(device=device, at=world.now, audit=AUDIT)) is Written.EXISTS
    await world.add_device()
    assert await world.other.devices() == [device, Device(id=SIM, device_type=DeviceType.SIMULATOR)]


async def test_a_device_is_changed_in_what_is_named(world: World) -> None:
    await world.add_device()
    for i in range(3):
        changes = {"device_info": "{}", "calibrated_at": world.later(i), "description": f"d{i}"}
        changed = ChangeDevice(device_id=SIM, changes=changes, at=world.now)
        assert await world.store.apply(changed) is Written.DONE
    same = ChangeDevice(
        device_id=SIM, changes={"n_qubits": None, "status": DeviceStatus.UNAVAILABLE}, at=world.now
    )
    await world.store.apply(same)
    (device,) = await world.store.devices()
    assert (device.description, device.status) == ("d2", DeviceStatus.UNAVAILABLE)
    missing = ChangeDevice(device_id=QPU, changes={}, at=world.now)
    assert await world.store.apply(missing) is Written.MISSING


async def test_a_description_that_says_nothing_new_leaves_no_audit_row(world: World) -> None:
    await world.add_device()
    audit = replace(AUDIT, action="device.describe")
    for n_qubits in (4, 4, 5, 5, 5, 4):
        changes = {"n_qubits": n_qubits, "device_info": "{}", "calibrated_at": world.now}
        said = ChangeDevice(device_id=SIM, changes=changes, at=world.now, by=Actor.PROVIDER, audit=audit)
        assert await world.store.apply(said) is Written.DONE
    assert len([row for row in await world.store.audit() if row.action == "device.describe"]) == 3


async def test_what_an_operator_took_out_of_service_no_provider_brings_back(world: World) -> None:
    await world.add_device()

    async def say(status: DeviceStatus, by: Actor, **more: object) -> tuple[Written, DeviceStatus]:
        said = ChangeDevice(device_id=SIM, changes={"status": status, **more}, at=world.now, by=by)
        outcome = await world.store.apply(said)
        (device,) = await world.store.devices()
        return outcome, device.status

    out, back = DeviceStatus.UNAVAILABLE, DeviceStatus.AVAILABLE
    assert await say(out, Actor.PROVIDER) == (Written.DONE, out)
    assert await say(back, Actor.PROVIDER) == (Written.DONE, back)
    assert await say(out, Actor.PROVIDER) == (Written.DONE, out)
    assert await say(out, Actor.ADMIN, available_at=world.later(60)) == (Written.DONE, out)
    assert await say(back, Actor.PROVIDER, available_at=None) == (Written.HELD, out)
    assert await say(out, Actor.PROVIDER) == (Written.DONE, out)
    assert await say(back, Actor.PROVIDER) == (Written.HELD, out)
    (device,) = await world.store.devices()
    assert device.available_at == world.later(60)
    assert await say(back, Actor.ADMIN) == (Written.DONE, back)
    assert await say(out, Actor.PROVIDER) == (Written.DONE, out)
    assert await say(back, Actor.PROVIDER) == (Written.DONE, back)


async def test_the_audit_trail_is_kept_for_as_long_as_is_asked(world: World) -> None:
    await world.add_user(ALICE)
    world.clock.advance(60)
    await world.add_user(BOB)
    both = await world.store.audit()
    for_ever = Prune(keys_before=world.now, events_before=world.now)
    assert (await world.store.apply(for_ever)).audits == 0
    assert await world.store.audit() == both
    pruned = await world.store.apply(replace(for_ever, audit_before=world.later(-30)))
    assert pruned.audits == 1
    assert await world.store.audit() == both[:1]


async def test_a_device_with_unfinished_jobs_is_not_dropped(world: World) -> None:
    await world.add_device()
    job_id = await world.submit()
    drop = DropDevice(device_id=SIM, at=world.now, audit=AUDIT)
    assert await world.store.apply(drop) is Written.IN_USE
    await world.claim()
    assert await world.store.apply(drop) is Written.IN_USE
    await world.report(job_id, Action.FAIL)
    assert await world.store.apply(drop) is Written.DONE
    assert await world.store.apply(drop) is Written.MISSING
    assert await world.store.devices() == []
    assert await world.store.job_status(job_id) is not None


async def test_a_provider_that_called_is_remembered_in_time(world: World) -> None:
    await world.add_device()
    await world.add_device(QPU)
    seen_at = world.later(5)
    with world.bell.listen({"never"}) as waiter:
        await world.store.note_seen([SIM, DeviceId("unknown")], seen_at)
        await world.store.note_seen([SIM], world.now)
        for _ in range(100):
            devices = {device.id: device.seen_at for device in await world.store.devices()}
            if devices[SIM] is not None:
                break
            await waiter.wait(0.05)
    assert devices == {SIM: seen_at, QPU: None}


async def test_a_user_is_given_back_changed_and_found(world: World) -> None:
    user = User(
        id=ALICE,
        email="a@example.org",
        display_name="Alice",
        organization="o",
        group_id="g",
        status=UserStatus.UNAPPROVED,
        devices=frozenset({SIM, QPU}),
        may_prioritise=True,
        created_at=world.now,
    )
    assert await world.store.apply(AddUser(user=user, at=world.now, audit=AUDIT)) is Written.DONE
    assert await world.store.apply(AddUser(user=user, at=world.now, audit=AUDIT)) is Written.EXISTS
    await world.add_user(BOB)
    assert await world.other.user(ALICE) == user
    assert await world.store.user(UserId("nobody")) is None
    changes = {"status": UserStatus.APPROVED, "devices": None, "display_name": "A"}
    change = ChangeUser(user_id=ALICE, changes=changes, at=world.now, audit=AUDIT)
    assert await world.store.apply(change) is Written.DONE
    found = await world.store.user(ALICE)
    assert found is not None
    assert (found.status, found.devices, found.display_name) == (UserStatus.APPROVED, None, "A")
    missing = ChangeUser(user_id=UserId("nobody"), changes={}, at=world.now, audit=AUDIT)
    assert await world.store.apply(missing) is Written.MISSING


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["alice", "bob", "carol"]),
        ({"descending": True, "limit": 2}, ["carol", "bob"]),
        ({"sort": "email"}, ["carol", "alice", "bob"]),
        ({"sort": "group_id", "descending": True, "offset": 1}, ["bob", "alice"]),
        ({"group_id": "g"}, ["alice", "bob"]),
        ({"email": "b@x", "user_id": "bob", "organization": "", "display_name": ""}, ["bob"]),
        ({"status": UserStatus.SUSPENDED}, ["carol"]),
    ],
)
async def test_users_are_listed(world: World, wanted: dict[str, object], expected: list[str]) -> None:
    await world.add_user(UserId("carol"), group_id="h", status=UserStatus.SUSPENDED)
    await world.add_user(ALICE, group_id="g", email="a@x")
    await world.add_user(BOB, group_id="g", email="b@x")
    assert [user.id for user in await world.store.users(UserQuery(**wanted))] == expected  # type: ignore[arg-type]


async def test_a_dropped_user_takes_tokens_and_jobs_along(world: World) -> None:
    await world.add_user()
    await world.add_user(BOB)
    running = await world.running()
    job_id = await world.submit(key=world.key())
    other = await world.submit(owner=BOB)
    await world.store.apply(AddToken(token=token(world, "t1"), at=world.now, audit=AUDIT))
    drop = DropUser(user_id=ALICE, at=world.now, audit=AUDIT)
    assert await world.store.apply(drop) is Written.IN_USE
    await world.cancel(job_id)
    await world.report(running, Action.FAIL, outputs={"reason": '"x"'})
    assert await world.store.apply(drop) is Written.DONE
    assert await world.store.apply(drop) is Written.MISSING
    assert await world.store.user(ALICE) is None
    assert await world.store.tokens() == []
    assert [found.job.id for found in await world.store.list_jobs(JobQuery())] == [other]
    assert (await world.store.job_events(job_id)).events == []


def token(world: World, token_id: str, **changes: object) -> Token:
    settings: dict[str, object] = {"secret_hash": b"\0\xff", "role": Role.USER, "owner": ALICE}
    return Token(id=TokenId(token_id), created_at=world.now, **settings | changes)  # type: ignore[arg-type]


async def test_a_user_s_tokens_are_no_more_than_allowed(world: World) -> None:
    await world.add_user()
    session = token(world, "s", kind=TokenKind.SESSION)
    await world.store.apply(AddToken(token=session, at=world.now, audit=AUDIT))
    adds = [
        AddToken(token=token(world, f"t{number}"), at=world.now, audit=AUDIT, at_most=3)
        for number in range(8)
    ]
    stores = (world.store, world.other) * 4
    outcomes = await asyncio.gather(*(store.apply(add) for store, add in zip(stores, adds, strict=True)))
    assert sorted(outcomes) == sorted([*[Written.DONE] * 3, *[Written.FULL] * 5])
    assert len(await world.store.tokens(owner=ALICE)) == 3


async def test_tokens_come_and_go(world: World) -> None:
    await world.add_user()
    full = token(
        world,
        "t1",
        role=Role.PROVIDER,
        owner=None,
        name="n",
        devices=frozenset({SIM, QPU}),
        expires_at=world.now + timedelta(days=1),
    )
    assert await world.store.apply(AddToken(token=full, at=world.now, audit=AUDIT)) is Written.DONE
    assert await world.store.apply(AddToken(token=full, at=world.now, audit=AUDIT)) is Written.EXISTS
    assert await world.other.token(full.id) == full
    orphan = AddToken(token=token(world, "t2", owner=BOB), at=world.now, audit=AUDIT)
    assert await world.store.apply(orphan) is Written.MISSING
    assert await world.store.token(TokenId("t2")) is None
    world.clock.advance(1)
    mine = token(world, "a3")
    await world.store.apply(AddToken(token=mine, at=world.now, audit=AUDIT))
    assert await world.store.tokens() == [full, mine]
    assert await world.store.tokens(owner=ALICE, role=Role.USER) == [mine]
    assert await world.store.tokens(role=Role.ADMIN) == []
    replaced = AddToken(token=token(world, "t4"), at=world.now, audit=AUDIT, replaces=mine.id)
    assert await world.store.apply(replaced) is Written.DONE
    assert await world.store.token(mine.id) is None
    drop = DropToken(token_id=full.id, at=world.now, audit=AUDIT)
    assert await world.store.apply(drop) is Written.DONE
    assert await world.store.apply(drop) is Written.MISSING


async def test_an_administrative_write_leaves_an_audit_row_and_a_refused_one_none(world: World) -> None:
    audit = Audit(
        who="root", action="add_user", subject="alice", before=None, after={"devices": ["SC"], "n": None}
    )
    user = User(id=ALICE, created_at=world.now)
    for _ in range(2):
        await world.store.apply(AddUser(user=user, at=world.now, audit=audit))
    (row,) = await world.store.audit()
    assert (row.at, row.who, row.action, row.subject) == (world.now, "root", "add_user", "alice")
    assert (row.before, row.after) == (None, {"devices": ["SC"], "n": None})
    await world.add_user(BOB)
    newest = await world.store.audit(limit=1)
    assert newest[0].subject == "it"
    assert await world.store.audit(before=newest[0].id) == [row]


async def test_accounts_and_devices_ring(world: World) -> None:
    bell = world.bell if world.other is world.store else world.other_bell
    with bell.listen({"devices"}) as devices, bell.listen({"accounts"}) as accounts:
        for waiter, write in ((devices, world.add_device), (accounts, world.add_user)):
            while await waiter.wait(0.05):
                pass
            await write()
            assert await waiter.wait(10)
