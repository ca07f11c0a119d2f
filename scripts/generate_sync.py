"""Write the blocking client from the asynchronous one: ``python scripts/generate_sync.py``.

Works on tokens: drops ``async`` and ``await``, renames what has a blocking counterpart, and points
imports at the generated modules. ``ruff`` then sorts imports and lays out the lines.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tokenize_rt import Token, src_to_tokens, tokens_to_src

PACKAGE: Final = Path(__file__).resolve().parent.parent / "src" / "qumulus"

SOURCES: Final = (
    "transport/connection.py",
    "transport/http.py",
    "transport/events.py",
    "sdk/job.py",
    "sdk/client.py",
)

NAMES: Final = {
    "AsyncBaseTransport": "BaseTransport",
    "AsyncClient": "Client",
    "AsyncHTTPTransport": "HTTPTransport",
    "AsyncIterator": "Iterator",
    "AsyncJob": "Job",
    "Connection": "SyncConnection",
    "HttpClient": "SyncHttpClient",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "aclose": "close",
    "aiter_bytes": "iter_bytes",
    "aread": "read",
    "asynccontextmanager": "contextmanager",
    "asyncio": "time",
    "handle_async_request": "handle_request",
}

HEADER: Final = "# Generated from {source} by scripts/generate_sync.py: do not edit.\n"
_WORDS: Final = re.compile(r"\b(?:async|await) |\ban async |\bAsync(?=Client\b|Job\b)|\bfor asyncio\b")
_MODULES: Final = re.compile(
    r"\bqumulus\.(?:{})\b".format(
        "|".join(source.removesuffix(".py").replace("/", r"\.") for source in SOURCES)
    )
)


def target_of(source: str) -> str:
    """Where the blocking version of a module stands, relative to the package."""
    room, name = source.split("/")
    return f"{room}/_generated/{name}"


def generate(source: str) -> str:
    """Write the blocking version of a module."""
    tokens = src_to_tokens((PACKAGE / source).read_text(encoding="utf-8"))
    text = tokens_to_src([*_convert(tokens)])
    text = _MODULES.sub(_generated_module, text)
    return _lay_out(HEADER.format(source=f"src/qumulus/{source}") + text, target_of(source))


def _convert(tokens: list[Token]) -> list[Token]:
    converted: list[Token] = []
    drop_space = False
    for token in tokens:
        if drop_space and token.name == "UNIMPORTANT_WS":
            drop_space = False
        elif token.name in {"NAME", "ASYNC", "AWAIT"} and token.src in {"async", "await"}:
            drop_space = True
        else:
            converted.append(token._replace(src=_rename(token)))
    return converted


def _rename(token: Token) -> str:
    if token.name == "NAME":
        return NAMES.get(token.src, token.src)
    if token.name == "STRING":
        return _WORDS.sub(lambda word: "a " if word[0] == "an async " else "", token.src)
    return token.src


def _generated_module(module: re.Match[str]) -> str:
    package, _, name = module[0].rpartition(".")
    return f"{package}._generated.{name}"


def _lay_out(text: str, target: str) -> str:
    name = str(PACKAGE / target)
    for arguments in (["check", "--fix", "--select", "I,F811,UP", "--quiet"], ["format", "--quiet"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", name, "-"]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    return text


def main() -> None:
    """Write all of them."""
    for source in SOURCES:
        target = PACKAGE / target_of(source)
        target.parent.mkdir(exist_ok=True)
        (target.parent / "__init__.py").write_text(
            '"""Written by ``scripts/generate_sync.py``."""\n', encoding="utf-8"
        )
        target.write_text(generate(source), encoding="utf-8")


if __name__ == "__main__":
    main()
