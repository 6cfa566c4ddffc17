"""A guest at the shop's real address: forms are read off the pages and sent as a browser does."""

import re
from typing import Self

import httpx

from tests.factories.shopping import GUEST, form_fields

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class WebBuyer:
    """One browser: cookies, forms, and the way to the payment page."""

    def __init__(self, base_url: str, *, email: str = "ada@example.com") -> None:
        self.http = httpx.Client(base_url=base_url, timeout=60)
        self._guest = {**GUEST, "email": email}
        self._token = ""
        self._fields: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def get(self, path: str) -> httpx.Response:
        page = self.http.get(path)
        found = TOKEN.search(page.text)
        self._token = found.group(1) if found else self._token
        return page

    def post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        return self.http.post(path, data={**fields, "csrfmiddlewaretoken": self._token})

    def add(self, sku: str, quantity: int = 1) -> httpx.Response:
        """Put something in the cart; needs any page with a form first."""
        if not self._token:
            self.get("/deliver-to/")
        return self.post("/cart/lines/", {"sku": sku, "quantity": str(quantity)})

    def fill_checkout(self) -> None:
        """Go to checkout, say who and where, and see the delivery options."""
        page = self.get("/checkout/")
        asked = form_fields(page.text, **self._guest, quote="1")
        self._fields = form_fields(self.post("/checkout/", asked).text)

    def place(self) -> httpx.Response:
        """Press "place order" and return the answer: 303 to the payment page, or the refusal."""
        return self.post("/checkout/", self._fields)

    def buy(self, sku: str, quantity: int = 1) -> str:
        """Do it all and return the payment page's address."""
        self.add(sku, quantity)
        self.fill_checkout()
        answer = self.place()
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]
