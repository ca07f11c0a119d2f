"""What the sandboxed children of the tests do; imported in the children by name."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from qumulus.sandbox import Channel

WARM: list[int] = []
REHEARSED: list[bytes] = []


def warm_up() -> None:
    WARM.append(os.getpid())


def run(task: bytes, channel: Channel) -> None:
    """The task names the function, then its argument."""
    name, _, argument = task.partition(b" ")
    globals()[name.decode()](argument, channel)


def echo(argument: bytes, channel: Channel) -> None:
    channel.send(argument)


def echo_all(argument: bytes, channel: Channel) -> None:
    """Send back each message, until an empty one."""
    while message := channel.receive():
        channel.send(message)


def flood(argument: bytes, channel: Channel) -> None:
    count, size = map(int, argument.split())
    for number in range(count):
        channel.send(number.to_bytes(4, "big") * (size // 4))


def hold_the_gil(argument: bytes, channel: Channel) -> None:
    """PyDLL calls keep the GIL, so no Python code, signal handler included, can run meanwhile."""
    channel.send(b"holding")
    ctypes.PyDLL(None).sleep(600)


def close_all(argument: bytes, channel: Channel) -> None:
    os.closerange(3, 1000)
    time.sleep(600)


def spin(argument: bytes, channel: Channel) -> None:
    channel.send(b"spinning")
    while True:
        pass


def wait(argument: bytes, channel: Channel) -> None:
    channel.send(str(os.getpid()).encode())
    channel.receive()


def raise_signal(argument: bytes, channel: Channel) -> None:
    channel.send(b"before")
    os.kill(os.getpid(), int(argument))
    time.sleep(600)


def raise_error(argument: bytes, channel: Channel) -> None:
    raise LookupError("not for callers")


def allocate(argument: bytes, channel: Channel) -> None:
    block = b"\1" * int(argument)
    channel.send(str(len(block)).encode())


def leave(argument: bytes, channel: Channel) -> None:
    os._exit(int(argument))


def cut_message(argument: bytes, channel: Channel) -> None:
    channel.send(b"whole")
    own_socket = channel._socket
    own_socket.sendall((1000).to_bytes(4, "big") + b"only a part")
    os._exit(3)


def oversized(argument: bytes, channel: Channel) -> None:
    channel._socket.sendall(b"\x7f\xff\xff\xff")
    time.sleep(600)


def chatter(argument: bytes, channel: Channel) -> None:
    for _ in range(2000):
        sys.stderr.write("x" * 1000 + "\n")
    sys.stderr.write("last words\n")
    raise LookupError


def descriptors(argument: bytes, channel: Channel) -> None:
    channel.send(" ".join(fd.name for fd in Path("/proc/self/fd").iterdir()).encode())


def threads_and_ignored(argument: bytes, channel: Channel) -> None:
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    threads = len(list(Path("/proc/self/task").iterdir()))
    channel.send(f"{threads} {ignored} {os.getpgid(0) == os.getpid()}".encode())


def warmed(argument: bytes, channel: Channel) -> None:
    channel.send(f"{os.getpid()} {WARM}".encode())


def start_another(argument: bytes, channel: Channel) -> None:
    channel.send(str(subprocess.Popen(["sleep", "600"]).pid).encode())
    channel.receive()


def connect(argument: bytes, channel: Channel) -> None:
    try:
        socket.create_connection(("127.0.0.1", int(argument)), timeout=5).close()
    except OSError as error:
        channel.send(type(error).__name__.encode())
    else:
        channel.send(b"connected")


def simulate(argument: bytes, channel: Channel) -> None:
    """A parallel region of OpenMP, which hangs in a child whose parent has had one."""
    import qulacs

    state = qulacs.QuantumState(16)
    circuit = qulacs.QuantumCircuit(16)
    for qubit in range(16):
        circuit.add_H_gate(qubit)
    circuit.update_quantum_state(state)
    channel.send(f"{state.get_squared_norm():.6f}".encode())


def rehearse(task: bytes, channel: Channel) -> None:
    """What a zygote does before it forks."""
    if task == b"hang":
        time.sleep(600)
    REHEARSED.append(task)
    channel.send(b"to nobody")


def rehearsed(argument: bytes, channel: Channel) -> None:
    """Which tasks this child's zygote has rehearsed."""
    channel.send(b",".join(sorted(set(REHEARSED))))
