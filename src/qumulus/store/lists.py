"""Lists, composed from the named fragments of the SQL files; values are always parameters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from qumulus.domain.account import Role, TokenKind
from qumulus.domain.ids import UserId
from qumulus.ports.store import CalibrationQuery, JobQuery, UserQuery
from qumulus.store.rows import to_micros
from qumulus.store.statements import Dialect, Statement, compose

_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)

USER_SORTS: Final = frozenset(
    {"id", "email", "display_name", "organization", "group_id", "status", "created_at"}
)


def job_list(dialect: Dialect, query: JobQuery) -> tuple[Statement, dict[str, Any]]:
    """Give the statement of a list of jobs, by id."""
    columns = (
        "{input_column}, {outputs_column}" if query.with_payload else "{no_input_column}, {no_outputs_column}"
    )
    return _job_list(dialect, query, "SELECT {job_columns}, " + columns)


def job_sizes(dialect: Dialect, query: JobQuery) -> tuple[Statement, dict[str, Any]]:
    """Give the statement of the sizes of a list's payloads, about in bytes."""
    return _job_list(dialect, query, "SELECT {size_column}")


def job_counts(dialect: Dialect, query: JobQuery) -> tuple[Statement, dict[str, Any]]:
    """Give the statement of how many jobs of a list stand in each status."""
    values: dict[str, Any] = {}
    names = [_source(query, values), *_filters(query, values), "by_job_status"]
    return compose(dialect, "SELECT {status_counts}", tuple(names)), values


def _job_list(dialect: Dialect, query: JobQuery, pattern: str) -> tuple[Statement, dict[str, Any]]:
    values: dict[str, Any] = {"limit": query.limit, "offset": query.offset}
    names = [_source(query, values), *_filters(query, values)]
    if query.after is not None:
        values["after"] = query.after
        names.append("and_before" if query.descending else "and_after")
    names.append("newest_first" if query.descending else "oldest_first")
    return compose(dialect, pattern, tuple(names)), values


def _source(query: JobQuery, values: dict[str, Any]) -> str:
    if query.needs_reason:
        return "from_unexplained"
    if query.owner is not None and query.devices is None:
        values["owner"] = query.owner
        return "from_owner"
    if query.devices is None:
        return "from_all"
    if len(query.devices) == 1:
        (values["device_id"],) = query.devices
        return "from_device"
    return "from_all"


def _filters(query: JobQuery, values: dict[str, Any]) -> list[str]:
    wanted: list[tuple[str, str, Any]] = [
        ("and_job_type", "job_type", query.job_type),
        ("and_text", "text", query.text or None),
        ("and_from", "submitted_from", query.submitted_from and to_micros(query.submitted_from)),
        ("and_to", "submitted_to", query.submitted_to and to_micros(query.submitted_to)),
        ("and_statuses", "statuses", sorted(query.statuses) or None),
    ]
    if "owner" not in values:
        wanted.append(("and_owner", "owner", query.owner))
    if query.devices is not None and "device_id" not in values:
        wanted.append(("and_devices", "devices", sorted(query.devices)))
    names = []
    for name, parameter, value in wanted:
        if value is not None:
            values[parameter] = value
            names.append(name)
    return names


def user_list(dialect: Dialect, query: UserQuery) -> tuple[Statement, dict[str, Any]]:
    """Give the statement of a list of users."""
    values: dict[str, Any] = {"limit": query.limit, "offset": query.offset}
    names = ["from_users"]
    for name in ("user_id", "email", "display_name", "organization", "group_id"):
        if getattr(query, name) is not None:
            values[name] = getattr(query, name)
            names.append(f"and_{name}")
    if query.status is not None:
        values["status"] = query.status
        names.append("and_user_status")
    if query.sort not in USER_SORTS:
        raise ValueError(f"users cannot be sorted by {query.sort}")
    names.append(f"by_{query.sort}{'_down' if query.descending else ''}")
    names.append("page")
    return compose(dialect, "SELECT {user_columns}", tuple(names)), values


def token_list(
    dialect: Dialect, *, owner: UserId | None, role: Role | None, kind: TokenKind
) -> tuple[Statement, dict[str, Any]]:
    """Give the statement of a list of tokens."""
    values: dict[str, Any] = {"kind": kind.value}
    names = ["from_tokens", "and_token_kind"]
    if owner is not None:
        values["owner"] = owner
        names.append("and_token_owner")
    if role is not None:
        values["role"] = role
        names.append("and_token_role")
    return compose(dialect, "SELECT {token_columns}", (*names, "oldest_tokens_first")), values


def calibration_values(query: CalibrationQuery) -> dict[str, Any]:
    """Give the parameters of the two statements on histories of calibrations."""
    before = query.before
    return {
        "devices": sorted(query.devices),
        "since": to_micros(query.since or _FIRST),
        "until": to_micros(query.until or _LAST),
        "before_at": to_micros(_LAST if before is None else before.calibrated_at),
        "before_id": 2**62 if before is None else before.history_id,
        "limit": query.limit,
        "offset": query.offset,
    }
