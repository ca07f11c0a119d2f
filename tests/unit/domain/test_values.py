"""Ids, callers and errors."""

from __future__ import annotations

import time
import uuid

import pytest

from qumulus.domain import errors
from qumulus.domain.account import Caller, Role, hash_secret, new_secret, new_token_id
from qumulus.domain.device import DeviceLoad
from qumulus.domain.ids import DeviceId, TokenId, UserId, new_job_id


def caller(**fields: object) -> Caller:
    return Caller(**{"role": Role.USER, "token_id": TokenId("t"), **fields})  # type: ignore[arg-type]


def test_a_job_id_is_a_uuid_of_version_7_that_tells_its_time() -> None:
    before = time.time_ns() // 1_000_000
    job_id = uuid.UUID(new_job_id())
    after = time.time_ns() // 1_000_000
    assert job_id.version == 7
    assert job_id.variant == uuid.RFC_4122
    assert before <= job_id.int >> 80 <= after


def test_job_ids_differ() -> None:
    assert len({new_job_id() for _ in range(10_000)}) == 10_000


def test_secrets_and_token_ids_need_no_escape_and_hold_no_dot() -> None:
    for _ in range(100):
        for text in (new_secret(), new_token_id()):
            assert text.replace("-", "").replace("_", "").isalnum()
    assert hash_secret("a") != hash_secret("b")


def test_no_token_id_looks_like_an_option_of_a_command() -> None:
    assert not any(new_token_id().startswith("-") for _ in range(1000))


def test_a_caller_reaches_its_devices_only() -> None:
    bound = caller(devices=frozenset({DeviceId("SC")}))
    bound.must_reach(DeviceId("SC"))
    with pytest.raises(errors.WrongDeviceError, match="not bound to device SVSim"):
        bound.must_reach(DeviceId("SVSim"))
    caller(devices=None).must_reach(DeviceId("SVSim"))


def test_a_caller_without_a_user_owns_nothing() -> None:
    assert caller(user=UserId("alice")).owner() == "alice"
    assert caller(user=UserId("alice")).name == "alice"
    assert caller().name == "t"
    with pytest.raises(errors.NotAllowedError):
        caller().owner()


def test_the_expected_wait_is_honest_about_not_knowing() -> None:
    load = DeviceLoad(n_waiting=3, n_claimed=1, mean_service_s=2.0)
    assert (load.n_pending, load.expected_wait_s) == (4, 8.0)
    assert DeviceLoad(n_waiting=3, n_claimed=1, mean_service_s=None).expected_wait_s is None


def test_an_error_says_its_detail_or_its_sentence_with_the_facts() -> None:
    assert str(errors.NotFoundError(what="job", id="7")) == "No job 7 is known to you."
    assert str(errors.NotFoundError("Gone.")) == "Gone."
    assert errors.NotFoundError(what="job").facts == {"what": "job"}
