"""A disk that is full, read-only or broken, a server that refuses: a clear 503, and back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from qumulus.store import check
from qumulus.testing.postgres import PostgresServer
from tests.e2e.clouds import Answer, Caller, Cloud, ended, until
from tests.faults.disk import Disk, built_library

BACK_WITHIN_S = 30.0
BIG = "// " + "x" * 60_000
"""Makes files grow; a program is never compressed to nothing by accident."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_library(tmp_path_factory.mktemp("disk"))


def post(caller: Caller, code: str = "OPENQASM 3;", *, key: str = "") -> Answer:
    """Ask for a job."""
    body = {"device_id": "SVSim", "shots": 1, "job_info": f'{{"code": "{code}"}}'}
    return caller.call("POST", "/user/jobs", body, headers={"Idempotency-Key": key} if key else {})


def is_clear_refusal(answer: Answer) -> bool:
    """Say no with a code, a sentence and a time to come back; fails on anything but a yes or such a no."""
    if answer.status == 200:
        return False
    assert answer.status == 503, answer
    assert answer.body["code"] in {"unavailable", "outcome_unknown"}
    assert len(answer.body["message"]) > 20
    assert int(answer.headers["retry-after"]) > 0
    return True


def wait_for_refusal(caller: Caller, words: str) -> None:
    """Ask for jobs until the refusal says this; a session just cut may first leave the outcome unknown."""

    def says_so() -> bool:
        answer = post(caller)
        return is_clear_refusal(answer) and words in answer.body["message"]

    until(says_so)


class Work:
    """A user, and a Provider by hand that holds one job for five seconds."""

    def __init__(self, cloud: Cloud) -> None:
        self.alice = cloud.alice
        self.provider = cloud.provider("SVSim")
        self.jobs = [self.alice.submit("// first")]
        (self.held,) = self.provider.ask("GET", "/provider/jobs", lease=5)
        self.jobs.append(self.alice.submit("// waits"))

    def goes_on(self, *, key: str = "") -> bool:
        """A job is taken again."""
        try:
            answer = post(self.alice, "// after", key=key)
        except (OSError, HTTPException):
            return False
        if is_clear_refusal(answer):
            return False
        self.jobs.append(answer.body["job_id"])
        return True

    def is_swept(self) -> bool:
        """The job whose lease ran out is queued again."""
        return self.alice.status(self.held["job_id"]) == "submitted"

    def everything_is_there(self) -> None:
        """Each acknowledged job, once; all but the one that is held can be claimed."""
        claimed = {one["job_id"] for one in self.provider.ask("GET", "/provider/jobs", limit=1000)}
        assert claimed | {self.held["job_id"]} == set(self.jobs)
        assert sorted(one["job_id"] for one in self.alice.ask("GET", "/user/jobs")) == sorted(self.jobs)


@pytest.mark.parametrize("how", ["full", "read-only", "sync"])
def test_a_disk_that_fails_makes_writes_unavailable_until_it_works_again(
    library: Path, tmp_path: Path, how: str
) -> None:
    disk = Disk(library=library, folder=tmp_path / "data")
    disk.synced.mkdir()
    cloud = Cloud(disk.folder, "cloud", "--first-start", **disk.variables)
    with ended(cloud):
        work = Work(cloud.ready())
        disk.fail(how)
        refused = post(work.alice, BIG, key="k")
        assert is_clear_refusal(refused)
        assert refused.body["code"] == ("unavailable" if how == "full" else "outcome_unknown")
        assert is_clear_refusal(work.provider.call("GET", "/provider/jobs"))
        assert work.alice.status(work.jobs[0]) == "ready"
        assert work.alice.call("GET", "/healthz").status == 200
        if how == "full":
            until(lambda: "loop_failed" in cloud.said)  # the sweep has met it, too
        disk.mend()
        until(lambda: work.goes_on(key="later"), within_s=BACK_WITHIN_S)
        if how == "full":
            until(work.is_swept, within_s=BACK_WITHIN_S)
        again = post(work.alice, BIG, key="k")
        assert again.status == 200
        assert post(work.alice, BIG, key="k").body == again.body
        work.jobs.append(again.body["job_id"])
        work.everything_is_there()
        assert cloud.stop() == 0
    assert asyncio.run(check(f"sqlite:///{disk.folder / 'qumulus.db'}")) == []


