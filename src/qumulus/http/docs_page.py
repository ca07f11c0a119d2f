"""An API's document as one HTML page that asks nobody for anything."""

from __future__ import annotations

import json
from html import escape
from typing import Any, Final

Json = dict[str, Any]

STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
h2{margin-top:2.5rem;border-top:1px solid #d5dbe3;padding-top:1rem;font-size:1.1rem}
code,pre{font:13px/1.5 ui-monospace,monospace;background:#f3f5f8;border-radius:4px}
code{padding:.1em .3em}pre{padding:.8rem;overflow:auto}
b.m{display:inline-block;min-width:4.5rem;color:#3b5bdb}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}
th{font-weight:600;border-bottom:1px solid #d5dbe3}details{margin:.4rem 0}summary{cursor:pointer}
@media(prefers-color-scheme:dark){body{background:#12161c;color:#dbe2ea}code,pre{background:#1d232c}
h2,th{border-color:#333c48}b.m,a{color:#91a7ff}}
"""


def render_page(document: Json) -> str:
    """Write the page."""
    info, base = document["info"], document["servers"][0]["url"]
    operations = "".join(
        _operation(method.upper(), base + path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    shapes = "".join(
        f"<details id='shape-{escape(name)}'><summary><code>{escape(name)}</code></summary>"
        f"{_json(shape)}</details>"
        for name, shape in document["components"]["schemas"].items()
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8>"
        f"<meta name=viewport content='width=device-width,initial-scale=1'>"
        f"<title>{escape(info['title'])}</title><style>{STYLE}</style>"
        f"<h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1>"
        f"<p>{escape(info['description'])} Send your token as "
        f"<code>Authorization: Bearer &lt;id&gt;.&lt;secret&gt;</code>. Errors are "
        f"<code>{{&quot;code&quot;, &quot;message&quot;, &quot;details&quot;?}}</code>. "
        f"The same as <a href='{base}/openapi.json'>OpenAPI 3.1</a>.</p>"
        f"{operations}<h2>Shapes</h2>{shapes}</html>"
    )


def _operation(method: str, path: str, operation: Json) -> str:
    parts = [
        f"<h2><b class=m>{method}</b> <code>{escape(path)}</code></h2><p>{escape(operation['summary'])} "
        f"{escape(operation.get('description', ''))}</p>"
    ]
    parameters = [item for item in operation["parameters"] if item["in"] != "path"]
    if parameters:
        rows = "".join(_parameter(item) for item in parameters)
        parts.append(f"<table><tr><th>parameter<th>in<th>type<th>meaning{rows}</table>")
    body = operation.get("requestBody")
    if body is not None:
        content = body["content"]["application/json"]
        parts.append(f"<p>Takes {_shape(content['schema'])}</p>")
        if "example" in content:
            parts.append(_json(content["example"]))
    for status, answer in operation["responses"].items():
        if "content" in answer and status.startswith("2"):
            schema = answer["content"]["application/json"]["schema"]
            parts.append(f"<p>Answers {status} with {_shape(schema)}</p>")
    refusals = ", ".join(status for status in operation["responses"] if not status.startswith("2"))
    parts.append(f"<p>Refusals: {refusals}</p>")
    return "".join(parts)


def _parameter(item: Json) -> str:
    schema = item["schema"]
    kind = schema.get("type") or "/".join(part.get("type", "") for part in schema.get("anyOf", []))
    default = f" (default {schema['default']})" if "default" in schema else ""
    return (
        f"<tr><td><code>{escape(item['name'])}</code><td>{item['in']}<td>{escape(str(kind))}{escape(default)}"
        f"<td>{escape(item.get('description', ''))}"
    )


def _shape(schema: Json) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f"<a href='#shape-{name}'><code>{name}</code></a>"
    if schema.get("type") == "array":
        return f"a list of {_shape(schema['items'])}"
    return f"<code>{escape(json.dumps(schema))}</code>"


def _json(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, indent=2))}</pre>"
