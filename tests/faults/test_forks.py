"""The tests' own processes: what they start beside gRPC begins."""

from __future__ import annotations

import subprocess
from concurrent import futures

import grpc


def test_processes_that_are_forked_while_grpc_works_begin() -> None:
    """In the campaign one that did not was a Provider that claimed nothing."""
    server = grpc.server(futures.ThreadPoolExecutor(1))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            grpc.channel_ready_future(channel).result(30)
            codes = [
                subprocess.run(["true"], check=False, preexec_fn=lambda: None).returncode for _ in range(200)
            ]
    finally:
        server.stop(None).wait(30)
    assert set(codes) == {0}
