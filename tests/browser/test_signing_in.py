"""Who gets in, how one gets out, and that nobody sees what is another's."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visits import Visitor, link
from tests.e2e.clouds import Caller, Cloud

Visit = Callable[..., Visitor]


def test_a_link_signs_in_once_and_leaves_no_trace_in_the_address(quiet: Cloud, visit: Visit) -> None:
    once = link(quiet.alice)
    first = visit(quiet.alice, is_signed_in=False)
    first.page.goto(once)
    expect(first.content).to_be_visible()
    assert "code" not in first.page.url
    (cookie,) = first.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    second = visit(quiet.alice, is_signed_in=False)
    second.page.goto(once)
    expect(second.page.get_by_role("alert")).not_to_be_empty()
    expect(second.page.get_by_label("token")).to_be_visible()


def test_a_token_signs_in_and_leads_back_to_where_one_wanted_to_go(quiet: Cloud, visit: Visit) -> None:
    alice = visit(quiet.alice, is_signed_in=False)
    alice.page.goto(f"{alice.origin}/devices/SVSim")
    token = alice.page.get_by_label("token")
    token.fill("nobody.secret")
    token.press("Enter")
    expect(alice.page.get_by_role("alert")).not_to_be_empty()
    token.fill(quiet.alice.token)
    token.press("Enter")
    expect(alice.page).to_have_url(f"{alice.origin}/devices/SVSim")
    assert alice.page.evaluate("document.cookie") == ""
    kept = alice.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert quiet.alice.token.partition(".")[2] not in kept


def test_signing_out_ends_the_session_here_and_in_the_cloud(quiet: Cloud, visit: Visit) -> None:
    alice = visit(quiet.alice)
    state = alice.context.storage_state()
    alice.open_menu()
    alice.page.get_by_role("menuitem", name="Sign out").click()
    expect(alice.page.get_by_label("token")).to_be_visible()
    alice.page.goto(f"{alice.origin}/jobs")
    expect(alice.page.get_by_label("token")).to_be_visible()
    thief = visit(quiet.alice, is_signed_in=False, storage_state=state)
    thief.page.goto(f"{thief.origin}/jobs")
    expect(thief.page.get_by_label("token")).to_be_visible()


def test_users_do_not_see_each_others_jobs(quiet: Cloud, bob: Caller, visit: Visit) -> None:
    hers, his = quiet.alice.submit(name="of alice"), bob.submit(name="of bob")
    alice, other = visit(quiet.alice).open("/jobs"), visit(bob).open("/jobs")
    expect(alice.line(hers)).to_be_visible()
    expect(other.line(his)).to_be_visible()
    assert (alice.line(his).count(), other.line(hers).count()) == (0, 0)
    other.page.goto(f"{other.origin}/jobs/{hers}")
    expect(other.content).not_to_contain_text("of alice")
    expect(other.content).not_to_contain_text("OPENQASM")
    quiet.alice.ask("POST", f"/user/jobs/{hers}/cancel")
    bob.ask("POST", f"/user/jobs/{his}/cancel")
