"""The three APIs: who calls them, and what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from qumulus.domain.account import Role
from qumulus.http import calibrations
from qumulus.http.admin import accounts as admin_accounts
from qumulus.http.admin import announcements as admin_announcements
from qumulus.http.admin import calibrations as admin_calibrations
from qumulus.http.admin import devices as admin_devices
from qumulus.http.admin import whitelist as admin_whitelist
from qumulus.http.banner import banner_endpoints
from qumulus.http.call import Desk
from qumulus.http.dispatch import dispatching
from qumulus.http.endpoint import Endpoint
from qumulus.http.limits import RateLimit
from qumulus.http.openapi import build_document
from qumulus.http.provider import devices as provider_devices
from qumulus.http.provider import jobs as provider_jobs
from qumulus.http.provider import reports as provider_reports
from qumulus.http.provider import sse as provider_sse
from qumulus.http.request import Answering
from qumulus.http.routes import Routes
from qumulus.http.settings import HttpSettings
from qumulus.http.user import account as user_account
from qumulus.http.user import announcements as user_announcements
from qumulus.http.user import devices as user_devices
from qumulus.http.user import events as user_events
from qumulus.http.user import jobs as user_jobs
from qumulus.http.user import many as user_many
from qumulus.http.user import programs as user_programs
from qumulus.http.user import session as user_session
from qumulus.http.user import sse as user_sse
from qumulus.http.user import system as user_system
from qumulus.http.user import tokens as user_tokens
from qumulus.service import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One API, below ``/<role>``."""

    role: Role
    title: str
    description: str
    endpoints: Sequence[Endpoint]

    @property
    def base(self) -> str:
        """Where its paths begin."""
        return f"/{self.role}"


APIS: Final = (
    Api(
        role=Role.USER,
        title="Qumulus User API",
        description="Submit quantum jobs, wait for them, read their results.",
        endpoints=(
            *user_jobs.ENDPOINTS,
            *user_many.ENDPOINTS,
            *user_events.ENDPOINTS,
            *user_devices.ENDPOINTS,
            *calibrations.ENDPOINTS,
            *user_programs.ENDPOINTS,
            *user_account.ENDPOINTS,
            *user_tokens.ENDPOINTS,
            *user_session.ENDPOINTS,
            *user_announcements.ENDPOINTS,
            *user_system.ENDPOINTS,
            *user_sse.ENDPOINTS,
        ),
    ),
    Api(
        role=Role.PROVIDER,
        title="Qumulus Provider API",
        description="Claim jobs for a device, keep them alive, report what became of them.",
        endpoints=(
            *provider_jobs.ENDPOINTS,
            *provider_reports.ENDPOINTS,
            *provider_sse.ENDPOINTS,
            *provider_devices.ENDPOINTS,
            *calibrations.ENDPOINTS,
        ),
    ),
    Api(
        role=Role.ADMIN,
        title="Qumulus Admin API",
        description="Manage accounts, tokens and devices, and help stuck jobs.",
        endpoints=(
            *admin_accounts.ENDPOINTS,
            *admin_whitelist.ENDPOINTS,
            *admin_devices.ENDPOINTS,
            *calibrations.ENDPOINTS,
            *admin_calibrations.ENDPOINTS,
            *admin_announcements.ENDPOINTS,
        ),
    ),
)


def document_of(api: Api, version: str) -> dict[str, Any]:
    """Write an API's OpenAPI document."""
    return build_document(
        api.endpoints, title=api.title, description=api.description, base=api.base, version=version
    )


def make_api(api: Api, services: Services, settings: HttpSettings) -> Answering:
    """Build the part of the application that serves one API."""
    rate = settings.requests_per_s
    desk = Desk(
        services=services,
        settings=settings,
        role=api.role,
        rate_limit=None if rate is None else RateLimit(rate),
        tries=RateLimit(settings.sign_ins_per_s),
    )
    banner = banner_endpoints(settings, partial(document_of, api, settings.version))
    return dispatching(Routes(api.base, (*api.endpoints, *banner)), desk)
