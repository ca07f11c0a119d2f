"""Lists that come in pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from qumulus.transport.answer import Answer

_NEXT: Final = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')


def next_page(answer: Answer, params: Mapping[str, Any]) -> dict[str, Any] | None:
    """The parameters of the page that follows the one asked for with ``params``; None after the last.

    Only the query of the link is used: the cloud may be known to us by another URL than to itself.
    """
    link = _NEXT.search(answer.headers.get("link", ""))
    return {**params, **dict(parse_qsl(urlsplit(link[1]).query))} if link else None
