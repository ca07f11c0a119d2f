"""Query parameters, by call; what is absent or blank has the default."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta

from qumulus.domain.errors import BadRequestError
from qumulus.domain.job import JobForm
from qumulus.wire.decode import nearest
from qumulus.wire.provider import Attempt, LeaseSeconds, WorkerName

T = TypeVar("T", bound=msgspec.Struct)

Size = Annotated[int, Meta(ge=1, le=65_535)]
Limit = Annotated[int, Meta(ge=1, le=1000)]
Offset = Annotated[int, Meta(ge=0)]
Wait = Annotated[float, Meta(description="Seconds to hold the request; more than 60 is read as 60.")]
Moment = Annotated[str, Meta(description="RFC 3339; without an offset it is UTC.")]
Fields = Annotated[str, Meta(description="Comma list of the fields wanted.")]
Form = Annotated[
    Literal["text", "object"], Meta(description="Give `job_info` in this form whatever the job's own.")
]


class WaitQuery(msgspec.Struct, frozen=True):
    """How long to wait for the end."""

    wait: Wait = 0.0


class ReadQuery(msgspec.Struct, frozen=True):
    """How long to wait for the end, and in which form to give `job_info`."""

    wait: Wait = 0.0
    job_info_form: Form | None = None


class JobsQuery(msgspec.Struct, frozen=True):
    """Which of one's own jobs."""

    fields: Fields = ""
    status: Annotated[str, Meta(description="One status, or a comma list.")] = ""
    q: Annotated[str, Meta(description="Looked for in id, name and description.")] = ""
    start_time: Moment = ""
    end_time: Moment = ""
    order: Annotated[str, Meta(description="`ASC` (default) or `DESC`, by creation.")] = "ASC"
    page: Annotated[int, Meta(ge=1)] = 1
    size: Size = 100
    device_id: str = ""
    job_type: str = ""
    cursor: Annotated[str, Meta(description="The id of the last job already seen.")] = ""


class CountsQuery(msgspec.Struct, frozen=True):
    """Which of one's own jobs to count."""

    q: Annotated[str, Meta(description="Looked for in id, name and description.")] = ""
    start_time: Moment = ""
    end_time: Moment = ""
    device_id: str = ""
    job_type: str = ""


class EventsQuery(msgspec.Struct, frozen=True):
    """Where to start; the header `Last-Event-ID` says the same."""

    cursor: str = ""
    limit: Limit = 500


class ClaimQuery(msgspec.Struct, frozen=True):
    """What a Provider asks for; any status but `submitted` lists without claiming."""

    device_id: str = ""
    status: str = ""
    limit: Limit | None = None
    max_results: Limit | None = None
    wait: Wait = 0.0
    lease: LeaseSeconds | None = None
    worker: WorkerName = ""
    timestamp: Moment = ""
    fields: Fields = ""
    job_info_form: Form | None = None


class FormQuery(msgspec.Struct, frozen=True):
    """In which form to give `job_info`."""

    job_info_form: Form | None = None


class UploadQuery(msgspec.Struct, frozen=True):
    """What a Provider wants to upload."""

    items: Annotated[str, Meta(description="Comma list of `result`, `transpile_result` and so on.")] = ""
    attempt: Attempt | None = None


class FenceQuery(msgspec.Struct, frozen=True):
    """At which attempt the caller holds the job, and who calls."""

    attempt: Attempt | None = None
    worker: WorkerName = ""


class UsersQuery(msgspec.Struct, frozen=True):
    """Which accounts."""

    offset: Offset = 0
    limit: Limit = 100
    user_id: str | None = None
    email: str | None = None
    display_name: str | None = None
    organization: str | None = None
    group_id: str | None = None
    status: str | None = None
    sort: Annotated[str, Meta(description="`column,asc` or `column,desc`.")] = ""


class TokensQuery(msgspec.Struct, frozen=True):
    """Whose tokens, for what."""

    owner: str | None = None
    role: Literal["user", "provider", "admin"] | None = None


class AnnouncementsQuery(msgspec.Struct, frozen=True):
    """Which announcements."""

    offset: Offset = 0
    limit: Limit = 10
    order: Annotated[str, Meta(description="`ASC` (default) or `DESC`, by start.")] = "ASC"
    current_time: Annotated[str, Meta(description="Keep those whose time it is then.")] = ""


class WhitelistUsersQuery(msgspec.Struct, frozen=True):
    """Which expected people."""

    offset: Offset = 0
    limit: Limit = 100
    email: str | None = None
    group_id: str | None = None
    display_name: str | None = None
    organization: str | None = None
    is_signup_completed: bool | None = None
    sort: Annotated[str, Meta(description="`column,asc` or `column,desc`.")] = ""


class AuditQuery(msgspec.Struct, frozen=True):
    """Newest first, from before a row."""

    limit: Limit = 100
    before: int | None = None


def read_query(query: bytes, shape: type[T]) -> T:
    """Read a query string; parameters that the call does not know are ignored.

    Raises:
        BadRequestError: a value cannot be read, or is out of bounds.
    """
    if not query:
        return shape()
    names = shape.__struct_encode_fields__
    pairs: dict[str, Any] = {key: value for key, value in parse_qsl(query.decode("latin-1")) if key in names}
    try:
        return msgspec.convert(pairs, shape, strict=False)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        name = where.rstrip("`")
        raise BadRequestError(f"Query parameter '{name}' is wrong: {what}.", field=name) from error


def read_fields(text: str, valid: tuple[str, ...]) -> frozenset[str] | None:
    """Read a comma list of field names; None if all are wanted.

    Raises:
        BadRequestError: a name is unknown.
    """
    wanted = frozenset(name.strip() for name in text.split(",") if name.strip())
    for name in sorted(wanted.difference(valid)):
        hint = nearest(name, list(valid))
        advice = f"did you mean '{hint}'?" if hint else f"known are {', '.join(valid)}."
        raise BadRequestError(f"Unknown field '{name}' in 'fields': {advice}", field="fields")
    return wanted or None


def form_of(word: str | None) -> JobForm | None:
    """The form asked for."""
    return _FORMS.get(word) if word else None


_FORMS: Final = {"text": JobForm.TEXT, "object": JobForm.OBJECT}
