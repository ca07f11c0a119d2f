"""The loader of the SQL files, and rows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.store.rows import from_micros, info_from_json, info_to_json, to_json, to_micros
from qumulus.store.statements import Dialect, compose, statement, texts

TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


def test_a_cast_is_no_parameter() -> None:
    asked = statement(Dialect.POSTGRES, "delete_leases")
    assert asked.names == ("job_id",)
    assert asked.text == "DELETE FROM leases WHERE job_id = ANY($1::text[])"


def test_a_parameter_used_twice_has_one_place_on_postgres_and_two_on_sqlite() -> None:
    names = [statement(dialect, "and_text").names for dialect in (Dialect.POSTGRES, Dialect.SQLITE)]
    assert names == [("text",), ("text", "text", "text")]
    assert statement(Dialect.SQLITE, "and_text").bind({"text": "x", "more": 1}) == ("x", "x", "x")


@pytest.mark.parametrize("dialect", list(Dialect))
def test_no_fragment_is_left_to_fill_and_no_comment_is_left(dialect: Dialect) -> None:
    for name, text in texts(dialect).items():
        assert "{" not in text, name
        assert "--" not in text, name
        assert not text.endswith(";"), name


def test_a_list_is_composed_of_named_fragments() -> None:
    asked = compose(Dialect.POSTGRES, "SELECT {no_input_column}", ("from_owner", "and_after", "oldest_first"))
    assert asked.names == ("owner", "after", "limit", "offset")
    assert asked.text.startswith("SELECT ''\nFROM jobs AS j\nWHERE j.owner = $1\nAND j.id > $2\nORDER BY")


@given(TIMES)
def test_times_are_kept_to_the_microsecond(at: datetime) -> None:
    assert from_micros(to_micros(at)) == at


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.text(), st.lists)))
def test_settings_objects_are_kept(info: dict[str, object]) -> None:
    assert info_from_json(info_to_json(info)) == info


def test_times_in_audit_rows_are_written_as_text() -> None:
    assert to_json({"at": datetime(2026, 1, 1, tzinfo=UTC)}) == '{"at":"2026-01-01T00:00:00Z"}'
    with pytest.raises(TypeError):
        to_json({"secret": object()})
