"""Bytes in, structs out, or one sentence that says what is wrong and where."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qumulus.domain.errors import BadRequestError, QumulusError, UnknownFieldError
from qumulus.wire.admin import NewAccount, NewWhitelist
from qumulus.wire.decode import MAX_DEPTH, decode, refuse_depth
from qumulus.wire.job_info import Program
from qumulus.wire.moments import read_moment
from qumulus.wire.provider import HeartbeatBody, JobReport
from qumulus.wire.queries import JobsQuery, read_fields, read_query
from qumulus.wire.reports import read_info_report, read_reports
from qumulus.wire.submission import read_batch, read_submission
from qumulus.wire.user import SubmitJob

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
FIELDS = [*SubmitJob.__struct_fields__, *JobReport.__struct_fields__, "result", "reason", "code", "job_info"]
bodies = (
    st.binary()
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(st.sampled_from(FIELDS), json_values).map(lambda value: json.dumps(value).encode())
)


@example(b'{"job_info": {}, "unknown": \xff}')
@given(bodies)
@example(b'{"unknown": 1, "device_id"')
def test_no_body_brings_anything_but_a_refusal(body: bytes) -> None:
    for read in (read_submission, read_batch, read_info_report, read_reports):
        refused = None
        try:
            read(body)
        except QumulusError as error:
            refused = error
        assert refused is None or (isinstance(refused, BadRequestError) and str(refused))


@pytest.mark.parametrize(
    ("body", "shape", "says"),
    [
        (b'{"device_id": "a", "job_info": 1, "shot": 1}', SubmitJob, "'shot': did you mean 'shots'?"),
        (b'[{"job_id": "a", "jobinfo": {}}]', list[JobReport], "'[0].jobinfo': did you mean 'job_info'?"),
        (b'{"jobs": [{"job_id": "a", "attemp": 1}]}', HeartbeatBody, "did you mean 'attempt'?"),
        (b'{"device_id": "a", "job_info": 1, "zzz": 1}', SubmitJob, "known are device_id, job_info"),
    ],
)
def test_an_unknown_field_is_named_with_the_nearest_valid_one(body: bytes, shape: type, says: str) -> None:
    with pytest.raises(UnknownFieldError) as caught:
        decode(body, shape)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not valid JSON"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"job_info": 1}', "required field `device_id`"),
        (b'{"device_id": 1, "job_info": 1}', "'device_id' is wrong: Expected `str`, got `int`"),
        (b'{"device_id": "a", "job_info": 1, "shots": 0}', "'shots' is wrong: Expected `int` >= 1"),
    ],
)
def test_what_is_wrong_is_said_by_name(body: bytes, says: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        decode(body, SubmitJob)
    assert says in str(caught.value)


@given(st.integers(0, 3 * MAX_DEPTH), st.text())
def test_depth_counts_brackets_outside_strings(depth: int, text: str) -> None:
    inner = json.dumps(text + "[{" * MAX_DEPTH).encode()
    body = b"[" * depth + inner + b"]" * depth
    if depth > MAX_DEPTH:
        with pytest.raises(BadRequestError, match="deeper than 64"):
            refuse_depth(body)
    else:
        refuse_depth(body)


def test_blank_and_unknown_parameters_count_as_absent() -> None:
    assert read_query(b"status=&q=&other=1&size=7", JobsQuery) == JobsQuery(size=7)
    assert read_query(b"", JobsQuery) == JobsQuery()
    with pytest.raises(BadRequestError, match="'size' is wrong"):
        read_query(b"size=many", JobsQuery)


def test_an_unknown_name_in_fields_is_named_with_the_nearest() -> None:
    assert read_fields("", ("a",)) is None
    assert read_fields(" a ,b,", ("a", "b", "c")) == {"a", "b"}
    with pytest.raises(BadRequestError, match="did you mean 'status'"):
        read_fields("statu", ("status", "name"))


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_a_moment_is_read_whatever_its_offset(moment: datetime) -> None:
    assert read_moment(moment.isoformat(), "at") == moment.astimezone(UTC)


def test_moments_of_real_clients() -> None:
    expected = read_moment("2026-01-02T03:04:05Z", "at")
    for text in (
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05.000Z",
        "2026-01-02T03:04:05.000000+0000",
        "2026-01-02T03:04:05.000000 0000",
        "2026-01-02T12:04:05+09:00",
    ):
        assert read_moment(text, "at") == expected
    assert read_moment("", "at") is None
    with pytest.raises(BadRequestError, match="'at' is no time"):
        read_moment("soon", "at")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 65 + b'"' + b'\\"' * 500_000,
        b"[" * 65 + b'"' * 1_000_001,
        b"[]" * 500_000 + b'"\\',
        b"{" * 40 + b"]" * 1_000_000,
        b"[{]}" * 300_000,
    ],
    ids=["a string that never ends", "quotes", "brackets", "closed only", "crossed"],
)
def test_the_depth_of_nonsense_is_found_in_linear_time(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        decode(body, SubmitJob)


@pytest.mark.parametrize("n", [MAX_DEPTH, MAX_DEPTH + 1])
def test_depth_is_that_of_the_deepest_of_many(n: int) -> None:
    deep = b'{"a":' * (n - 1) + b"[]" + b"}" * (n - 1)
    body = b"[" + b"{}," * 100 + deep + b",[[]]]"
    if n + 1 > MAX_DEPTH:
        with pytest.raises(BadRequestError, match="deeper than 64"):
            refuse_depth(body)
    refuse_depth(body[1:-1].replace(deep, b"[]" * 65))


def test_a_very_long_name_is_cut_in_what_is_said() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        decode(b'{"%s": 1, "device_id": "a", "job_info": "{}"}' % (b"x" * 1_000_000), SubmitJob)
    assert len(str(caught.value)) < 1000
    assert len(str(caught.value.facts["field"])) < 1000


@pytest.mark.parametrize(
    ("shape", "body", "message"),
    [
        (NewAccount, {"id": "a b"}, "'id' is wrong: Expected letters, digits and the signs . _ - + @."),
        (
            NewWhitelist,
            {"users": [{"email": "eve", "group_id": "lab", "available_devices": "*"}]},
            "'users[0].email' is wrong: Expected an address such as eve@lab.org.",
        ),
        (
            Program,
            {"parameters": [{"a": "2"}]},
            "'parameters[0][...]' is wrong: Expected one or more of 0 and 1.",
        ),
    ],
)
def test_nobody_is_told_a_regular_expression(shape: type, body: object, message: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        decode(json.dumps(body).encode(), shape)
    assert str(refused.value) == message
