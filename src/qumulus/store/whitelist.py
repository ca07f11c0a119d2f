"""The whitelist in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from qumulus.domain.whitelist import Invitation, WhitelistEntry
from qumulus.ports.operations import Operation
from qumulus.ports.whitelist import AddInvitations, DropInvitations, WhitelistQuery
from qumulus.store.audited import done
from qumulus.store.rows import device_set, to_json, to_micros
from qumulus.store.script import AskOnce, OvertakenError, Script, Writes
from qumulus.store.statements import Dialect, Row, Statement, compose

WHITELIST_SORTS: Final = frozenset({"id", "email", "display_name", "organization", "group_id"})


def read_entry(row: Row) -> WhitelistEntry:
    """Read the columns of ``whitelist_columns``."""
    invitation = Invitation(
        email=row[1],
        group_id=row[2],
        display_name=row[3],
        organization=row[4],
        devices=None if row[5] is None else device_set(row[5]),
    )
    return WhitelistEntry(id=row[0], invitation=invitation, has_account=bool(row[6]))


def whitelist_list(dialect: Dialect, query: WhitelistQuery) -> tuple[Statement, dict[str, Any]]:
    """Give the statement of a list of expected people."""
    values: dict[str, Any] = {"limit": query.limit, "offset": query.offset}
    names = ["from_whitelist"]
    for name in ("email", "group_id", "display_name", "organization"):
        if getattr(query, name) is not None:
            values[name] = getattr(query, name)
            names.append(f"and_whitelist_{name}")
    if query.has_account is not None:
        names.append("and_has_account" if query.has_account else "and_has_no_account")
    if query.sort not in WHITELIST_SORTS:
        raise ValueError(f"the whitelist cannot be sorted by {query.sort}")
    names += [f"whitelist_by_{query.sort}{'_down' if query.descending else ''}", "page"]
    return compose(dialect, "SELECT {whitelist_columns}", tuple(names)), values


def _add(operation: AddInvitations, writes: Writes) -> Script[tuple[str, ...]]:  # noqa: ARG001 - nobody waits for it
    known: list[str] = []
    for invitation in operation.invitations:
        known += [row[0] for row in (yield AskOnce("whitelist_has", {"email": invitation.email}))]
    if known:
        return tuple(known)
    for invitation in operation.invitations:
        if not (yield AskOnce("insert_whitelist", _columns(invitation))):
            raise OvertakenError
    yield from done(operation.audit, to_micros(operation.at))
    return ()


def _columns(invitation: Invitation) -> dict[str, Any]:
    devices = invitation.devices
    return {
        "email": invitation.email,
        "group_id": invitation.group_id,
        "display_name": invitation.display_name,
        "organization": invitation.organization,
        "devices": None if devices is None else to_json(sorted(devices)),
    }


def _drop(operation: DropInvitations, writes: Writes) -> Script[int]:  # noqa: ARG001 - as above
    n_gone = 0
    for email in operation.emails:
        n_gone += len((yield AskOnce("delete_whitelist", {"email": email})))
    if n_gone:
        yield from done(operation.audit, to_micros(operation.at))
    return n_gone


SCRIPTS: Final[Mapping[type[Operation[Any]], Callable[[Any, Writes], Script[Any]]]] = MappingProxyType(
    {AddInvitations: _add, DropInvitations: _drop}
)
