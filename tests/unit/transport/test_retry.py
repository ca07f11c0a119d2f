from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.transport.answer import Answer, NoAnswerError
from qumulus.transport.retry import NO_RETRIES, RetryPolicy, Tries

CUT = NoAnswerError("cut", may_have_arrived=True)
REFUSED = NoAnswerError("refused", may_have_arrived=False)


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def answer(status: int, code: str = "", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, httpx.Headers(named), b'{"code": "%s", "message": "m"}' % code.encode())


def pauses(policy: RetryPolicy, *, roll: float, cost_s: float = 0.0) -> list[float]:
    time = Time()
    tries = Tries(policy, idempotent=True, now=time, roll=lambda: roll)
    found: list[float] = []
    while (pause_s := tries.after_no_answer(CUT)) is not None and len(found) < 1000:
        found.append(pause_s)
        time.now += pause_s + cost_s
    return found


def test_pauses_double_up_to_the_longest() -> None:
    policy = RetryPolicy(total_s=1000, first_pause_s=0.1, longest_pause_s=1.0)
    assert pauses(policy, roll=1.0)[:6] == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0])


def test_jitter_is_full() -> None:
    policy = RetryPolicy(total_s=1000, first_pause_s=0.1, longest_pause_s=1.0)
    assert pauses(policy, roll=0.25)[:3] == pytest.approx([0.025, 0.05, 0.1])


@given(st.floats(0.0, 100.0), st.floats(0.01, 10.0), st.floats(0.0, 1.0), st.floats(0.1, 30.0))
def test_tries_end_within_the_total(total_s: float, first_s: float, roll: float, cost_s: float) -> None:
    policy = RetryPolicy(total_s=total_s, first_pause_s=first_s)
    found = pauses(policy, roll=roll, cost_s=cost_s)
    assert sum(found) + cost_s * (len(found) - 1) <= total_s + 1e-9


def test_the_budget_is_counted_from_the_first_failure() -> None:
    time = Time()
    tries = Tries(RetryPolicy(total_s=10), idempotent=True, now=time, roll=lambda: 1.0)
    time.now += 3600
    assert tries.after_no_answer(CUT) is not None


def cut_after(held_s: float, error: NoAnswerError, *, is_poll: bool) -> int:
    """How often a call is tried again when each try fails after so long."""
    time = Time()
    tries = Tries(RetryPolicy(total_s=30), idempotent=True, is_poll=is_poll, now=time, roll=lambda: 1.0)
    for count in range(100):
        time.now += held_s
        pause_s = tries.after_no_answer(error)
        if pause_s is None:
            return count
        time.now += pause_s
    return 100


def test_a_poll_that_is_held_and_cut_again_and_again_is_never_given_up() -> None:
    assert cut_after(10, CUT, is_poll=True) == 100
    assert cut_after(10, CUT, is_poll=False) < 10


def test_a_poll_is_given_up_when_nobody_is_there_or_nobody_speaks() -> None:
    silence = NoAnswerError("timed out", may_have_arrived=True, is_silence=True)
    assert cut_after(10, silence, is_poll=True) < 10
    assert cut_after(0.01, REFUSED, is_poll=True) < 100


def test_a_cloud_never_met_is_given_up_sooner() -> None:
    time = Time()
    policy = RetryPolicy(total_s=60, first_contact_s=1)
    tries = Tries(policy, idempotent=True, first_contact=True, now=time, roll=lambda: 1.0)
    assert tries.after_no_answer(REFUSED) is not None
    time.now += 1
    assert tries.after_no_answer(REFUSED) is None


def test_what_may_be_done_is_not_repeated_unless_idempotent() -> None:
    assert Tries(RetryPolicy(), idempotent=False).after_no_answer(CUT) is None
    assert Tries(RetryPolicy(), idempotent=True).after_no_answer(CUT) is not None
    assert Tries(RetryPolicy(), idempotent=False).after_no_answer(REFUSED) is not None


@pytest.mark.parametrize(
    ("status", "code", "is_repeated_once", "is_repeated_always"),
    [
        (429, "too_many_requests", True, True),
        (503, "unavailable", True, True),
        (503, "outcome_unknown", False, True),
        (503, "", False, True),
        (502, "", False, True),
        (504, "", False, True),
        (500, "internal_error", False, False),
        (409, "illegal_move", False, False),
        (400, "bad_request", False, False),
        (404, "not_found", False, False),
    ],
)
def test_which_answers_are_tried_again(
    status: int, code: str, is_repeated_once: bool, is_repeated_always: bool
) -> None:
    once = Tries(RetryPolicy(), idempotent=False, roll=lambda: 0.5)
    always = Tries(RetryPolicy(), idempotent=True, roll=lambda: 0.5)
    assert (once.after_answer(answer(status, code)) is not None) is is_repeated_once
    assert (always.after_answer(answer(status, code)) is not None) is is_repeated_always


def test_retry_after_is_waited_for() -> None:
    tries = Tries(RetryPolicy(total_s=30), idempotent=False, roll=lambda: 0.0)
    assert tries.after_answer(answer(429, retry_after="7")) == 7.0


def test_retry_after_beyond_the_budget_gives_up_at_once() -> None:
    assert Tries(RetryPolicy(total_s=30), idempotent=True).after_answer(answer(429, retry_after="31")) is None


def test_no_retries_means_none() -> None:
    assert Tries(NO_RETRIES, idempotent=True).after_no_answer(REFUSED) is None
