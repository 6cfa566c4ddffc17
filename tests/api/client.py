"""An app that shops through the API: it sends tokens, and neither has nor gets a cookie."""

import json
import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.api.contract import check
from tests.factories.accounts import PASSWORD

API = "/api/v1"
AUTH = "/auth/app/v1"
DEVICE = "Parcelwise/1.0 (Pixel 9; Android 16)"


class App:
    """One installation. What it was told last about tokens is what it sends next.

    Each answer must be one that the schema tells of.
    """

    def __init__(self, *, device: str = DEVICE) -> None:
        self.device = device
        self.cart_token = self.access = self.refresh = self.session = ""
        self._http = Client(enforce_csrf_checks=True)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a call below `/api/v1` with the tokens there are; `If_Match=` sends If-Match."""
        sent = {"User-Agent": self.device, **self._tokens()}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._http.generic(
            method,
            f"{API}{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=sent,
        )
        assert not answer.cookies, "the API set a cookie"
        check(method, f"{API}{path}", answer)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("DELETE", path, body, **headers)

    def auth(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a call to allauth, and keep the tokens it answers with."""
        if self.session and not self.access:
            headers.setdefault("X_Session_Token", self.session)
        answer = self.call(method, f"{AUTH}{path}", body, **headers)
        if answer.headers.get("Content-Type") == "application/json":
            self._keep(answer)
        return answer

    def start_cart(self) -> str:
        """Ask for a guest's cart token, and send it from now on."""
        self.cart_token = self.post("/cart-tokens/").json()["cart_token"]
        return self.cart_token

    def sign_in(self, email: str, password: str = PASSWORD) -> Any:
        return self.auth("POST", "/auth/login", {"email": email, "password": password})

    def confirm_it_is_me(self, password: str = PASSWORD) -> Any:
        """Give the password again, as is asked for before something important is changed."""
        return self.auth("POST", "/auth/reauthenticate", {"password": password})

    def refresh_tokens(self) -> Any:
        """Change the refresh token for a new pair."""
        answer = self.post(f"{AUTH}/tokens/refresh", {"refresh_token": self.refresh})
        if answer.status_code == 200:
            pair = answer.json()["data"]
            self.access, self.refresh = pair["access_token"], pair["refresh_token"]
        return answer

    def _tokens(self) -> dict[str, str]:
        tokens = {}
        if self.access:
            tokens["Authorization"] = f"Bearer {self.access}"
        if self.cart_token:
            tokens["X-Cart-Token"] = self.cart_token
        return tokens

    def _keep(self, answer: HttpResponse) -> None:
        told = json.loads(answer.content).get("meta") or {}
        self.session = told.get("session_token") or self.session
        self.access = told.get("access_token") or self.access
        self.refresh = told.get("refresh_token") or self.refresh


def new_key() -> dict[str, str]:
    """Return an `Idempotency-Key` for one call, however often it is sent."""
    return {"Idempotency_Key": uuid.uuid4().hex}
