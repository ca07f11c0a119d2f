from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qumulus.sdk import Client, CredentialsError, find_credentials

FILE = {
    "url": "http://127.0.0.1:8000",
    "admin_token": "admin.token",
    "users": {"alice": "alice.token", "bob": "bob.token"},
    "providers": {"SC": "sc.token"},
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "credentials.json").write_text(json.dumps(FILE))
    return {"QUMULUS_DATA": str(tmp_path)}


def found(environ: dict[str, str], *args: str | None, **kwargs: Any) -> tuple[str, str]:
    credentials = find_credentials(*args, environ=environ, **kwargs)
    return credentials.url, credentials.token


def test_arguments_go_before_the_environment_and_that_before_the_file(environ: dict[str, str]) -> None:
    assert found(environ) == ("http://127.0.0.1:8000", "alice.token")
    environ |= {"QUMULUS_TOKEN": "env.token"}
    assert found(environ) == ("http://127.0.0.1:8000", "env.token")
    environ |= {"QUMULUS_URL": "http://env"}
    assert found(environ) == ("http://env", "env.token")
    assert found(environ, "http://arg") == ("http://arg", "env.token")
    assert found(environ, "http://arg", "arg.token") == ("http://arg", "arg.token")


def test_a_user_or_the_administrator_of_the_file(environ: dict[str, str]) -> None:
    assert found(environ, user="bob")[1] == "bob.token"
    assert found(environ, admin=True)[1] == "admin.token"
    environ["QUMULUS_TOKEN"] = "env.token"
    assert found(environ, user="bob")[1] == "bob.token"


def test_a_token_of_the_file_never_goes_to_another_server(environ: dict[str, str]) -> None:
    with pytest.raises(CredentialsError, match="No token for http://elsewhere"):
        found(environ, "http://elsewhere")
    assert found(environ, "http://127.0.0.1:8000/")[1] == "alice.token"


def test_an_unknown_user_is_told_the_known_ones(environ: dict[str, str]) -> None:
    with pytest.raises(CredentialsError, match="no user 'eve', only alice, bob"):
        found(environ, user="eve")


def test_without_anything_it_says_where_things_come_from(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=r"QUMULUS_URL.*'qumulus up'"):
        found({"QUMULUS_DATA": str(tmp_path)})
    with pytest.raises(CredentialsError, match=r"QUMULUS_TOKEN.*'qumulus admin token add"):
        found({"QUMULUS_DATA": str(tmp_path), "QUMULUS_URL": "http://x"})


@pytest.mark.parametrize("contents", ["{", "[]", "\udcff"])
def test_a_broken_file_is_named(tmp_path: Path, contents: str) -> None:
    path = tmp_path / "credentials.json"
    path.write_text(contents, errors="surrogateescape")
    with pytest.raises(CredentialsError, match=r"credentials\.json"):
        found({"QUMULUS_DATA": str(tmp_path)})


def test_the_only_user_needs_no_name(tmp_path: Path) -> None:
    contents = {"url": "http://x", "users": {"carol": "carol.token"}}
    (tmp_path / "credentials.json").write_text(json.dumps(contents))
    assert found({"QUMULUS_DATA": str(tmp_path)})[1] == "carol.token"


def test_no_token_shows_in_a_text(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    assert "token" not in repr(find_credentials(environ=environ)).replace("token=", "")
    monkeypatch.setenv("QUMULUS_DATA", environ["QUMULUS_DATA"])
    monkeypatch.delenv("QUMULUS_URL", raising=False)
    monkeypatch.delenv("QUMULUS_TOKEN", raising=False)
    assert repr(Client()) == "<Client http://127.0.0.1:8000>"


def test_an_address_that_is_no_url_is_told_before_a_token_is_missed(environ: dict[str, str]) -> None:
    with pytest.raises(CredentialsError, match="is no URL of a cloud: write it as http"):
        find_credentials("127.0.0.1:8000", environ=environ)


def test_blanks_around_what_was_copied_do_not_matter(environ: dict[str, str]) -> None:
    environ |= {"QUMULUS_URL": " http://env ", "QUMULUS_TOKEN": "env.token\r\n"}
    assert found(environ) == ("http://env", "env.token")
    environ["QUMULUS_TOKEN"] = " \n"
    assert found(environ, "http://127.0.0.1:8000")[1] == "alice.token"


@pytest.mark.parametrize("token", ["\u00e9.secret", "two words", "a\x00b"])
def test_what_is_no_token_is_said_before_it_is_sent(environ: dict[str, str], token: str) -> None:
    with pytest.raises(CredentialsError, match="no token") as told:
        found(environ, token=token)
    assert token not in str(told.value)
