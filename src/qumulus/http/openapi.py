"""The OpenAPI 3.1 document of an API, read off its endpoints and their structs."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, get_type_hints

import msgspec

from qumulus.http.endpoint import Contract, Endpoint
from qumulus.http.reply import Reply
from qumulus.wire.errors import ErrorBody

Json = dict[str, Any]

REF: Final = "#/components/schemas/{name}"
ALWAYS: Final = (400, 401, 429, 503)
MEANING: Final = {
    400: "The request cannot be understood, or the job's status does not allow it",
    401: "No valid token",
    403: "The token is not for this",
    404: "There is no such thing, or it is not yours",
    409: "The job's status or attempt does not allow it, or it is in use",
    410: "Events after this cursor are no longer kept",
    413: "The body is too large",
    422: "The Idempotency-Key was used with another body",
    429: "Too many requests",
    503: "The store does not answer now; repeating does no harm",
}
SECURITY: Final[Json] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "`<id>.<secret>`"},
    "q-api-token": {"type": "apiKey", "in": "header", "name": "q-api-token"},
    "X-Api-Key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}
JOB_INFO_IN: Final[Json] = {
    "description": "A JSON text or an object, with `code` (one OpenQASM text) or `program` (a text or a "
    "list of texts), `operator` for estimation, and `parameters` for the bindings of a program's inputs. "
    "Jobs are answered in the form they were submitted in. Beside an object, unknown fields of the job are "
    "ignored.",
    "oneOf": [
        {"type": "string", "contentMediaType": "application/json"},
        {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "program": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
                "operator": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["pauli"],
                        "properties": {"pauli": {"type": "string"}, "coeff": {"type": "number"}},
                    },
                },
                "parameters": {
                    "type": "array",
                    "items": {"type": "object", "additionalProperties": {"type": "number"}},
                },
            },
        },
    ],
}
JOB_INFO_OUT: Final[Json] = {
    "description": "What was submitted, with `result`, `transpile_result`, `combined_program` for several "
    "programs, or `reason` (also as `message`) "
    "and `reason_code`; a JSON text or an object, as submitted.",
    "type": ["string", "object", "null"],
}


def build_document(
    endpoints: Sequence[Endpoint], *, title: str, description: str, base: str, version: str
) -> Json:
    """Write the document; paths are relative to the server's ``base``."""
    types = _types_of(endpoints)
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    by_type = {str(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    _polish(components)
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        for index, path in enumerate(sorted(endpoint.paths)):
            operation = {"operationId": endpoint.serve.__name__ + "_again" * index}
            operation.update(_operation(endpoint, path, by_type))
            paths.setdefault(path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "servers": [{"url": base}],
        "security": [{name: []} for name in SECURITY],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": _refusals(by_type[str(ErrorBody)]),
            "securitySchemes": SECURITY,
        },
    }


def _types_of(endpoints: Sequence[Endpoint]) -> list[Any]:
    found: dict[str, Any] = {str(ErrorBody): ErrorBody}
    for endpoint in endpoints:
        contract = endpoint.contract
        for kind in (contract.body, _answer_of(endpoint), *(kind for _, kind in _query_types(contract))):
            if kind is not None:
                found.setdefault(str(kind), kind)
    return list(found.values())


def _answer_of(endpoint: Endpoint) -> Any:
    contract = endpoint.contract
    if contract.answer is not None:
        return contract.answer
    answer = get_type_hints(endpoint.serve)["return"]
    is_bare = answer is type(None) or (inspect.isclass(answer) and issubclass(answer, Reply))
    return None if is_bare else answer


def _query_types(contract: Contract) -> Iterator[tuple[msgspec.structs.FieldInfo, Any]]:
    if contract.query is not None:
        for field in msgspec.structs.fields(contract.query):
            yield field, field.type


def _operation(endpoint: Endpoint, path: str, by_type: dict[str, Json]) -> Json:
    contract = endpoint.contract
    summary, _, more = (inspect.getdoc(endpoint.serve) or "").partition("\n")
    operation: Json = {
        "summary": summary,
        "parameters": _parameters(contract, path, by_type),
        "responses": _responses(endpoint, by_type),
    }
    if more.strip():
        operation["description"] = more.strip()
    if contract.body is not None:
        content: Json = {"schema": by_type[str(contract.body)]}
        if contract.example is not None:
            content["example"] = contract.example
        operation["requestBody"] = {
            "required": not contract.is_body_optional,
            "content": {"application/json": content},
        }
    return operation


def _parameters(contract: Contract, path: str, by_type: dict[str, Json]) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    for field, kind in _query_types(contract):
        schema = dict(by_type[str(kind)])
        parameter: Json = {"name": field.encode_name, "in": "query", "schema": schema}
        if "description" in schema:
            parameter["description"] = schema.pop("description")
        if field.default not in {msgspec.NODEFAULT, None, ""}:
            schema["default"] = field.default
        found.append(parameter)
    for name, meaning in (contract.headers or {}).items():
        found.append({"name": name, "in": "header", "description": meaning, "schema": {"type": "string"}})
    return found


def _responses(endpoint: Endpoint, by_type: dict[str, Json]) -> Json:
    contract = endpoint.contract
    answer = _answer_of(endpoint)
    done: Json = {"description": "Done"}
    if answer is not None:
        content: Json = {"application/json": {"schema": by_type[str(answer)]}}
        content.update({media: {"schema": {"type": "string"}} for media in contract.media})
        done["content"] = content
    responses = {str(endpoint.status): done}
    for status in sorted({*ALWAYS, *contract.errors}):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return responses


def _refusals(error: Json) -> Json:
    content = {"application/json": {"schema": error}}
    return {str(status): {"description": meaning, "content": content} for status, meaning in MEANING.items()}


def _polish(components: dict[str, Json]) -> None:
    """Write docstrings as text, and describe the one field whose shape depends on the job's form."""
    for name, component in components.items():
        if "description" in component:
            component["description"] = inspect.cleandoc(component["description"]).replace("``", "`")
        properties = component.get("properties", {})
        if "job_info" in properties and name != "JobReport":
            properties["job_info"] = JOB_INFO_IN if name == "SubmitJob" else JOB_INFO_OUT
