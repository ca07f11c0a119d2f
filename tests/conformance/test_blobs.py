"""One suite, every place for blobs: a directory, and a bucket on a server that speaks S3."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from qumulus.domain.errors import NotFoundError, TooLargeError, UnavailableError
from qumulus.ports.blobs import Blobs
from qumulus.store.blobs import open_blobs

NAME = "0199-ab.input.f00d"
LARGE = 12 * 1024 * 1024


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def s3_options(endpoint: str) -> dict[str, str]:
    return {
        "endpoint": endpoint,
        "region": "us-east-1",
        "access_key_id": "key-id",
        "secret_access_key": "the-secret",
    }


def make_bucket(endpoint: str) -> str:
    import boto3

    bucket = f"bucket-{secrets.token_hex(6)}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="key-id",
        aws_secret_access_key="the-secret",
    )
    client.create_bucket(Bucket=bucket)
    return bucket


@pytest.fixture(params=["local", "file", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "local":
        return open_blobs("local", data=tmp_path)
    if request.param == "file":
        return open_blobs(f"file://{tmp_path / 'shared'}", data=tmp_path)
    endpoint = request.getfixturevalue("s3_endpoint")
    place = f"s3://{make_bucket(endpoint)}/some/prefix"
    return open_blobs(place, data=tmp_path, options=s3_options(endpoint))


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def read(blobs: Blobs, name: str) -> bytes:
    async with blobs.open(name) as blob:
        content = b"".join([chunk async for chunk in blob.chunks])
        assert blob.size == len(content)
        return content


async def names(blobs: Blobs) -> set[str]:
    return {entry.name async for entry in blobs.entries()}


@pytest.mark.parametrize("parts", [(b"",), (b"abc",), (b"a", b"", b"bc"), ()])
async def test_what_was_put_is_read(blobs: Blobs, parts: tuple[bytes, ...]) -> None:
    whole = b"".join(parts)
    assert await blobs.put(NAME, pieces(*parts)) == len(whole)
    assert await read(blobs, NAME) == whole


async def test_large_blobs_come_and_go_in_pieces(blobs: Blobs) -> None:
    part = os.urandom(64 * 1024)
    count = LARGE // len(part)
    assert await blobs.put(NAME, pieces(*[part] * count)) == LARGE
    async with blobs.open(NAME) as blob:
        assert blob.size == LARGE
        sizes, n_chunks, is_same = 0, 0, True
        held = b""
        async for chunk in blob.chunks:
            n_chunks += 1
            sizes += len(chunk)
            held += chunk
            while len(held) >= len(part):
                is_same = is_same and held[: len(part)] == part
                held = held[len(part) :]
    assert (sizes, held, is_same) == (LARGE, b"", True)
    assert n_chunks >= 3


async def test_what_is_not_there_is_not_found(blobs: Blobs) -> None:
    with pytest.raises(NotFoundError):
        await read(blobs, NAME)


@pytest.mark.parametrize("n_good", [1, 200])
async def test_nothing_is_kept_of_an_upload_that_breaks(blobs: Blobs, n_good: int) -> None:
    async def broken() -> AsyncIterator[bytes]:
        for _ in range(n_good):
            yield bytes(64 * 1024)
        raise TooLargeError(limit=1)

    with pytest.raises(TooLargeError):
        await blobs.put(NAME, broken())
    assert await names(blobs) == set()


async def test_deleting_can_be_repeated(blobs: Blobs) -> None:
    other = "0199-cd.result.f00d"
    for name in (NAME, other):
        await blobs.put(name, pieces(b"x"))
    await blobs.delete([])
    await blobs.delete([NAME])
    await blobs.delete([NAME, "0199-ef.result.f00d"])
    assert await names(blobs) == {other}


async def test_all_are_listed_with_their_times(blobs: Blobs) -> None:
    assert await names(blobs) == set()
    wanted = {f"job-{i:02}.input.{i}" for i in range(20)}
    for name in wanted:
        await blobs.put(name, pieces(b"x"))
    entries = [entry async for entry in blobs.entries()]
    assert {entry.name for entry in entries} == wanted
    now = datetime.now(UTC)
    assert all(abs(now - entry.stored_at) < timedelta(minutes=1) for entry in entries)


async def test_what_is_not_ours_is_not_listed(tmp_path: Path) -> None:
    blobs = open_blobs("local", data=tmp_path)
    await blobs.put(NAME, pieces(b"x"))
    for other in ("readme", "ab/readme", "ab/two words", "zz/" + NAME, "ab/deeper/" + NAME):
        path = tmp_path / "storage" / other
        path.parent.mkdir(exist_ok=True)
        path.write_text("somebody's")
    assert await names(blobs) == {NAME}


@pytest.mark.parametrize(
    "name", ["", "..", "../x", "a/b", "/etc/passwd", "a..b", ".a", "a'", "a\n", "a" * 300]
)
async def test_names_lead_nowhere_else(blobs: Blobs, name: str) -> None:
    for ask in (
        lambda: blobs.put(name, pieces(b"x")),
        lambda: read(blobs, name),
        lambda: blobs.delete([name]),
    ):
        with pytest.raises(ValueError, match="name"):
            await ask()


async def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    blobs = open_blobs("local", data=tmp_path)
    await blobs.put(NAME, pieces(b"x"))
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "storage").rglob("*")}
    assert modes == {"ab": "0o700", NAME: "0o600"}


async def test_a_directory_that_does_not_work_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "storage").write_text("a file")
    blobs = open_blobs("local", data=tmp_path)
    with pytest.raises(UnavailableError):
        await blobs.put(NAME, pieces(b"x"))


async def test_a_bucket_that_does_not_answer_is_said_so_without_secrets(
    s3_endpoint: str, tmp_path: Path
) -> None:
    blobs = open_blobs("s3://no-such-bucket", data=tmp_path, options=s3_options(s3_endpoint))
    with pytest.raises(UnavailableError) as refused:
        await blobs.put(NAME, pieces(b"x"))
    assert "the-secret" not in str(refused.value)
    assert "key-id" not in str(refused.value)


@pytest.mark.parametrize(
    "place", ["", "ftp://x", "s3://", "s3://UPPER/x", "file://relative", "s3://bucket/a b"]
)
def test_a_place_that_is_none_is_refused(place: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="storage"):
        open_blobs(place, data=tmp_path)
