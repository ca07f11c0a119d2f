"""A child of small jobs that does what it is told."""

from __future__ import annotations

import os
import threading

from qumulus.provider.messages import SESSION, Finished, encode, join_answer
from qumulus.sandbox.contract import Channel


def run(task: bytes, channel: Channel) -> None:
    """Name the process that answers; crash, hang, grow or answer nonsense on demand."""
    assert task == SESSION
    while True:
        wish = channel.receive()
        if wish == b"crash":
            os.abort()
        if wish == b"hang":
            threading.Event().wait()
        if wish == b"grow":
            len(bytearray(4 << 30))
        if wish == b"nonsense":
            channel.send(b"\xc1")
            continue
        result = {"wish": wish.decode(), "pid": os.getpid()}
        channel.send(join_answer([encode(Finished(result=result, execution_time_s=0.001))]))
