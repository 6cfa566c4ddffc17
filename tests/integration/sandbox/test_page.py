"""The hosted payment page, as a browser without JavaScript uses it."""

import re
from typing import Any

import httpx

from tests.sandbox import Opener, SandboxBank, WebhookCatcher


def _submit(bank: SandboxBank, session: dict[str, Any], **fields: str) -> httpx.Response:
    return bank.http.post(f"/pay/{session['ref']}/", data=fields)


def test_the_page_shows_order_amount_and_time_left(
    bank: SandboxBank, open_session: Opener
) -> None:
    session = open_session(amount_minor=124_850, description="3 items <from> Parcelwise")

    page = bank.http.get(f"/pay/{session['ref']}/")

    assert page.status_code == 200
    assert session["url"] == f"{bank.url}/pay/{session['ref']}/"
    assert "4F7K-92MX-QH3T" in page.text
    assert "Pay $1,248.50" in page.text
    assert "3 items &lt;from&gt; Parcelwise" in page.text
    assert re.search(r"(9:5\d|10:00) min \(until \d\d:\d\d:\d\d UTC\)", page.text)
    assert "No real money" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_each_choice_sends_the_shopper_where_it_should(
    bank: SandboxBank, open_session: Opener
) -> None:
    to_order = ["pay", "decline", "leave", "late", "twice", "pay_silently"]

    locations = {}
    for action in [*to_order, "cancel", "decline_once", "bad_signature"]:
        session = open_session()
        answer = _submit(bank, session, action=action, delay_seconds="")
        assert answer.status_code == 303
        locations[action] = answer.headers["Location"].replace(session["ref"], "REF")

    assert locations == {
        **dict.fromkeys(to_order, "http://shop.example/orders/4F7K-92MX-QH3T/"),
        "cancel": "http://shop.example/cart/",
        "decline_once": "/pay/REF/?said=decline_once",
        "bad_signature": "/pay/REF/?said=bad_signature",
    }


def test_a_declined_card_is_said_and_the_page_stays(
    bank: SandboxBank, open_session: Opener
) -> None:
    session = open_session()

    location = _submit(bank, session, action="decline_once").headers["Location"]
    page = bank.http.get(location)

    assert "That card was declined" in page.text
    assert "Pay $12.50" in page.text


def test_what_was_said_goes_with_the_state_it_was_about(
    bank: SandboxBank, open_session: Opener
) -> None:
    session = open_session()
    declined = _submit(bank, session, action="decline_once").headers["Location"]
    closed = declined.replace("decline_once", "closed")
    assert "That is no longer possible" not in bank.http.get(closed).text

    _submit(bank, session, action="pay")

    assert "That card was declined" not in bank.http.get(declined).text
    assert "That is no longer possible" in bank.http.get(closed).text


def test_a_paid_session_offers_only_the_way_back(bank: SandboxBank, open_session: Opener) -> None:
    session = open_session()
    _submit(bank, session, action="pay")

    page = bank.http.get(f"/pay/{session['ref']}/")
    again = _submit(bank, session, action="pay")

    assert "This payment is made" in page.text
    assert 'href="http://shop.example/orders/4F7K-92MX-QH3T/"' in page.text
    assert "<button" not in page.text
    assert again.headers["Location"] == f"/pay/{session['ref']}/?said=closed"


def test_an_expired_session_can_still_be_paid_late(
    bank: SandboxBank, shop: WebhookCatcher, open_session: Opener
) -> None:
    session = open_session(seconds=-1)

    page = bank.http.get(f"/pay/{session['ref']}/")
    _submit(bank, session, action="late", delay_seconds="0")

    shop.wait_for(1)
    assert "Time is up" in page.text
    assert 'value="pay"' not in page.text
    assert 'value="late"' in page.text


def test_refusals_are_pages(bank: SandboxBank, open_session: Opener) -> None:
    session = open_session()

    unknown = bank.http.get("/pay/ses_unknown/")
    nonsense = _submit(bank, session, action="rob")
    nowhere = bank.http.get("/nowhere")

    assert (unknown.status_code, nonsense.status_code, nowhere.status_code) == (404, 422, 404)
    assert "no such payment session" in unknown.text
    assert "<title>Sorry" in nonsense.text


def test_the_front_page_lists_recent_payments(bank: SandboxBank, open_session: Opener) -> None:
    session = open_session(order_number="FRNT-PAGE-0001")

    page = bank.http.get("/")

    assert "FRNT-PAGE-0001" in page.text
    assert session["ref"] not in page.text  # its page is its shopper's alone


def test_the_style_sheet_is_served_and_other_files_are_not(bank: SandboxBank) -> None:
    assert bank.http.get("/assets/bank.css").headers["Content-Type"].startswith("text/css")
    assert bank.http.get("/assets/pay.html").status_code == 404
