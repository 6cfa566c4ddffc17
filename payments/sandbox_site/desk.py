"""The bank's addresses: the hosted page for shoppers, an API for shops, and one for tests."""

import hmac
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from payments.sandbox_site.acts import LIES, perform
from payments.sandbox_site.bank import Bank
from payments.sandbox_site.behaviors import Behavior, order_behavior, refuse_while_dead
from payments.sandbox_site.errors import SessionClosed, WrongKey
from payments.sandbox_site.fields import act_from, amount, number, terms_from, text, timestamp
from payments.sandbox_site.pages import (
    ASSET_TYPES,
    asset,
    error_page,
    front_page,
    payment_page,
)
from payments.sandbox_site.records import Session
from payments.sandbox_site.refunds import RefundOrder, get_refund, request_refund
from payments.sandbox_site.sessions import (
    cancel_session,
    get_session,
    open_session,
    recent_sessions,
)
from payments.sandbox_site.statement import deliveries, statement
from payments.sandbox_site.web import Answer, Request, Route, Site, View, json_answer, redirect

STAYS_ON_PAGE = {"decline_once", *LIES}


def build_site(bank: Bank, *, address: tuple[str, int]) -> Site:
    """Return the bank's site, listening at the address but not yet serving."""
    desk = Desk(bank)
    routes = [
        Route("GET", r"/", desk.front_page),
        Route("GET", r"/livez", lambda request, path: json_answer({"ok": True})),
        Route("GET", r"/assets/(?P<name>[a-z.]+)", _asset),
        Route("GET", r"/pay/(?P<ref>[\w-]+)/", desk.payment_page),
        Route("POST", r"/pay/(?P<ref>[\w-]+)/", desk.choose),
        Route("POST", r"/api/sessions/(?P<ref>[\w-]+)/act", desk.act),
        Route("GET", r"/api/sessions/(?P<ref>[\w-]+)/deliveries", desk.deliveries),
        Route("POST", r"/api/sessions", desk.for_shops(desk.open)),
        Route("GET", r"/api/sessions/(?P<ref>[\w-]+)", desk.for_shops(desk.status)),
        Route("POST", r"/api/sessions/(?P<ref>[\w-]+)/cancel", desk.for_shops(desk.cancel)),
        Route("POST", r"/api/refunds", desk.for_shops(desk.refund)),
        Route("GET", r"/api/refunds/(?P<ref>[\w-]+)", desk.for_shops(desk.refund_status)),
        Route("GET", r"/api/books", desk.with_key(desk.books)),
        Route("POST", r"/api/behaviors", desk.with_key(desk.behave)),
    ]
    return Site(address, routes=routes, page_for_error=error_page)


class Desk:
    """The views, each one call into the bank."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def with_key(self, view: View) -> View:
        """Guard a view with the API key."""
        return partial(self._check_key, view)

    def for_shops(self, view: View) -> View:
        """Guard a view with the API key and let it fail when the bank is told to play dead."""
        return self.with_key(partial(self._check_alive, view))

    def _check_key(self, view: View, request: Request, path: Mapping[str, str]) -> Answer:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._bank.secret}".encode()):
            raise WrongKey("the API key is missing or wrong")
        return view(request, path)

    def _check_alive(self, view: View, request: Request, path: Mapping[str, str]) -> Answer:
        refuse_while_dead(self._bank)
        return view(request, path)

    # --- pages ---

    def front_page(self, request: Request, path: Mapping[str, str]) -> Answer:
        return front_page(recent_sessions(self._bank))

    def payment_page(self, request: Request, path: Mapping[str, str]) -> Answer:
        session = get_session(self._bank, ref=path["ref"])
        log = deliveries(self._bank, session_ref=session.ref)
        said = request.query.get("said", "")
        return payment_page(session, said=said, deliveries=log, now=self._bank.now())

    def choose(self, request: Request, path: Mapping[str, str]) -> Answer:
        session = get_session(self._bank, ref=path["ref"])
        act = act_from(request.form())
        try:
            perform(self._bank, ref=session.ref, act=act)
        except SessionClosed:
            return redirect(f"/pay/{session.ref}/?said=closed")
        if act.action in STAYS_ON_PAGE:
            return redirect(f"/pay/{session.ref}/?said={act.action}")
        return redirect(session.cancel_url if act.action == "cancel" else session.return_url)

    # --- for tests: whoever knows a session may act in it, as on its page ---

    def act(self, request: Request, path: Mapping[str, str]) -> Answer:
        act = act_from(request.json())
        return json_answer(perform(self._bank, ref=path["ref"], act=act).to_json())

    def deliveries(self, request: Request, path: Mapping[str, str]) -> Answer:
        session = get_session(self._bank, ref=path["ref"])
        return json_answer({"deliveries": deliveries(self._bank, session_ref=session.ref)})

    def behave(self, request: Request, path: Mapping[str, str]) -> Answer:
        content = request.json()
        behavior = Behavior(
            topic=text(content, "topic"),
            mode=text(content, "mode"),
            scope=text(content, "scope", default="*"),
            times=int(number(content, "times", default=1)),
            delay_seconds=number(content, "delay_seconds", default=0),
        )
        order_behavior(self._bank, behavior=behavior)
        return json_answer({"ok": True})

    # --- for shops ---

    def open(self, request: Request, path: Mapping[str, str]) -> Answer:
        session = open_session(self._bank, terms=terms_from(request.json()))
        return json_answer(self._with_url(session, request))

    def status(self, request: Request, path: Mapping[str, str]) -> Answer:
        return json_answer(self._with_url(get_session(self._bank, ref=path["ref"]), request))

    def cancel(self, request: Request, path: Mapping[str, str]) -> Answer:
        return json_answer(cancel_session(self._bank, ref=path["ref"]).to_json())

    def refund(self, request: Request, path: Mapping[str, str]) -> Answer:
        content = request.json()
        order = RefundOrder(
            capture_ref=text(content, "capture_ref"),
            amount_minor=amount(content),
            currency=text(content, "currency"),
            idempotency_key=text(content, "idempotency_key"),
        )
        return json_answer(request_refund(self._bank, order=order).to_json())

    def refund_status(self, request: Request, path: Mapping[str, str]) -> Answer:
        return json_answer(get_refund(self._bank, ref=path["ref"]).to_json())

    def books(self, request: Request, path: Mapping[str, str]) -> Answer:
        since = timestamp(request.query.get("since", "1970-01-01T00:00:00+00:00"), "since")
        return json_answer(statement(self._bank, since=since))

    def _with_url(self, session: Session, request: Request) -> dict[str, Any]:
        host = request.headers.get("host", "localhost")
        return {**session.to_json(), "url": f"http://{host}/pay/{session.ref}/"}


def _asset(request: Request, path: Mapping[str, str]) -> Answer:
    if path["name"] not in ASSET_TYPES:
        return error_page(HTTPStatus.NOT_FOUND, "there is no such page")
    return asset(path["name"])
