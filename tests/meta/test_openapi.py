"""The committed OpenAPI documents are those of the code, and hold together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from scripts.export_openapi import FOLDER, written

from qumulus.http.apis import APIS, Api

DOCUMENTS = written()


def document(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENTS[f"{api.role}.json"])
    return found


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def operations(api: Api) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document(api)["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_what_is_committed_is_what_the_code_says(name: str) -> None:
    committed = (Path(FOLDER) / name).read_text(encoding="utf-8")
    assert committed == DOCUMENTS[name], "run scripts/export_openapi.py"


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.role)
def test_every_reference_leads_somewhere(api: Api) -> None:
    whole = document(api)
    for reference in set(references(whole)):
        node = whole
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.role)
def test_every_operation_is_described_and_refuses_in_the_one_shape(api: Api) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(api)]
    assert len(ids) == len(set(ids))
    for path, _, operation in operations(api):
        assert operation["summary"].endswith(".")
        in_path = {item["name"] for item in operation["parameters"] if item["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        refusals = [status for status in operation["responses"] if status >= "400"]
        assert {"400", "401", "429", "503"} <= set(refusals)
        assert operation["responses"]["400"] == {"$ref": "#/components/responses/400"}
    error = document(api)["components"]["schemas"]["ErrorBody"]
    assert set(error["properties"]) == {"code", "message", "details"}
    assert error["required"] == ["code", "message"]


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.role)
def test_examples_are_of_their_shape(api: Api) -> None:
    whole = document(api)
    n_examples = 0
    for _, _, operation in operations(api):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" in content:
            schema = {**content["schema"], "components": whole["components"]}
            jsonschema.Draft202012Validator(schema).validate(content["example"])
            n_examples += 1
    assert n_examples > 0


def test_unknown_fields_are_refused_where_the_contract_says() -> None:
    shapes = {name: shape for api in APIS for name, shape in document(api)["components"]["schemas"].items()}
    closed = {name for name, shape in shapes.items() if shape.get("additionalProperties") is False}
    assert closed == {
        "CheckProgram",
        "HeartbeatBody",
        "HeldJob",
        "JobReport",
        "LayOutProgram",
        "MakeToken",
        "ManyJobs",
        "NewAccount",
        "NewToken",
        "OpenSession",
        "Reason",
        "ReleaseJob",
        "SubmitJob",
    }
