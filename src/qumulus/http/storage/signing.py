"""Signed URLs and upload forms: HMAC-SHA256 over what they allow and until when.

The names of the form's fields are those of S3's, since clients send no others. Every value is of
letters, digits and ``/._-``: some clients put them unquoted into a shell's command line.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from qumulus.domain.errors import UrlRefusedError
from qumulus.domain.ids import JobId
from qumulus.domain.item import Item
from qumulus.service.upload import Slot
from qumulus.wire.user import UploadFields, UploadForm

BASE: Final = "/storage"
LIFE_S: Final = 3600
_ACCESS_KEY: Final = "qumulus"
_KEY: Final = re.compile(r"(?P<job_id>[A-Za-z0-9_-]{1,64})/(?P<item>[a-z_]{1,32})\.zip")
_EXPIRES: Final = re.compile(r"[1-9][0-9]{0,11}")


class _Policy(msgspec.Struct, frozen=True, array_like=True):
    """What a form allows; ``expires`` in seconds since 1970."""

    key: str
    attempt: int
    expires: int


_encode: Final = msgspec.json.Encoder().encode
_policies: Final = msgspec.json.Decoder(_Policy)


class Signer:
    """Makes URLs and forms of one moment, below one public address."""

    __slots__ = ("_base", "_expires", "_key")

    def __init__(self, key: bytes, *, public_url: str, now: datetime) -> None:
        self._key = key
        self._base = public_url.rstrip("/") + BASE
        self._expires = int(now.timestamp()) + LIFE_S

    def link(self, job_id: JobId, item: Item) -> str:
        """Where an archive can be had."""
        key = f"{job_id}/{item}.zip"
        signature = _sign_link(self._key, key, self._expires)
        return f"{self._base}/{key}?expires={self._expires}&signature={signature}"

    def form(self, slot: Slot) -> UploadForm:
        """How an archive can be sent."""
        key = f"{slot.job_id}/{slot.item}.zip"
        policy = _Policy(key=key, attempt=slot.attempt, expires=self._expires)
        text = urlsafe_b64encode(_encode(policy)).rstrip(b"=").decode()
        fields = UploadFields(
            key=key, access_key=_ACCESS_KEY, policy=text, signature=_sign_policy(self._key, text)
        )
        return UploadForm(url=self._base, fields=fields)


def read_link(key: bytes, path: str, query: bytes, *, now: datetime) -> tuple[JobId, Item]:
    """Read a download URL; ``path`` is what stands behind ``/storage/``.

    Raises:
        UrlRefusedError: it is none of ours, was changed, or has expired.
    """
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=8)
    except ValueError as error:
        raise UrlRefusedError from error
    given = dict(pairs)
    expires = given.get("expires", "")
    if len(pairs) != 2 or not _EXPIRES.fullmatch(expires):
        raise UrlRefusedError
    _check(_sign_link(key, path, int(expires)), given.get("signature", ""), int(expires), now)
    return _named(path)


def read_form(key: bytes, fields: Mapping[str, str], *, now: datetime) -> Slot:
    """Read the fields of an upload.

    Raises:
        UrlRefusedError: they are none of ours, were changed, or have expired.
    """
    text = fields.get("policy", "")
    if not hmac.compare_digest(_sign_policy(key, text).encode(), fields.get("signature", "").encode()):
        raise UrlRefusedError
    policy = _policies.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)))  # ours: the signature says so
    if policy.key != fields.get("key") or fields.get("AWSAccessKeyId", _ACCESS_KEY) != _ACCESS_KEY:
        raise UrlRefusedError
    if policy.expires < now.timestamp():
        raise UrlRefusedError
    job_id, item = _named(policy.key)
    return Slot(job_id=job_id, item=item, attempt=policy.attempt)


def _check(expected: str, given: str, expires: int, now: datetime) -> None:
    if not hmac.compare_digest(expected.encode(), given.encode()) or expires < now.timestamp():
        raise UrlRefusedError


def _named(key: str) -> tuple[JobId, Item]:
    found = _KEY.fullmatch(key)
    if found is None or found["item"] not in set(Item):
        raise UrlRefusedError
    return JobId(found["job_id"]), Item(found["item"])


def _sign_link(key: bytes, path: str, expires: int) -> str:
    return hmac.digest(key, b"GET\n%d\n%s" % (expires, path.encode("utf-8", "replace")), hashlib.sha256).hex()


def _sign_policy(key: bytes, policy: str) -> str:
    return hmac.digest(key, b"POST\n" + policy.encode("utf-8", "replace"), hashlib.sha256).hex()
