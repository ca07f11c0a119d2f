"""Who gets in, how one gets out, and that nobody sees what is another's."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visits import Visitor, link
from tests.e2e.clouds import Caller, Cloud

Visit = Callable[..., Visitor]


def token_in(visitor: Visitor, who: Caller) -> None:
    """Sign in by a token, on the page that asks for it."""
    field = visitor.page.get_by_label("token")
    field.fill(who.token)
    field.press("Enter")


def end_sessions(who: Caller) -> None:
    """Sign all browsers of somebody out, from outside them."""
    for session in who.ask("GET", "/user/sessions"):
        who.ask("DELETE", f"/user/sessions/{session['session_id']}")


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


def test_a_link_pasted_into_the_page_that_asks_for_one_signs_in(quiet: Cloud, visit: Visit) -> None:
    alice = visit(quiet.alice, is_signed_in=False)
    alice.page.goto(f"{alice.origin}/")
    expect(alice.page.get_by_label("token")).to_be_visible()
    alice.page.goto(f"{alice.origin}/sign-in#code=old.link")
    expect(alice.page.get_by_role("alert")).not_to_be_empty()
    alice.page.goto(link(quiet.alice))
    expect(alice.content).to_be_visible()


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


def test_whoever_watches_while_the_session_ends_is_told_so_and_comes_back(quiet: Cloud, visit: Visit) -> None:
    alice = visit(quiet.alice).open("/jobs?q=status%3Afailed&order=oldest")
    here = alice.page.url
    assert "order=oldest" in here
    expect(alice.page.locator('.pulse[data-liveness="live"]')).to_be_visible()
    end_sessions(quiet.alice)
    expect(alice.page.get_by_text("session has ended")).to_be_visible()
    token_in(alice, quiet.alice)
    expect(alice.content.locator("h1")).to_be_visible()
    expect(alice.page).to_have_url(here)


def test_whoever_was_never_signed_in_is_not_told_of_an_end(quiet: Cloud, visit: Visit) -> None:
    alice = visit(quiet.alice, is_signed_in=False)
    alice.page.goto(f"{alice.origin}/jobs")
    expect(alice.page.get_by_label("token")).to_be_visible()
    expect(alice.page.get_by_text("session has ended")).to_have_count(0)


def test_no_link_leads_from_the_sign_in_to_another_site(quiet: Cloud, visit: Visit) -> None:
    alice = visit(quiet.alice, is_signed_in=False)
    for lure in ("//evil.example", "/%5Cevil.example", "/%09/evil.example", "https://evil.example"):
        alice.page.goto(f"{alice.origin}/sign-in?to={lure}")
        token_in(alice, quiet.alice)
        expect(alice.page.locator("h1")).not_to_have_text("Sign in to Qumulus")
        assert alice.page.url.startswith(f"{alice.origin}/")


def test_a_tab_of_one_user_does_not_go_on_as_another(quiet: Cloud, bob: Caller, visit: Visit) -> None:
    hers = quiet.alice.submit(name="of alice alone")
    alice = visit(quiet.alice).open("/jobs")
    expect(alice.line(hers)).to_be_visible()
    tab = alice.context.new_page()
    tab.goto(link(bob))
    expect(tab.locator("main#content h1")).to_be_visible()
    expect(alice.line(hers)).to_have_count(0)
    expect(alice.content.locator("h1")).to_be_visible()
    quiet.alice.ask("POST", f"/user/jobs/{hers}/cancel")


def test_what_one_user_was_writing_is_not_shown_to_the_next(quiet: Cloud, bob: Caller, visit: Visit) -> None:
    alice = visit(quiet.alice).open("/new")
    alice.content.get_by_label("Name", exact=True).fill("a secret name")
    alice.open("/new")
    expect(alice.content.get_by_label("Name", exact=True)).to_have_value("a secret name")
    alice.page.goto(link(bob))
    expect(alice.content.locator("h1")).to_be_visible()
    alice.open("/new")
    expect(alice.content.get_by_label("Name", exact=True)).to_have_value("")
    alice.open_menu()
    alice.page.get_by_role("menuitem", name="Sign out").click()
    expect(alice.page.get_by_label("token")).to_be_visible()
    kept = alice.page.evaluate("Object.keys(localStorage).filter(name => name.includes('draft'))")
    assert [name for name in kept if "bob" in name] == []


def test_all_other_browsers_are_signed_out_together(quiet: Cloud, visit: Visit) -> None:
    lost = [visit(quiet.alice).open("/devices") for _ in range(2)]
    kept = visit(quiet.alice).open("/account")
    kept.content.get_by_role("button", name="Sign out everywhere else").click()
    for one in lost:
        one.page.reload()
        expect(one.page.get_by_label("token")).to_be_visible()
    kept.open("/jobs")
