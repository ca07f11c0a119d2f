"""The forms of ``job_info``: told apart, kept as sent, composed with what the Provider wrote."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.domain.errors import InvalidJobInfoError
from qumulus.domain.job import INPUT_KEYS, JobForm, Payload
from qumulus.wire.job_info import compose, object_form, outputs_of, read_input, text_form

plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.lists(st.integers())
inputs = st.fixed_dictionaries(
    {}, optional={"operator": st.just([{"pauli": "X0", "coeff": 1}]), "extra": plain, "result": plain}
)
programs = st.text(min_size=1).filter(lambda text: "\x00" not in text)
outputs = st.dictionaries(
    st.sampled_from(["result", "reason", "message", "code", "program", "transpile_result", "x"]), plain
)


def read(raw: msgspec.Raw) -> Any:
    value = json.loads(bytes(raw))
    return json.loads(value) if isinstance(value, str) else value


def parts_of(values: dict[str, Any]) -> dict[str, msgspec.Raw]:
    return {key: msgspec.Raw(json.dumps(value).encode()) for key, value in values.items()}


@given(inputs, programs)
def test_what_was_sent_is_kept_as_sent(rest: dict[str, Any], program: str) -> None:
    contents = {"code": program, **rest}
    text, objects = read_input(text_form(contents)), read_input(object_form(contents))
    assert (text.form, objects.form) == (JobForm.TEXT, JobForm.OBJECT)
    assert json.loads(text.text) == json.loads(objects.text) == contents
    spaced = '{ "code" :"x" ,\n "n": 1.50e1}'
    assert read_input(msgspec.Raw(json.dumps(spaced).encode())).text == spaced


@given(inputs, programs, outputs)
def test_both_forms_show_the_same_and_the_programs_stay_the_users(
    rest: dict[str, Any], program: str, written: dict[str, Any]
) -> None:
    contents = {"program": [program], **rest}
    stored = outputs_of(parts_of(written))
    assert not INPUT_KEYS & stored.keys()
    payload = Payload(input=json.dumps(contents), outputs=stored)
    text, objects = compose(payload, JobForm.TEXT), compose(payload, JobForm.OBJECT)
    assert isinstance(json.loads(bytes(text)), str)
    assert isinstance(json.loads(bytes(objects)), dict)
    shown = read(text)
    assert shown == read(objects)
    assert shown["program"] == [program]
    assert shown.get("operator") == contents.get("operator")
    for key, value in written.items():
        if value is not None and key not in INPUT_KEYS and key != "message":
            assert shown[key] == value


@given(st.text(), st.text())
def test_reason_and_message_are_one(first: str, second: str) -> None:
    for written, reason in (
        ({"reason": first}, first),
        ({"message": second}, second),
        ({"reason": first, "message": second}, first),
    ):
        shown = read(
            compose(Payload(input='{"code": "x"}', outputs=outputs_of(parts_of(written))), JobForm.TEXT)
        )
        assert shown == {"code": "x", "reason": reason, "message": reason}


def test_the_code_of_a_failure_does_not_hide_the_program() -> None:
    stored = outputs_of(parts_of({"reason": "r", "code": "invalid_program"}))
    shown = read(compose(Payload(input='{"code": "x"}', outputs=stored), JobForm.TEXT))
    assert (shown["code"], shown["reason_code"]) == ("x", "invalid_program")


@pytest.mark.parametrize(
    "sent", [{"code": "x"}, {"program": "x"}, {"program": ["x"]}, {"code": "x", "program": None}]
)
def test_the_object_form_always_lists_its_programs(sent: dict[str, Any]) -> None:
    payload = Payload(input=json.dumps(sent), outputs={})
    assert read(compose(payload, JobForm.OBJECT))["program"] == ["x"]


@pytest.mark.parametrize(
    "raw", [b"1", b"null", b"[]", b'"OPENQASM 3;"', b'"[]"', b'"{}"', b"{}", b'{"code": 1}']
)
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidJobInfoError):
        read_input(msgspec.Raw(raw))


HUGE = ["1e999", "-1e400", "1" + "0" * 5000, '{"a":[1E+0309]}', "9" * 199 + "e200", "[" + "1" * 290 + "e99]"]


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("key", ["extra", "result"])
def test_numbers_that_no_reader_can_hold_are_refused_wherever_they_stand(key: str, number: str) -> None:
    contents = f'{{"program":["x"],"{key}":{number}}}'
    for raw in (contents, json.dumps(contents)):
        with pytest.raises(InvalidJobInfoError):
            read_input(msgspec.Raw(raw.encode()))


@pytest.mark.parametrize("number", ["1e99", "1e-999", "0." + "1" * 5000, "1" * 199 + "e99"])
def test_what_a_reader_can_hold_is_taken_and_texts_may_say_anything(number: str) -> None:
    contents = f'{{"program":["rx(1e999) q;"],"extra":{number}}}'
    assert read_input(msgspec.Raw(contents.encode())).text == contents
