"""Announcements and the whitelist, in every store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qumulus.domain.announcement import AnnouncementDraft
from qumulus.domain.ids import DeviceId
from qumulus.domain.whitelist import Invitation
from qumulus.ports.announcements import (
    AddAnnouncement,
    AnnouncementQuery,
    ChangeAnnouncement,
    DropAnnouncement,
)
from qumulus.ports.operations import Written
from qumulus.ports.whitelist import AddInvitations, DropInvitations, WhitelistQuery
from tests.conformance.world import AUDIT, World

ALL = AnnouncementQuery(publishable_only=False)


async def announce(world: World, *, starts_in_s: float = 0.0, **changes: Any) -> int:
    start = world.later(starts_in_s)
    settings: dict[str, Any] = {
        "title": "Maintenance",
        "content": "soon",
        "start_time": start,
        "end_time": start + timedelta(hours=1),
        "publishable": True,
    }
    draft = AnnouncementDraft(**settings | changes)
    return await world.store.apply(AddAnnouncement(draft=draft, at=world.now, audit=AUDIT))


async def listed(world: World, **changes: Any) -> list[int]:
    settings: dict[str, Any] = {"publishable_only": False}
    return [found.id for found in await world.other.announcements(AnnouncementQuery(**settings | changes))]


async def test_announcements_are_ordered_by_start_then_id(world: World) -> None:
    late, early, same = [await announce(world, starts_in_s=starts) for starts in (60, -60, 60)]
    assert await listed(world) == [early, late, same]
    assert await listed(world, descending=True) == [same, late, early]
    assert await listed(world, offset=1, limit=1) == [late]
    assert await listed(world, current=world.now) == [early]
    assert await listed(world, current=world.later(-60)) == [early]
    assert await listed(world, current=world.later(60 + 3600)) == [late, same]
    draft = await announce(world, publishable=False)
    assert draft in await listed(world)
    assert draft not in await listed(world, publishable_only=True)


async def test_an_announcement_changes_and_goes_with_its_audit(world: World) -> None:
    number = await announce(world)
    await announce(world)
    change = ChangeAnnouncement(
        announcement_id=number,
        changes={"title": "Done", "publishable": False},
        at=world.later(5),
        audit=AUDIT,
    )
    assert await world.store.apply(change) is Written.DONE
    found = await world.other.announcement(number)
    assert found is not None
    assert (found.draft.title, found.draft.content, found.draft.publishable) == ("Done", "soon", False)
    assert found.updated_at == world.later(5)
    drop = DropAnnouncement(announcement_id=number, at=world.now, audit=AUDIT)
    assert await world.store.apply(drop) is Written.DONE
    assert await world.other.announcement(number) is None
    before = len(await world.store.audit())
    assert await world.store.apply(drop) is Written.MISSING
    assert await world.store.apply(change) is Written.MISSING
    assert len(await world.store.audit()) == before == 4
    assert (await world.store.audit())[-1].subject == str(number)


def invitation(name: str, **changes: Any) -> Invitation:
    return Invitation(**{"email": f"{name}@lab.org", "group_id": "lab"} | changes)


async def invite(world: World, *invitations: Invitation) -> tuple[str, ...]:
    return await world.store.apply(AddInvitations(invitations=invitations, at=world.now, audit=AUDIT))


async def emails(world: World, **query: Any) -> list[str]:
    found = await world.other.whitelist(WhitelistQuery(**query))
    return [entry.invitation.email.partition("@")[0] for entry in found]


async def test_invitations_are_stored_all_or_none(world: World) -> None:
    devices = frozenset({DeviceId("SC"), DeviceId("SVSim")})
    first = invitation("b", devices=devices, display_name="B", organization="Lab")
    assert await invite(world, first, invitation("a")) == ()
    assert await invite(world, invitation("c"), invitation("a")) == ("a@lab.org",)
    assert await emails(world) == ["b", "a"]
    entries = await world.other.whitelist(WhitelistQuery(email="b@lab.org"))
    assert [entry.invitation for entry in entries] == [first]
    drop = DropInvitations(emails=("a@lab.org", "x@lab.org"), at=world.now, audit=AUDIT)
    assert [await world.store.apply(drop) for _ in range(2)] == [1, 0]
    assert await emails(world) == ["b"]
    assert len(await world.store.audit()) == 2


async def test_the_whitelist_is_filtered_sorted_and_paged(world: World) -> None:
    await invite(world, invitation("b", group_id="x"), invitation("a"), invitation("c"))
    assert await emails(world, sort="email") == ["a", "b", "c"]
    assert await emails(world, sort="email", descending=True, limit=1, offset=1) == ["b"]
    assert await emails(world, sort="group_id", descending=True) == ["b", "c", "a"]
    assert await emails(world, group_id="lab", organization="") == ["a", "c"]
    for column in ("id", "display_name", "organization"):
        assert len(await emails(world, sort=column)) == 3
    with pytest.raises(ValueError, match="devices"):
        await emails(world, sort="devices")


async def test_an_account_is_known_by_its_email_or_id(world: World) -> None:
    await invite(world, invitation("a"), invitation("b"), invitation("c"))
    await world.add_user(email="a@lab.org")
    await world.add_user("b@lab.org")  # type: ignore[arg-type]
    assert await emails(world, has_account=True) == ["a", "b"]
    assert await emails(world, has_account=False) == ["c"]
