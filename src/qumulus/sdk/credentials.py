"""Where the URL and the token of a cloud come from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from qumulus.sdk.errors import CredentialsError

FILE_NAME: Final = "credentials.json"
DEFAULT_USER: Final = "alice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Where to call and as whom."""

    url: str
    token: str = field(repr=False)


def data_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """The directory of ``qumulus up``: ``QUMULUS_DATA``, else the user's data directory."""
    chosen = environ.get("QUMULUS_DATA")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_dir

    return Path(user_data_dir("qumulus"))


def find_credentials(
    url: str | None = None,
    token: str | None = None,
    *,
    user: str | None = None,
    admin: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Credentials:
    """Look in the arguments, ``QUMULUS_URL`` and ``QUMULUS_TOKEN``, and the file of ``qumulus up``.

    URL and token are looked for one by one, in this order, but a token of the file is never sent to a
    URL that is not the file's. ``user`` names one of the file's users, and goes before
    ``QUMULUS_TOKEN``; without it ``alice`` is taken, or the only one, or with ``admin`` the
    administrator.

    Raises:
        CredentialsError: something is missing; says where it can come from.
    """
    url = (url or environ.get("QUMULUS_URL") or "").strip()
    named = _given_token(token or ("" if user else environ.get("QUMULUS_TOKEN") or ""))
    if url and named:
        return Credentials(url=url, token=named)
    path = data_directory(environ) / FILE_NAME
    contents = _read(path)
    found_url = url or contents.get("url")
    if not found_url:
        raise CredentialsError(
            f"No cloud is known (there is no {path}): give a URL, set QUMULUS_URL, "
            "or start one here with 'qumulus up'."
        )
    if not named and _same_server(found_url, contents.get("url")):
        named = _token_of(contents, user=user, admin=admin, path=path)
    if not str(found_url).startswith(("http://", "https://")):
        raise CredentialsError(f"{found_url!r} is no URL of a cloud: write it as http://host:port")
    if not named:
        raise CredentialsError(
            f"No token for {found_url}: give one, or set QUMULUS_TOKEN. An administrator makes one with "
            f"'qumulus admin token add --owner USER'; those of 'qumulus up' are in {path}."
        )
    return Credentials(url=str(found_url), token=named)


def _given_token(text: str) -> str | None:
    """A token as somebody gave it, without the blanks and line ends that copying leaves around it."""
    token = text.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise CredentialsError("What was given as a token is no token: it has characters that none has.")
    return token or None


def _read(path: Path) -> dict[str, Any]:
    try:
        contents = msgspec.json.decode(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CredentialsError(f"Cannot read {path}: {why}") from error
    if not isinstance(contents, dict):
        raise CredentialsError(f"{path} does not hold a JSON object")
    return contents


def _same_server(url: str, other: object) -> bool:
    return isinstance(other, str) and url.rstrip("/") == other.rstrip("/")


def _token_of(contents: dict[str, Any], *, user: str | None, admin: bool, path: Path) -> str | None:
    if admin:
        token = contents.get("admin_token")
        return str(token) if token else None
    users = contents.get("users") or {}
    if user is None and len(users) == 1:
        return str(next(iter(users.values())))
    if user is not None and user not in users:
        raise CredentialsError(f"{path} knows no user {user!r}, only {', '.join(sorted(users)) or 'none'}.")
    token = users.get(user or DEFAULT_USER)
    return str(token) if token else None
