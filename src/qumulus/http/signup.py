"""Sign-up, which this cloud does not have: its paths say so clearly."""

from __future__ import annotations

from typing import Final

from qumulus.http.reply import Reply, encode
from qumulus.wire.errors import ErrorBody

SIGNUP_PATHS: Final = frozenset({"signup", "confirm_signup", "confirm", "mfa_reset_request", "mfa_reset"})
"""How the paths of OQTOPUS's sign-up begin, served on a base URL of its own or below ``/signup``."""

NO_SIGNUP: Final = Reply(
    encode(
        ErrorBody(
            code="not_found",
            message="This cloud has no sign-up: ask its administrator for an account and a token.",
        )
    ),
    status=404,
)
