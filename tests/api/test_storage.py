"""Storage URLs and forms: what they allow, to whom, for how long, and nothing else."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from qumulus.http.app import HttpSettings
from tests.api.cloud import RESULT, Cloud, open_cloud
from tests.api.files import (
    LateClock,
    fetch,
    input_zip,
    patch_status,
    register,
    send,
    submit_files,
    upload_outputs,
    zipped,
)

HOUR = timedelta(hours=1)


async def refused(cloud: Cloud, url: str) -> bool:
    answer = await cloud.http.get(url)
    return answer.status_code == 403 and answer.json()["code"] == "url_refused"


async def input_url(cloud: Cloud) -> str:
    url: str = (await cloud.job(await submit_files(cloud)))["job_info"]["input"]
    return url


async def test_urls_and_fields_are_safe_in_any_shell(cloud: Cloud) -> None:
    _, form = await register(cloud)
    assert list(form["fields"]) == ["key", "AWSAccessKeyId", "policy", "signature"]
    for value in (form["url"], *form["fields"].values()):
        assert re.fullmatch(r"[A-Za-z0-9:/._=-]+", value)
    assert re.fullmatch(r"[A-Za-z0-9:/._=?&-]+", await input_url(cloud))


async def test_a_url_opens_one_archive_again_and_again_without_a_token(cloud: Cloud) -> None:
    url = await input_url(cloud)
    assert await fetch(cloud, url) == await fetch(cloud, url)
    head = await cloud.http.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(await fetch(cloud, url))
    assert head.headers["content-type"] == "application/zip"
    assert head.headers["x-content-type-options"] == "nosniff"


async def test_no_part_of_a_url_can_be_changed(cloud: Cloud) -> None:
    url, other = await input_url(cloud), await input_url(cloud)
    path, _, query = url.partition("?")
    expires, signature = re.findall(r"=(\w+)", query)
    other_id, own_id = other.split("/")[-2], url.split("/")[-2]
    later = str(int(expires) + 1)
    flipped = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    for changed in (
        path,
        f"{path}?",
        url.replace(own_id, other_id),
        url.replace("input.zip", "result.zip"),
        url.replace("input.zip", "INPUT.zip"),
        url.replace("input.zip", "input.zip/"),
        url.replace(f"{own_id}/", f"{own_id}/../{other_id}/"),
        url.replace(f"{own_id}/", f"{own_id}%2F..%2F{other_id}/"),
        url.replace(expires, later),
        url.replace(expires, f"0{expires}"),
        url.replace(f"expires={expires}", ""),
        url.replace(signature, flipped),
        url.replace(signature, ""),
        url.replace(signature, signature.upper()) if signature.upper() != signature else path,
        url.replace(signature, "é"),
        f"{url}&expires={later}",
        f"{url}&more=1",
    ):
        assert await refused(cloud, changed), changed
    assert (await cloud.http.get(url)).status_code == 200


async def test_no_field_of_a_form_can_be_changed(cloud: Cloud) -> None:
    job_id, form = await register(cloud)
    other_id, others = await register(cloud)
    fields = form["fields"]
    policy = json.loads(urlsafe_b64decode(fields["policy"] + "=="))
    forged = [policy[0].replace(job_id, other_id), *policy[1:]]
    longer = [*policy[:2], policy[2] + 3600]
    for changed in (
        {"key": f"{other_id}/input.zip"},
        {"key": f"{job_id}/result.zip"},
        {"key": f"{job_id}/../x/input.zip"},
        {"key": ""},
        {"policy": urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")},
        {"policy": urlsafe_b64encode(json.dumps(longer).encode()).decode().rstrip("=")},
        {"policy": ""},
        {"policy": "é"},
        {"signature": others["fields"]["signature"]},
        {"signature": ""},
        {"signature": "é"},
        {"AWSAccessKeyId": "other"},
        {"policy": others["fields"]["policy"], "signature": others["fields"]["signature"]},
    ):
        sent = await send(cloud, form, input_zip(), **changed)
        assert (sent.status_code, sent.json()["code"]) == (403, "url_refused"), changed
    assert [entry async for entry in cloud.services.blobs.entries()] == []
    extra = await send(cloud, form, input_zip(), **{"x-amz-security-token": "any"})
    assert extra.status_code == 204


async def test_a_url_with_many_parameters_is_refused_as_any_other(cloud: Cloud) -> None:
    answer = await cloud.http.get("/storage/x/input.zip?" + "&".join(["expires=1"] * 20))
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize(
    "junk", [b"x" * 1024, b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"y" * 512]
)
async def test_whoever_has_no_signature_is_not_listened_to_for_long(cloud: Cloud, junk: bytes) -> None:
    n_taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal n_taken
        for _ in range(1000):
            n_taken += len(junk)
            yield junk

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await cloud.http.post("/storage", content=body(), headers=headers)
    assert answer.status_code in {400, 413}
    assert n_taken < 100 * 1024


async def test_urls_and_forms_expire(cloud: Cloud) -> None:
    _, form = await register(cloud)
    url = await input_url(cloud)
    clock = cloud.services.clock
    cloud.services.clock = LateClock(clock, HOUR - timedelta(seconds=30))
    assert (await send(cloud, form, input_zip())).status_code == 204
    assert (await cloud.http.get(url)).status_code == 200
    cloud.services.clock = LateClock(clock, HOUR + timedelta(seconds=2))
    assert (await send(cloud, form, input_zip())).status_code == 403
    assert await refused(cloud, url)


async def test_a_download_url_is_no_leave_to_upload(cloud: Cloud) -> None:
    url = await input_url(cloud)
    for method in ("PUT", "DELETE", "PATCH"):
        assert (await cloud.http.request(method, url, content=b"x")).status_code == 405
    assert (await cloud.http.get("/storage")).status_code == 405
    assert (await cloud.http.post(url, content=b"x")).status_code == 405


async def test_urls_hold_after_a_restart(tmp_path: Path) -> None:
    async with open_cloud(tmp_path) as cloud:
        url = await input_url(cloud)
        content = await fetch(cloud, url)
    async with open_cloud(tmp_path, is_new=False) as cloud:
        assert await fetch(cloud, url) == content


async def test_urls_of_another_cloud_are_refused(tmp_path: Path) -> None:
    async with open_cloud(tmp_path / "a") as one, open_cloud(tmp_path / "b") as other:
        assert await refused(other, await input_url(one))


async def test_a_public_url_is_the_beginning_of_all_addresses(tmp_path: Path) -> None:
    settings = HttpSettings(public_url="https://quantum.example.org/q/")
    async with open_cloud(tmp_path, settings=settings) as cloud:
        _, form = await register(cloud)
        assert form["url"] == "https://quantum.example.org/q/storage"


# --- forms as others write them ---------------------------------------------------------------


def part(name: str, content: bytes | str, *, more: str = "", kind: str = "") -> bytes:
    body = content.encode() if isinstance(content, str) else content
    lines = f'{kind}Content-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return b"--limit\r\n" + lines.encode() + body + b"\r\n"


async def post_raw(cloud: Cloud, body: bytes, kind: str = "multipart/form-data; boundary=limit") -> int:
    headers = {"content-type": kind}
    answer = await cloud.http.post("/storage", content=body, headers=headers)
    return answer.status_code


def fields_of(form: dict[str, Any], **options: Any) -> list[bytes]:
    return [part(name, value, **options) for name, value in form["fields"].items()]


FILE = part("file", input_zip(), more='; filename="input.zip"', kind="Content-Type: application/zip\r\n")
END = b"--limit--\r\n"


async def test_parts_are_read_whatever_their_headers_and_order(cloud: Cloud) -> None:
    _, form = await register(cloud)
    typed = fields_of(form, kind="Content-Type: text/plain; charset=utf-8\r\n")
    for parts in (
        typed,
        typed[::-1],
        [*typed, part("x-amz-security-token", "t")],
        [*typed, part("other", "1")],
    ):
        assert await post_raw(cloud, b"".join([*parts, FILE, END])) == 204


async def test_a_form_that_is_none_is_refused_and_leaves_nothing(cloud: Cloud) -> None:
    _, form = await register(cloud)
    fields = fields_of(form)
    for parts in (
        [],
        [END],
        fields,
        [*fields, END],
        [FILE, *fields, END],
        [*fields, FILE],
        [*fields, FILE[:-20]],
        [*fields, FILE, part("after", "1"), END],
        [*fields, FILE, FILE, END],
        [part("key", "x" * 5000), *fields, FILE, END],
        [*([part("many", "1")] * 20), *fields, FILE, END],
    ):
        assert await post_raw(cloud, b"".join(parts)) in {400, 403}
    whole = b"".join([*fields, FILE, END])
    for kind in ("application/json", "multipart/form-data", "multipart/form-data; boundary=", "text/plain"):
        assert await post_raw(cloud, whole, kind) == 400
    assert [entry async for entry in cloud.services.blobs.entries()] == []
    assert await post_raw(cloud, whole) == 204


async def test_an_upload_has_a_limit(cloud: Cloud) -> None:
    _, form = await register(cloud)
    large = bytes(65 * 1024 * 1024)
    sent = await send(cloud, form, large)
    assert (sent.status_code, sent.json()["code"]) == (413, "too_large")

    async def unannounced() -> Any:
        yield b"".join(fields_of(form)) + part("file", b"")[:-2]
        for _ in range(65 * 4):
            yield bytes(256 * 1024)

    headers = {"content-type": "multipart/form-data; boundary=limit"}
    answer = await cloud.http.post("/storage", content=unannounced(), headers=headers)
    assert answer.status_code == 413
    assert [entry async for entry in cloud.services.blobs.entries()] == []


async def test_many_uploads_at_once_leave_one_object(cloud: Cloud) -> None:
    job_id = await submit_files(cloud)
    await cloud.claim()
    (form,) = (await cloud.call("svsim", "GET", f"/provider/jobs/{job_id}/upload?items=result")).json()
    archives = [zipped("result.json", json.dumps({**RESULT, "n": n})) for n in range(8)]
    sent = await asyncio.gather(*(send(cloud, form, archive) for archive in archives))
    assert {answer.status_code for answer in sent} == {204}
    entries = [entry.name async for entry in cloud.services.blobs.entries()]
    assert len(entries) == 2
    await patch_status(cloud, job_id, "succeeded", output_files=[form["fields"]["key"]])
    url = (await cloud.job(job_id))["job_info"]["result"]
    assert await fetch(cloud, url) in archives


async def test_archives_of_other_forms_are_made_on_demand(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    (claimed,) = await cloud.claim()
    assert (await fetch(cloud, claimed["input"])).startswith(b"PK")
    assert (await upload_outputs(cloud, job_id, {"result": json.dumps(RESULT)})) == [f"{job_id}/result.zip"]
