"""What this cloud lets users do with their accounts."""

from __future__ import annotations

from typing import Final

from qumulus.http.call import Call
from qumulus.http.endpoint import get
from qumulus.http.user.account import EDITABLE
from qumulus.wire.user import SystemSettings


@get("/system/settings")
async def system_settings(call: Call) -> SystemSettings:
    """Tell what users may change, delete and see of their accounts, and how often they may call."""
    settings = call.services.settings
    return SystemSettings(
        editable_fields=tuple(
            name for name, attribute in EDITABLE.items() if attribute in settings.users_may_edit
        ),
        allow_deletion=settings.users_may_delete,
        requests_per_s=call.settings.requests_per_s,
    )


ENDPOINTS: Final = (system_settings,)
