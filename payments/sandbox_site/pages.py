"""The bank's HTML: a hosted payment page that works without JavaScript, and a front page."""

from datetime import UTC, datetime
from functools import cache
from html import escape
from http import HTTPStatus
from importlib.resources import files
from string import Template
from typing import Any

from babel.numbers import format_currency, get_currency_precision

from payments.sandbox_site.acts import LIES
from payments.sandbox_site.records import Session
from payments.sandbox_site.web import Answer

# Scripts and styles come from this site alone. No form-action: a form's answer leads to the shop.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
ASSET_TYPES = {
    "bank.css": "text/css; charset=utf-8",
    "bank.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
STATE_LABELS = {
    "open": "Waiting for you",
    "paid": "Paid",
    "failed": "Refused",
    "cancelled": "Cancelled",
    "expired": "Time is up",
}
CLOSED_WORDS = {
    "paid": "This payment is made. There is nothing more to do here.",
    "failed": "This payment was refused. The shop can start a new one.",
    "cancelled": "This payment was cancelled. The shop can start a new one.",
    "expired": "The time to pay is over. The shop can start a new payment.",
}
NOTICES = {
    "decline_once": "That card was declined. Try again with another one.",
    "closed": "That is no longer possible: see the status of this payment.",
    **dict.fromkeys(LIES, "The message is on its way. See below what the shop answered."),
}


def payment_page(
    session: Session, *, said: str, deliveries: list[dict[str, Any]], now: float
) -> Answer:
    """Return the hosted payment page of a session."""
    is_open = session.state == "open"
    amount = money(session.amount_minor, session.currency)
    tests = _fill(
        "tests.html",
        open="open" if said in LIES or not is_open else "",
        while_open=_asset("while_open.html") if is_open else "",
        deliveries=_delivery_log(deliveries),
    )
    content = _fill(
        "pay.html",
        description=escape(session.description),
        amount=escape(amount),
        order_number=escape(session.order_number),
        state=session.state,
        state_label=STATE_LABELS[session.state],
        time_label="Time left" if is_open else "Payable until",
        time_text=_time_text(session, now=now),
        expires_iso=_moment(session.expires_at).isoformat(),
        notice=_notice(said, is_open=is_open, has_log=bool(deliveries)),
        plain=_fill("choices.html", amount=escape(amount)) if is_open else _closed(session),
        tests=tests if session.state != "paid" else _delivery_log(deliveries),
    )
    return page(f"Pay {amount}", content, layout="two")


def front_page(sessions: list[Session]) -> Answer:
    """Return the list of recent sessions."""
    rows = "".join(
        # No links: a session's page leads back to its order, which is its shopper's alone.
        f'<tr><td class="mono">{escape(session.order_number)}</td>'
        f"<td>{escape(money(session.amount_minor, session.currency))}</td>"
        f'<td><span class="state state-{session.state}">{STATE_LABELS[session.state]}</span></td>'
        f"<td>{_moment(session.created_at):%Y-%m-%d %H:%M:%S} UTC</td></tr>"
        for session in sessions
    )
    table = (
        '<div class="scroll"><table><thead><tr><th>Order</th><th>Amount</th><th>Status</th>'
        f"<th>Opened</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
    empty = "<p>No shop has sent anybody here yet.</p>"
    heading = '<p class="brand"><img src="/assets/icon.svg" alt="" width="36" height="36"> '
    content = f"{heading}Sandbox Bank</p><h2>Recent payments</h2>{table if rows else empty}"
    return page("Recent payments", content)


def error_page(status: int, message: str) -> Answer:
    """Return a page for a refusal."""
    content = (
        f"<h2>{status} · {HTTPStatus(status).phrase}</h2>"
        f'<p>Sorry: {escape(message)}.</p><p><a class="button" href="/">Back to the bank</a></p>'
    )
    return page("Sorry", content, status=status)


def asset(name: str) -> Answer:
    """Return a style sheet, script or picture."""
    return Answer(
        body=_asset(name).encode(),
        content_type=ASSET_TYPES[name],
        headers={"Cache-Control": "max-age=3600"},
    )


def page(title: str, content: str, *, layout: str = "one", status: int = HTTPStatus.OK) -> Answer:
    """Return a whole page around the content."""
    html = _fill("page.html", title=escape(title), layout=layout, content=content)
    return Answer(status=status, body=html.encode(), headers={"Content-Security-Policy": POLICY})


def money(minor: int, currency: str) -> str:
    """Return the amount as a shopper reads it."""
    major = minor / 10 ** get_currency_precision(currency)
    formatted: str = format_currency(major, currency, locale="en_US")
    return formatted


def _closed(session: Session) -> str:
    return (
        f'<h2 id="choices-title">{STATE_LABELS[session.state]}</h2>'
        f"<p>{CLOSED_WORDS[session.state]}</p>"
        f'<p><a class="button primary" href="{escape(session.return_url)}">'
        "Back to the shop</a></p>"
    )


def _notice(said: str, *, is_open: bool, has_log: bool) -> str:
    """Return what to say about the last act, unless the state has gone on since."""
    fits = {"decline_once": is_open, "closed": not is_open, **dict.fromkeys(LIES, has_log)}
    if not fits.get(said):
        return ""
    bad = "" if said in LIES else " bad"
    return f'<p class="notice{bad}" role="status">{NOTICES[said]}</p>'


def _delivery_log(deliveries: list[dict[str, Any]]) -> str:
    if not deliveries:
        return ""
    rows = "".join(
        f"<tr><td>{escape(row['type'])}{_flaw(row['flaw'])}</td>"
        f"<td>{escape(row['answer']) or 'not sent yet'}</td><td>{row['attempts']}</td></tr>"
        for row in deliveries[-8:]
    )
    return (
        '<div class="log"><h3>Messages to the shop</h3><div class="scroll"><table><thead><tr>'
        "<th>Message</th><th>Shop answered</th><th>Tries</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div></div>"
    )


def _flaw(flaw: str) -> str:
    return "" if flaw == "none" else f" ({escape(flaw.replace('_', ' '))})"


def _time_text(session: Session, *, now: float) -> str:
    until = f"{_moment(session.expires_at):%H:%M:%S} UTC"
    if session.state != "open":
        return until
    left = int(session.expires_at - now)
    return f"{left // 60}:{left % 60:02} min (until {until})"


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, tz=UTC)


def _fill(name: str, **values: str) -> str:
    return Template(_asset(name)).substitute(values)


@cache
def _asset(name: str) -> str:
    return (files("payments.sandbox_site") / "assets" / name).read_text(encoding="utf-8")
