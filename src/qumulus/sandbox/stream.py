"""The parent's side of a child's message stream and stderr, on the running event loop."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable
from typing import Final

from qumulus.sandbox.framing import Frame, FrameDecoder, FrameError, encode_header

_CHUNK_BYTES: Final = 256 * 1024
"""Most that is read or written between two turns of the event loop."""
_TAIL_BYTES: Final = 16 * 1024


class MessageStream:
    """Frames over a socket that it owns; set ``on_frame`` and ``on_broken`` at once."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.on_frame: Callable[[Frame], None] = lambda _: None
        self.on_broken: Callable[[str], None] = lambda _: None
        self.on_closed: Callable[[], None] = lambda: None
        self._socket = sock
        self._loop = asyncio.get_running_loop()
        self._decoder = FrameDecoder()
        self._outgoing: deque[memoryview] = deque()
        self._readable = True
        """False once the other end is closed or sent nonsense."""
        self._writing = False
        self.resume()

    def send(self, body: bytes, *, control: bool = False) -> None:
        """Write what fits now, the rest when the child reads; dropped when the child is gone."""
        header = encode_header(len(body), control=control)
        self._outgoing.append(memoryview(header + body[:_CHUNK_BYTES]))
        if len(body) > _CHUNK_BYTES:
            self._outgoing.append(memoryview(body)[_CHUNK_BYTES:])
        if not self._writing:
            self._write()

    def pause(self) -> None:
        """Stop reading; the child blocks when the socket's buffers are full."""
        self._loop.remove_reader(self._socket.fileno())

    def resume(self) -> None:
        """Read again."""
        if self._readable:
            self._loop.add_reader(self._socket.fileno(), self._read)

    def drain(self) -> None:
        """Read what a dead child left behind."""
        while self._read():
            pass

    def close(self) -> None:
        """Close the socket; nothing is delivered any more."""
        self._stop_reading()
        self._drop_outgoing()
        self._socket.close()

    def _read(self) -> bool:
        """Whether there may be more at once."""
        if not self._readable:
            return False
        try:
            data = self._socket.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            data = b""
        if not data:
            self._stop_reading()
            self.on_closed()
            return False
        try:
            for frame in self._decoder.feed(data):
                self.on_frame(frame)
        except FrameError as error:
            self._stop_reading()
            self.on_broken(str(error))
        return self._readable

    def _stop_reading(self) -> None:
        self._readable = False
        self.pause()

    def _write(self) -> None:
        piece = self._outgoing[0]
        try:
            sent = self._socket.send(piece[:_CHUNK_BYTES])
        except BlockingIOError:
            sent = 0
        except (BrokenPipeError, ConnectionResetError):
            self._drop_outgoing()
            return
        if sent == len(piece):
            self._outgoing.popleft()
        else:
            self._outgoing[0] = piece[sent:]
        self._watch_writable(bool(self._outgoing))

    def _drop_outgoing(self) -> None:
        self._outgoing.clear()
        self._watch_writable(False)

    def _watch_writable(self, wanted: bool) -> None:
        if wanted and not self._writing:
            self._loop.add_writer(self._socket.fileno(), self._write)
        elif self._writing and not wanted:
            self._loop.remove_writer(self._socket.fileno())
        self._writing = wanted


class StderrTail:
    """Keeps the last 16 KiB that a child wrote to a pipe, whose reading end it owns."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._tail = b""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(fd, self._read)

    def take(self) -> bytes:
        """What was written since the last call, or its end."""
        # As much as a pipe holds; a thread that keeps writing must not keep us here.
        for _ in range(4):
            if not self._read():
                break
        tail, self._tail = self._tail, b""
        return tail

    def close(self) -> None:
        """Close the pipe."""
        self._loop.remove_reader(self._fd)
        os.close(self._fd)

    def _read(self) -> bool:
        try:
            data = os.read(self._fd, _TAIL_BYTES)
        except BlockingIOError:
            return False
        if not data:
            self._loop.remove_reader(self._fd)
            return False
        self._tail = (self._tail + data)[-_TAIL_BYTES:]
        return True