def test_a_database_at_its_largest_size_takes_jobs_again_when_there_is_room(tmp_path: Path) -> None:
    """The full disk of SQLite itself, without a library in between."""
    from qumulus.bell import MemoryBell
    from qumulus.domain.errors import UnavailableError
    from qumulus.store import open_store
    from tests.conformance.world import World

    async def play() -> None:
        url = f"sqlite:///{tmp_path / 'data' / 'q.db'}"
        bell = MemoryBell()
        store = await open_store(url, bell=bell)
        world = World(url=url, store=store, other=store, bell=bell, other_bell=bell)
        kept = await world.submit()
        limit = store._database._engine._connection  # type: ignore[attr-defined]
        n_pages = limit.execute("PRAGMA page_count").fetchone()[0]
        limit.execute(f"PRAGMA max_page_count = {n_pages + 2}")
        with pytest.raises(UnavailableError, match="full"):
            await world.submit(input='{"code": "' + BIG + '"}')
        assert await store.job_status(kept) is not None
        limit.execute("PRAGMA max_page_count = 1000000")
        await world.submit(input='{"code": "' + BIG + '"}')
        await store.close()
        assert await check(url) == []

    asyncio.run(play())


def test_a_file_that_cannot_be_opened_is_refused_with_its_name(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "qumulus.db").write_bytes(b"Dear lab, " * 1000)
    cloud = Cloud(data, "cloud", "--first-start")
    with ended(cloud):
        cloud.start()
        until(lambda: cloud.process is not None and cloud.process.poll() is not None)
        assert f"The database {data / 'qumulus.db'} cannot be opened" in cloud.said
        assert "Traceback" not in cloud.said


# --- PostgreSQL -------------------------------------------------------------------------------


BREAK_SESSIONS = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE application_name LIKE 'qumulus%' AND datname = current_database()"
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    server = PostgresServer(autovacuum="off")
    server.start()
    yield server
    server.stop()


def sql(url: str, *texts: str) -> Any:
    """Execute statements past the Cloud; gives the value of the last."""

    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return [await connection.fetchval(text) for text in texts][-1]
        finally:
            await connection.close()

    return asyncio.run(run())


def test_a_server_without_free_connections_is_unavailable_until_there_are_some(
    server: PostgresServer, tmp_path: Path
) -> None:
    url = asyncio.run(server.new_database())
    name = sql(url, "SELECT current_database()")
    sql(url, "CREATE ROLE cloud LOGIN", f"ALTER DATABASE {name} OWNER TO cloud")
    database = url.replace("postgres@", "cloud@")
    cloud = Cloud(tmp_path / "data", "cloud", "--first-start", "--database", database)
    with ended(cloud):
        work = Work(cloud.ready())
        sql(url, "ALTER ROLE cloud CONNECTION LIMIT 0", BREAK_SESSIONS)
        wait_for_refusal(work.alice, "too many connections")
        assert is_clear_refusal(work.alice.call("GET", "/user/jobs"))
        assert work.alice.call("GET", "/readyz").status == 503
        assert work.alice.call("GET", "/healthz").status == 200
        sql(url, "ALTER ROLE cloud CONNECTION LIMIT -1")
        until(lambda: work.goes_on(key="later"), within_s=BACK_WITHIN_S)
        assert work.alice.call("GET", "/readyz").status == 200
        work.everything_is_there()
    assert asyncio.run(check(url)) == []


def test_a_read_only_server_answers_reads_and_takes_writes_as_soon_as_it_may(
    server: PostgresServer, tmp_path: Path
) -> None:
    """Also on sessions that began while it was read-only."""
    url = asyncio.run(server.new_database())
    name = sql(url, "SELECT current_database()")
    cloud = Cloud(tmp_path / "data", "cloud", "--first-start", "--database", url)
    with ended(cloud):
        work = Work(cloud.ready())
        sql(
            url,
            f"ALTER DATABASE {name} SET default_transaction_read_only = on",
            BREAK_SESSIONS,
        )
        for _ in range(4):  # each writer begins a session
            wait_for_refusal(work.alice, "read-only")
        assert work.alice.status(work.jobs[0]) == "ready"
        sql(url, "SET default_transaction_read_only = off", f"ALTER DATABASE {name} RESET ALL")
        until(work.goes_on, within_s=BACK_WITHIN_S)
        until(work.is_swept, within_s=BACK_WITHIN_S)
        work.everything_is_there()
    assert asyncio.run(check(url)) == []


