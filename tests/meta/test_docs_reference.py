"""The reference pages say what the code does."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from qumulus import config
from qumulus.circuits import DynamicProgram, ProgramError, ReadLimits, read_any
from qumulus.domain import errors
from qumulus.domain.device import DeviceLoad
from qumulus.domain.ids import DeviceId
from qumulus.domain.lifecycle import MOVES, Action, Actor, JobStatus
from qumulus.execution import failures
from qumulus.execution.job_types import JOB_TYPES
from qumulus.execution.settings import Method
from qumulus.execution.transpiler_info import OPTIONS
from qumulus.http.metrics import RequestMeter, render_metrics
from qumulus.provider.drivers import DRIVERS, load_driver
from qumulus.provider.drivers.base import Driver
from qumulus.service.meters import Meters
from qumulus.testing.gateway import GatewayServer
from tests.meta.documents import REFERENCE, ROOT, blocks, pages, section, table

HTTP_API = REFERENCE / "http-api.md"
LIFECYCLE = REFERENCE / "job-lifecycle.md"
SETTINGS = REFERENCE / "settings.md"
EXECUTION = REFERENCE / "execution.md"

METHODS = {"get", "post", "put", "patch", "delete"}
MOVE_SET = {(move.source, move.action, move.actor, move.target) for move in MOVES}


# --- http-api.md ------------------------------------------------------------------------------


def anonymous(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def documented_calls(heading: str) -> list[tuple[str, str]]:
    rows = table(section(HTTP_API, heading))
    calls = [re.split(r"[ `]", row["call"])[:2] for row in rows]
    return [(method.lower(), anonymous(path)) for method, path in calls]


@pytest.mark.parametrize("api", ["user", "provider", "admin"])
def test_every_call_is_documented_and_served(api: str) -> None:
    paths = json.loads((ROOT / "api" / f"{api}.json").read_text())["paths"]
    served = {(method, anonymous(path)) for path, calls in paths.items() for method in METHODS & calls.keys()}
    documented = documented_calls(f"## {api.title()} API")
    assert len(documented) == len(set(documented))
    assert set(documented) == served


@pytest.mark.parametrize("api", ["user", "provider", "admin"])
def test_every_parameter_and_header_is_documented(api: str) -> None:
    paths = json.loads((ROOT / "api" / f"{api}.json").read_text())["paths"]
    text = section(HTTP_API, f"## {api.title()} API") + section(HTTP_API, "## Rules for all calls")
    taken = {
        parameter["name"]
        for calls in paths.values()
        for call in calls.values()
        for parameter in call.get("parameters", ())
        if parameter["in"] != "path"
    }
    assert taken
    assert {name for name in taken if not re.search(rf"`(?:\S*\?)?{name}[`=]", text)} == set()


def every_error(kind: type[errors.QumulusError] = errors.QumulusError) -> Iterator[type[errors.QumulusError]]:
    for child in kind.__subclasses__():
        yield child
        yield from every_error(child)


def test_every_error_code_is_documented_with_its_status() -> None:
    from qumulus.http.errors import status_of

    documented = {row["code"]: int(row["status"]) for row in table(section(HTTP_API, "### Errors"))}
    raised = {kind.code: status_of(kind()) for kind in every_error()}
    assert raised.items() <= documented.items()
    assert documented.keys() - raised.keys() == {"method_not_allowed", "internal_error"}


# --- job-lifecycle.md -------------------------------------------------------------------------


def test_the_diagram_shows_the_table_of_moves() -> None:
    (diagram,) = [block.text for block in blocks(LIFECYCLE) if block.language == "mermaid"]
    drawn = []
    for source, target, labels in re.findall(r"^ +(\S+) --> (\S+): (.+)$", diagram, re.MULTILINE):
        for label in labels.split(", "):
            action, actor = label.split(" by ")
            drawn.append((status(source), Action(action), Actor(actor), status(target)))
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == MOVE_SET


def test_the_list_of_moves_is_the_table_of_moves() -> None:
    rows = table(section(LIFECYCLE, "## Moves"))
    listed = [
        (status(row["from"]), Action(row["action"]), Actor(row["by"]), status(row["to"])) for row in rows
    ]
    assert len(listed) == len(set(listed))
    assert set(listed) == MOVE_SET


def test_every_status_is_explained() -> None:
    assert [row["status"] for row in table(LIFECYCLE.read_text())] == list(JobStatus)


def status(word: str) -> JobStatus | None:
    return None if word in {"–", "[*]"} else JobStatus(word)


# --- settings.md ------------------------------------------------------------------------------


SETTINGS_TABLES = {
    "## `[cloud]`": config.CloudSettings,
    "## `[provider]`": config.ProviderSettings,
    "## `[[provider.devices]]`": config.DeviceSettings,
}
SAID_IN_WORDS = {"data", "worker", "devices"}
"""Their defaults depend on the machine, or are too long for a table."""


@pytest.mark.parametrize(("heading", "kind"), SETTINGS_TABLES.items())
def test_every_setting_is_documented_with_its_default(heading: str, kind: type) -> None:
    rows = {row["key"]: row for row in table(section(SETTINGS, heading))}
    fields = {field.name: field for field in dataclasses.fields(kind)}
    assert list(rows) == list(fields)
    for name in fields.keys() - SAID_IN_WORDS:
        assert rows[name]["default"] == default_text(fields[name]), name


def default_text(field: dataclasses.Field[object]) -> str:
    if field.default_factory is not dataclasses.MISSING:
        return json.dumps(field.default_factory())
    if field.default is dataclasses.MISSING:
        return "required"
    return "none" if field.default is None else json.dumps(field.default)


def test_every_variable_is_documented_where_it_counts() -> None:
    documented = {}
    for heading in ("## `[cloud]`", "## `[provider]`"):
        for row in table(section(SETTINGS, heading)):
            if row["environment"]:
                documented[row["environment"]] = row["key"]
    assert documented == dict(config.ENVIRONMENT)


def examples_of_settings() -> Iterator[str]:
    for page in pages():
        for block in blocks(page):
            if block.language == "toml" and "[provider]" in block.text:
                yield block.text


def test_the_examples_of_settings_files_are_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in config.ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    examples = list(examples_of_settings())
    assert len(examples) >= 2
    for example in examples:
        file = tmp_path / "config.toml"
        file.write_text(example)
        cloud = config.load(config.CloudSettings, "cloud", flags={}, file=file)
        provider = config.load(config.ProviderSettings, "provider", flags={}, file=file)
        assert cloud.address
        (device,) = provider.devices
        assert load_driver(device.driver, device.id, device.options).kind == device.driver


def test_every_option_of_every_driver_is_documented() -> None:
    rows = table(section(SETTINGS, "## Options of the drivers"))
    documented = [(row["driver"], row["option"]) for row in rows]
    defaults = {(row["driver"], row["option"]): row["default"] for row in rows}
    known = []
    for kind in DRIVERS:
        for field in dataclasses.fields(load_driver(kind, "any", {})):  # type: ignore[arg-type]
            if field.name == "device_id":
                continue
            known.append((kind, field.name))
            if isinstance(field.default, int | float):
                assert defaults[kind, field.name] == json.dumps(field.default)
    assert documented == known


# --- device-info.md ---------------------------------------------------------------------------


def keys_of(value: object, path: str = "") -> Iterator[str]:
    """Every key of a document by its path; ``[]`` stands for the entries of a list."""
    if isinstance(value, list):
        yield from keys_of(value[0], f"{path}[]")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from keys_of(inner, f"{path}.{key}" if path else key)
    else:
        yield path


@pytest.mark.parametrize("kind", DRIVERS)
def test_the_keys_of_a_calibration_are_documented(kind: str) -> None:
    told = {row["key"] for row in table((REFERENCE / "device-info.md").read_text())}
    with GatewayServer() as gateway:
        options = {"address": gateway.address} if kind == "gateway" else {}
        published = load_driver(kind, "any", options).describe().device_info
    assert {key for key in keys_of(published) if not key.startswith("source.")} == told


# --- execution.md -----------------------------------------------------------------------------


def test_every_failure_code_is_documented() -> None:
    documented = [row["code"] for row in table(section(EXECUTION, "### Failure codes"))]
    raised = {kind.code for kind in failures.ExecutionError.__subclasses__()}
    assert set(documented) == raised | {"provider_lost"}


def test_job_types_devices_and_methods_are_those_of_the_code() -> None:
    assert [row["job type"] for row in table(section(EXECUTION, "## Job types"))] == list(JOB_TYPES)
    assert [row["driver"] for row in table(section(EXECUTION, "## Devices"))] == list(DRIVERS)
    text = section(EXECUTION, "## `simulator_info`")
    assert [word for word in Method if f"`{word}`" not in text] == []
    text = section(EXECUTION, "## `transpiler_info`")
    assert [word for word in OPTIONS if f"`{word}`" not in text] == []


def test_the_limits_of_the_reader_are_documented() -> None:
    limits = ReadLimits()
    rows = table("| limit" + section(EXECUTION, "## OpenQASM").split("| limit")[1])
    assert {row["limit"]: row["value"] for row in rows} == {
        "source text": f"{limits.source_bytes // 2**20} MiB",
        "qubits": f"the device's, at most {limits.qubits:,}",
        "classical bits": f"{limits.clbits:,}",
        "nesting": f"{limits.nesting}",
        "operations after expansion": f"{limits.operations:,}",
    }


def test_what_is_classical_is_said_rightly() -> None:
    text = section(EXECUTION, "### Classical control")
    classical = text.split("The classical part of the language (")[1].split(")")[0]
    head = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; c = measure q;'
    examples = {
        "if": "if (c[0]) x q[0];",
        "for": "for int i in [0:2] { x q[0]; }",
        "while": "while (c[0]) x q[0];",
        "switch": "switch (1) { case 1 { x q[0]; } }",
        "def": "def f(qubit a) { x a; }",
    }
    assert re.findall(r"`(\w+)`", classical) == [*examples, "output"]
    read = {word: read_any(f"{head}\n{example}") for word, example in examples.items()}
    assert {word for word, program in read.items() if isinstance(program, DynamicProgram)} == {"if", "while"}
    with pytest.raises(ProgramError) as error:
        read_any(f"{head}\ndefcal x $0 {{ }}")
    assert (error.value.code, error.value.line) == ("unsupported_instruction", 2)


def test_the_page_for_authors_of_drivers_names_every_member() -> None:
    text = section(ROOT / "docs" / "how-to" / "offer-a-device.md", "## Write a driver")
    told = {name for row in table(text) for name in re.findall(r"\w+", row["member"])}
    assert told == {name for name in vars(Driver) if not name.startswith("_")}


def test_every_metric_is_documented() -> None:
    text = section(ROOT / "docs" / "how-to" / "operate.md", "## Monitor")
    told = {row["metric"] for row in table("| metric" + text.split("\n| metric")[1])}
    load = DeviceLoad(n_waiting=1, n_claimed=1, mean_service_s=None)
    requests, meters = RequestMeter(), Meters(moved=Counter({"ready": 1}))
    requests.note(("/user/jobs", "GET", 200), 0.001)
    page = render_metrics(requests, meters, {DeviceId("SVSim"): load}).decode()
    names = set(re.findall(r"^(qumulus_\w+?)(?:_bucket|_count|_sum)?[{ ]", page, re.MULTILINE))
    assert told == names
