"""Administrative writes, each a script of its own with its audit row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from qumulus.ports.operations import (
    AddDevice,
    AddToken,
    AddUser,
    ChangeDevice,
    ChangeUser,
    DropDevice,
    DropToken,
    DropUser,
    NoteUses,
    Operation,
    Prune,
    Pruned,
    SwapToken,
    Written,
)
from qumulus.store import announcements, calibrations, registrations, whitelist
from qumulus.store.audited import done
from qumulus.store.rows import (
    read_device,
    read_user,
    to_micros,
    write_device,
    write_token,
    write_user,
)
from qumulus.store.script import AskOnce, OvertakenError, Script, Writes
from qumulus.store.statements import Row

PRUNED_TO: Final = "events_pruned_to"
"""Key of ``meta``: the position of the last tombstone that was forgotten, as ``tx-id``."""

PATIENCE: Final = "5s"
"""How long a removal waits for each lock of others: every submit may wait behind it."""


def _add_device(operation: AddDevice, writes: Writes) -> Script[Written]:
    device = operation.device
    if not (yield AskOnce("insert_device", write_device(device))):
        return Written.EXISTS
    yield from calibrations.keep_calibration(device, to_micros(operation.at))
    writes.topics.add("devices")
    return (yield from done(operation.audit, to_micros(operation.at)))


def _change_device(operation: ChangeDevice, writes: Writes) -> Script[Written]:
    rows = yield AskOnce("lock_device", {"id": operation.device_id})
    if not rows:
        return Written.MISSING
    before = read_device(rows[0])
    device = before.changed(operation.changes, by=operation.by)
    if not {"device_info", "calibrated_at"}.isdisjoint(operation.changes):
        yield from calibrations.keep_calibration(device, to_micros(operation.at))
    outcome = Written.DONE if device == replace(device, **operation.changes) else Written.HELD
    if device == before:
        return outcome
    yield AskOnce("update_device", write_device(device))
    writes.topics.add("devices")
    yield from done(operation.audit, to_micros(operation.at))
    return outcome


def _drop_device(operation: DropDevice, writes: Writes) -> Script[Written]:
    yield AskOnce("wait_briefly", {"patience": PATIENCE})
    yield AskOnce("hold_submits", {})
    if (yield AskOnce("device_has_unfinished", {"id": operation.device_id})):
        return Written.IN_USE
    if not (yield AskOnce("delete_device", {"id": operation.device_id})):
        return Written.MISSING
    writes.topics.add("devices")
    return (yield from done(operation.audit, to_micros(operation.at)))


def _add_user(operation: AddUser, writes: Writes) -> Script[Written]:
    if not (yield AskOnce("insert_user", write_user(operation.user))):
        return Written.EXISTS
    writes.topics.add("accounts")
    return (yield from done(operation.audit, to_micros(operation.at)))


def _change_user(operation: ChangeUser, writes: Writes) -> Script[Written]:
    rows = yield AskOnce("lock_user", {"id": operation.user_id})
    if not rows:
        return Written.MISSING
    yield AskOnce("update_user", write_user(replace(read_user(rows[0]), **operation.changes)))
    writes.topics.add("accounts")
    return (yield from done(operation.audit, to_micros(operation.at)))


def _drop_user(operation: DropUser, writes: Writes) -> Script[Written]:
    values = {"id": operation.user_id}
    yield AskOnce("wait_briefly", {"patience": PATIENCE})
    if not (yield AskOnce("lock_user", values)):
        return Written.MISSING
    ((horizon,),) = yield AskOnce("horizon", {})
    if (yield AskOnce("user_has_unfinished", values)):
        return Written.IN_USE
    for name in (
        "delete_outputs_of",
        "delete_objects_of",
        "delete_inputs_of",
        "delete_unexplained_of",
        "delete_events_of",
        "delete_keys_of",
        "delete_jobs_of",
        "delete_tokens_of",
    ):
        yield AskOnce(name, {**values, "horizon": horizon})
    yield AskOnce("hold_submits", {})
    if (yield AskOnce("user_has_jobs", values)):
        raise OvertakenError
    yield AskOnce("delete_user", values)
    writes.topics.update(("accounts", f"o:{operation.user_id}"))
    return (yield from done(operation.audit, to_micros(operation.at)))


def _add_token(operation: AddToken, writes: Writes) -> Script[Written]:
    owner = operation.token.owner
    if owner is not None and not (yield AskOnce("lock_user", {"id": owner})):
        return Written.MISSING
    if operation.at_most is not None:
        ((n_tokens,),) = yield AskOnce("count_tokens", {"owner": owner})
        if n_tokens >= operation.at_most:
            return Written.FULL
    if not (yield AskOnce("insert_token", write_token(operation.token))):
        return Written.EXISTS
    if operation.replaces is not None:
        yield AskOnce("delete_token", {"id": operation.replaces})
    writes.topics.add("accounts")
    return (yield from done(operation.audit, to_micros(operation.at)))


def _swap_token(operation: SwapToken, writes: Writes) -> Script[Written]:
    if not (yield AskOnce("delete_token", {"id": operation.given})):
        return Written.MISSING
    yield AskOnce("insert_token", write_token(operation.token))
    writes.topics.add("accounts")
    return (yield from done(operation.audit, to_micros(operation.at)))


def _note_uses(operation: NoteUses, writes: Writes) -> Script[None]:  # noqa: ARG001 - rings for nobody
    for token_id in sorted(operation.uses):
        yield AskOnce("note_token_use", {"id": token_id, "at": to_micros(operation.uses[token_id])})


def _drop_token(operation: DropToken, writes: Writes) -> Script[Written]:
    if not (yield AskOnce("delete_token", {"id": operation.token_id})):
        return Written.MISSING
    writes.topics.add("accounts")
    return (yield from done(operation.audit, to_micros(operation.at)))


def _prune(operation: Prune, writes: Writes) -> Script[Pruned]:  # noqa: ARG001 - rings for nobody
    keys = yield AskOnce("delete_keys", {"before": to_micros(operation.keys_before)})
    yield AskOnce("delete_ended_sessions", {"before": to_micros(operation.keys_before)})
    calibrations_gone = yield from _delete_old("delete_calibrations", operation.calibrations_before)
    audits_gone = yield from _delete_old("delete_audits", operation.audit_before)
    before = {"before": to_micros(operation.events_before)}
    newest = yield AskOnce("newest_tombstone", before)
    events: Sequence[Row] = ()
    if newest:
        events = yield AskOnce("delete_tombstones", before)
        yield AskOnce("write_meta", {"key": PRUNED_TO, "value": f"{newest[0][0]}-{newest[0][1]}"})
    return Pruned(events=len(events), keys=len(keys), calibrations=calibrations_gone, audits=audits_gone)


def _delete_old(name: str, before: datetime | None) -> Script[int]:
    """Delete what is older, nothing where no time is given; gives how many."""
    if before is None:
        return 0
    return len((yield AskOnce(name, {"before": to_micros(before)})))


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
        SwapToken: _swap_token,
        NoteUses: _note_uses,
        Prune: _prune,
        **announcements.SCRIPTS,
        **calibrations.SCRIPTS,
        **registrations.SCRIPTS,
        **whitelist.SCRIPTS,
    }
)
"""What runs alone in its transaction: seldom, and of many steps."""
