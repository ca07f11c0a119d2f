"""The message stream's format."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.sandbox.contract import Limits
from qumulus.sandbox.framing import (
    MAX_MESSAGE_BYTES,
    Frame,
    FrameDecoder,
    FrameError,
    decode_limits,
    encode_header,
    encode_limits,
)

frames = st.lists(st.builds(Frame, st.booleans(), st.binary(max_size=40)), max_size=8)


@given(frames, st.lists(st.integers(1, 20)))
def test_any_cutting_of_the_stream_gives_the_same_frames(sent: list[Frame], cuts: list[int]) -> None:
    stream = b"".join(encode_header(len(f.body), control=f.control) + f.body for f in sent)
    decoder = FrameDecoder()
    received: list[Frame] = []
    for cut in [*cuts, len(stream)]:
        received += decoder.feed(stream[:cut])
        stream = stream[cut:]
    received += decoder.feed(stream)
    assert received == sent


def test_an_unfinished_message_is_not_delivered() -> None:
    decoder = FrameDecoder()
    assert list(decoder.feed(encode_header(5) + b"1234")) == []


def test_a_message_over_the_limit_is_refused_on_both_sides() -> None:
    assert encode_header(MAX_MESSAGE_BYTES)
    with pytest.raises(ValueError, match="over the limit"):
        encode_header(MAX_MESSAGE_BYTES + 1)
    with pytest.raises(FrameError):
        list(FrameDecoder().feed((MAX_MESSAGE_BYTES + 1).to_bytes(4, "big")))


@pytest.mark.parametrize("memory", [None, 0, 2**40])
@pytest.mark.parametrize("cpu", [None, 0.5, 600.0])
def test_limits_survive_the_wire(memory: int | None, cpu: float | None) -> None:
    limits = Limits(memory_bytes=memory, wall_s=None, cpu_s=cpu)
    assert decode_limits(encode_limits(limits)) == limits
