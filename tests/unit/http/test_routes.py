"""Which endpoint a path means."""

from __future__ import annotations

from typing import Any

import pytest

from qumulus.http.endpoint import Endpoint, delete, get, post
from qumulus.http.routes import Routes


@get("/jobs")
async def jobs(call: Any) -> None: ...


@post("/jobs")
async def submit(call: Any) -> None: ...


@post("/jobs/batch")
async def batch(call: Any) -> None: ...


@get("/jobs/{job_id}", "/old/{job_id}")
async def job(job_id: str, call: Any) -> None: ...


@post("/jobs/{job_id}/cancel")
async def cancel(job_id: str, call: Any) -> None: ...


@get("/devices/{device_id}/calibrations/{calibration_id}")
async def calibration(device_id: str, calibration_id: str, call: Any) -> None: ...


@get("/")
async def banner() -> None: ...


ROUTES = Routes("/user", (jobs, submit, batch, job, cancel, calibration, banner))


def found(method: str, path: str) -> tuple[Endpoint | None, list[str]]:
    place, ids = ROUTES.find(path)
    return (None if place is None else place.endpoints.get(method)), ids


@pytest.mark.parametrize(
    ("method", "path", "endpoint", "ids"),
    [
        ("GET", "/user", banner, []),
        ("GET", "/user/jobs", jobs, []),
        ("POST", "/user/jobs", submit, []),
        ("POST", "/user/jobs/batch", batch, []),
        ("GET", "/user/jobs/x", job, ["x"]),
        ("GET", "/user/old/x", job, ["x"]),
        ("GET", "/user/jobs/{job_id}", job, ["{job_id}"]),
        ("GET", "/user/jobs/cancel", job, ["cancel"]),
        ("POST", "/user/jobs/x/cancel", cancel, ["x"]),
        ("POST", "/user/jobs/batch/cancel", cancel, ["batch"]),
        ("GET", "/user/devices/SC/calibrations/7", calibration, ["SC", "7"]),
    ],
)
def test_a_path_and_a_method_mean_one_endpoint(
    method: str, path: str, endpoint: Endpoint, ids: list[str]
) -> None:
    assert found(method, path) == (endpoint, ids)
    assert found(method, path + "/") == (endpoint, ids)
    assert found(method, path.replace("/", "//")) == (endpoint, ids)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/jobs",
        "/user/job",
        "/user/devices",
        "/user/devices/SC",
        "/user/jobs/x/cancel/y",
        "/USER/jobs",
    ],
)
def test_other_paths_mean_nothing(path: str) -> None:
    place, _ = ROUTES.find(path)
    assert place is None


def test_a_place_knows_its_template_and_its_methods() -> None:
    place, _ = ROUTES.find("/user/jobs")
    assert place is not None
    assert (place.template, sorted(place.methods)) == ("/user/jobs", ["GET", "OPTIONS", "POST"])
    place, _ = ROUTES.find("/user/jobs/x/cancel")
    assert place is not None
    assert place.template == "/user/jobs/{job_id}/cancel"


def test_two_endpoints_for_the_same_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="GET /user/jobs"):
        Routes("/user", (jobs, get("/jobs")(jobs.serve)))


def test_an_endpoint_takes_the_ids_of_its_path_and_then_its_call() -> None:
    async def other_order(call: Any, job_id: str) -> None: ...

    async def other_name(name: str, call: Any) -> None: ...

    async def no_id(call: Any) -> None: ...

    for wrong in (other_order, other_name, no_id):
        with pytest.raises(TypeError, match="job_id"):
            delete("/jobs/{job_id}")(wrong)


def test_what_an_endpoint_needs_is_read_off_its_parameters() -> None:
    async def sign_in(guest: Any) -> None: ...

    assert [one.needs for one in (job, post("/session")(sign_in), banner)] == ["call", "guest", ""]
