"""``qumulus tokens`` and ``qumulus console``."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.unit.cli.conftest import Invoke
from tests.unit.sdk.cloud import FakeCloud

AT = "2026-05-01T12:00:00Z"
LINK = {"code": "c.s", "url": "http://cloud/sign-in#code=c.s", "expires_at": AT}
TOKEN = {
    "token_id": "tok1",
    "name": "laptop",
    "scope": "read",
    "created_at": AT,
    "expires_at": AT,
    "last_used_at": None,
    "is_current": True,
}
