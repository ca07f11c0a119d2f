"""The child's side of the message stream."""

from __future__ import annotations

import socket
from typing import Final

from qumulus.sandbox.contract import Limits
from qumulus.sandbox.framing import HEADER, Frame, decode_header, decode_limits, encode_header

_SHORT_BYTES: Final = 256 * 1024


class SocketChannel:
    """A :class:`~qumulus.sandbox.contract.Channel` over a blocking socket; for one thread at a time."""

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)
        self._socket.setblocking(True)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def send(self, message: bytes) -> None:
        """Block until the parent's buffers have the message."""
        self._send(message, control=False)

    def report(self, body: bytes) -> None:
        """Tell the parent's side of the sandbox how the task ended."""
        self._send(body, control=True)

    def receive(self) -> bytes:
        """The parent's next message."""
        return self._receive_frame().body

    def receive_start(self) -> tuple[Limits, bytes]:
        """The next task and its limits; messages for a task that is over are skipped."""
        while not (frame := self._receive_frame()).control:
            pass
        return decode_limits(frame.body), self.receive()

    def _send(self, body: bytes, *, control: bool) -> None:
        header = encode_header(len(body), control=control)
        if len(body) <= _SHORT_BYTES:
            # In one piece: each would wake the parent.
            self._socket.sendall(header + body)
        else:
            self._socket.sendall(header)
            self._socket.sendall(body)

    def _receive_frame(self) -> Frame:
        size, control = decode_header(self._receive_exactly(HEADER.size))
        return Frame(control, self._receive_exactly(size))

    def _receive_exactly(self, size: int) -> bytes:
        data = self._socket.recv(size, socket.MSG_WAITALL) if size else b""
        while len(data) < size:
            more = self._socket.recv(size - len(data), socket.MSG_WAITALL)
            if not more:
                raise EOFError("the parent is gone")
            data += more
        return data