def test_a_full_disk_of_the_server_is_told_and_survived(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = PostgresServer(autovacuum="off", shared_buffers="1MB")
    folder = server._data.parent
    (folder / "disk.so").write_bytes(library.read_bytes())
    disk = Disk(library=folder / "disk.so", folder=server._data / "base")
    switch = disk.folder.with_name("disk.switch")
    with monkeypatch.context() as patch:
        for variable, value in disk.variables.items():
            if variable != "DISK_MIRROR":
                patch.setenv(variable, value)
        server.start()
    try:
        url = asyncio.run(server.new_database())
        cloud = Cloud(tmp_path / "data", "cloud", "--first-start", "--database", url)
        with ended(cloud):
            work = Work(cloud.ready())
            disk.fail("full")
            switch.chmod(0o644)
            refused = None
            for _ in range(50):
                answer = post(work.alice, BIG)
                if is_clear_refusal(answer):
                    refused = answer
                    break
                work.jobs.append(answer.body["job_id"])
            assert refused is not None
            assert "No space left" in refused.body["message"]
            assert work.alice.status(work.jobs[0])
            disk.mend()
            until(work.goes_on, within_s=BACK_WITHIN_S)
            work.everything_is_there()
        assert asyncio.run(check(url)) == []
    finally:
        server.stop()


def test_a_server_that_may_forget_is_refused_unless_it_is_one_to_throw_away(tmp_path: Path) -> None:
    server = PostgresServer(fsync="off", full_page_writes="off")
    server.start()
    try:
        options = ["cloud", "--first-start", "--database", asyncio.run(server.new_database())]
        refused = Cloud(tmp_path / "refused", *options)
        allowed = Cloud(tmp_path / "allowed", *options, QUMULUS_ALLOW_UNSAFE_DATABASE="true")
        with ended(refused, allowed):
            refused.start()
            until(lambda: refused.process is not None and refused.process.poll() is not None)
            assert "runs without fsync, full_page_writes: a power cut would lose" in refused.said
            assert allowed.ready().alice.submit()
    finally:
        server.stop()


def test_a_server_that_begins_to_forget_is_unavailable(server: PostgresServer, tmp_path: Path) -> None:
    url = asyncio.run(server.new_database())
    cloud = Cloud(tmp_path / "data", "cloud", "--first-start", "--database", url)
    with ended(cloud):
        alice = cloud.ready().alice
        sql(url, "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
        until(lambda: alice.call("GET", "/readyz").status == 503)
        sql(
            url,
            BREAK_SESSIONS,
        )
        wait_for_refusal(alice, "full_page_writes")
        sql(url, "ALTER SYSTEM RESET full_page_writes", "SELECT pg_reload_conf()")
        until(lambda: post(alice).status == 200)
        assert alice.call("GET", "/readyz").status == 200


def test_an_old_schema_is_not_served_until_the_operator_upgrades_it(
    server: PostgresServer, tmp_path: Path
) -> None:
    from tests.e2e.clouds import qumulus

    url = asyncio.run(server.new_database())
    cloud = Cloud(tmp_path / "data", "cloud", "--database", url)
    with ended(cloud):
        cloud.start()
        anybody = Caller(port=cloud.port)

        def readiness() -> Answer | None:
            with suppress(OSError, HTTPException):
                return anybody.call("GET", "/readyz")
            return None

        found = until(readiness)
        assert found.status == 503
        assert "qumulus db upgrade" in found.body["message"]
        done = qumulus("db", "upgrade", "--database", url)
        assert done.returncode == 0, done.stderr
        until(lambda: anybody.call("GET", "/readyz").status == 200)
