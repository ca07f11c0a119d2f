"""Administrative writes, each a script of its own with its audit row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from qumulus.domain.device import Device
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
    Operation,
    Prune,
    Pruned,
    Written,
)
from qumulus.store.rows import (
    read_device,
    read_user,
    to_json,
    to_micros,
    write_device,
    write_token,
    write_user,
)
from qumulus.store.script import AskOnce, Script, Writes

PRUNED_TO: Final = "events_pruned_to"
"""Key of ``meta``: the position of the last tombstone that was forgotten, as ``tx-id``."""


def _add_device(operation: AddDevice, writes: Writes) -> Script[Written]:
    device = operation.device
    if not (yield AskOnce("insert_device", write_device(device))):
        return Written.EXISTS
    yield from _keep_calibration(device)
    writes.topics.add("devices")
    return (yield from _done(operation.audit, to_micros(operation.at)))


def _change_device(operation: ChangeDevice, writes: Writes) -> Script[Written]:
    rows = yield AskOnce("lock_device", {"id": operation.device_id})
    if not rows:
        return Written.MISSING
    before = read_device(rows[0])
    device = replace(before, **operation.changes)
    yield AskOnce("update_device", write_device(device))
    if device.calibrated_at != before.calibrated_at:
        yield from _keep_calibration(device)
    writes.topics.add("devices")
    return (yield from _done(operation.audit, to_micros(operation.at)))


def _keep_calibration(device: Device) -> Script[None]:
    if device.device_info is None or device.calibrated_at is None:
        return
    yield AskOnce(
        "insert_calibration",
        {
            "device_id": device.id,
            "calibrated_at": to_micros(device.calibrated_at),
            "device_info": device.device_info,
        },
    )


def _drop_device(operation: DropDevice, writes: Writes) -> Script[Written]:
    if (yield AskOnce("device_has_unfinished", {"id": operation.device_id})):
        return Written.IN_USE
    if not (yield AskOnce("delete_device", {"id": operation.device_id})):
        return Written.MISSING
    writes.topics.add("devices")
    return (yield from _done(operation.audit, to_micros(operation.at)))


def _add_user(operation: AddUser, writes: Writes) -> Script[Written]:
    if not (yield AskOnce("insert_user", write_user(operation.user))):
        return Written.EXISTS
    writes.topics.add("accounts")
    return (yield from _done(operation.audit, to_micros(operation.at)))


def _change_user(operation: ChangeUser, writes: Writes) -> Script[Written]:
    rows = yield AskOnce("lock_user", {"id": operation.user_id})
    if not rows:
        return Written.MISSING
    yield AskOnce("update_user", write_user(replace(read_user(rows[0]), **operation.changes)))
    writes.topics.add("accounts")
    return (yield from _done(operation.audit, to_micros(operation.at)))


def _drop_user(operation: DropUser, writes: Writes) -> Script[Written]:
    values = {"id": operation.user_id}
    if not (yield AskOnce("lock_user", values)):
        return Written.MISSING
    if (yield AskOnce("user_has_unfinished", values)):
        return Written.IN_USE
    for name in (
        "delete_outputs_of",
        "delete_inputs_of",
        "delete_unexplained_of",
        "delete_events_of",
        "delete_keys_of",
        "delete_jobs_of",
        "delete_tokens_of",
        "delete_user",
    ):
        yield AskOnce(name, values)
    writes.topics.update(("accounts", f"o:{operation.user_id}"))
    return (yield from _done(operation.audit, to_micros(operation.at)))


def _add_token(operation: AddToken, writes: Writes) -> Script[Written]:
    owner = operation.token.owner
    if owner is not None and not (yield AskOnce("lock_user", {"id": owner})):
        return Written.MISSING
    if not (yield AskOnce("insert_token", write_token(operation.token))):
        return Written.EXISTS
    if operation.replaces is not None:
        yield AskOnce("delete_token", {"id": operation.replaces})
    writes.topics.add("accounts")
    return (yield from _done(operation.audit, to_micros(operation.at)))


def _drop_token(operation: DropToken, writes: Writes) -> Script[Written]:
    if not (yield AskOnce("delete_token", {"id": operation.token_id})):
        return Written.MISSING
    writes.topics.add("accounts")
    return (yield from _done(operation.audit, to_micros(operation.at)))


def _prune(operation: Prune, writes: Writes) -> Script[Pruned]:  # noqa: ARG001 - rings for nobody
    keys = yield AskOnce("delete_keys", {"before": to_micros(operation.keys_before)})
    before = {"before": to_micros(operation.events_before)}
    newest = yield AskOnce("newest_tombstone", before)
    if not newest:
        return Pruned(events=0, keys=len(keys))
    events = yield AskOnce("delete_tombstones", before)
    yield AskOnce("write_meta", {"key": PRUNED_TO, "value": f"{newest[0][0]}-{newest[0][1]}"})
    return Pruned(events=len(events), keys=len(keys))


def _done(audit: Audit | None, at: int) -> Script[Written]:
    if audit is not None:
        yield AskOnce(
            "insert_audit",
            {
                "at": at,
                "who": audit.who,
                "action": audit.action,
                "subject": audit.subject,
                "before": None if audit.before is None else to_json(audit.before),
                "after": None if audit.after is None else to_json(audit.after),
            },
        )
    return Written.DONE


SCRIPTS: Final[Mapping[type[Operation[Any]], Callable[[Any, Writes], Script[Any]]]] = MappingProxyType(
    {
        AddDevice: _add_device,
        ChangeDevice: _change_device,
        DropDevice: _drop_device,
        AddUser: _add_user,
        ChangeUser: _change_user,
        DropUser: _drop_user,
        AddToken: _add_token,
        DropToken: _drop_token,
        Prune: _prune,
    }
)
"""What runs alone in its transaction: seldom, and of many steps."""
