"""A member of staff at the admin's real pages: signs in, fills forms in, presses buttons."""

import re
from typing import Self

import httpx

from tests.web_forms import Values, WebForm, forms_of

ERROR = re.compile(r'<ul class="errorlist[^>]*>.*?</ul>.{,300}', re.DOTALL)
MESSAGE = re.compile(r'<li class="(?:success|info|warning|error)">(.*?)</li>', re.DOTALL)
Files = dict[str, tuple[str, bytes, str]]


class WebAdmin:
    """One browser in the backoffice."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=30, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def sign_in(self, email: str, password: str) -> None:
        """Ask for the admin and sign in where it sends everybody to."""
        page = self.http.get("/admin/")
        assert page.url.path == "/accounts/login/", page.url
        [form] = [form for form in forms_of(page.text) if "password" in form.values]
        fields = form.filled(login=email, password=password)
        page = self.http.post(str(page.url), data=fields)
        assert (page.status_code, page.url.path) == (200, "/admin/"), page.url

    def form(self, path: str) -> WebForm:
        """Return the page's main form."""
        page = self.http.get(path)
        assert page.status_code == 200, (path, page.status_code)
        return main_form(page.text)

    def send(self, path: str, fields: Values, files: Files | None = None) -> list[str]:
        """Send a form and return what the admin says; fail if it refuses."""
        page = self.http.post(path, data=fields, files=files)
        assert page.status_code == 200, (path, page.status_code)
        assert not ERROR.findall(page.text), ERROR.findall(page.text)
        return [re.sub(r"<[^>]+>", "", text).strip() for text in MESSAGE.findall(page.text)]

    def add(self, path: str, **given: str | list[str]) -> list[str]:
        """Fill in and save the page's form; `label:` values are chosen from what is offered."""
        form = self.form(path)
        chosen = {
            name: form.choose(name, value)
            if isinstance(value, str) and name in form.offers
            else value
            for name, value in given.items()
        }
        return self.send(path, form.filled(**chosen))


def main_form(html: str) -> WebForm:
    """Return the form of the page's own, not the one that signs out."""
    posted = [
        form
        for form in forms_of(html)
        if "csrfmiddlewaretoken" in form.values and not form.action.endswith("/logout/")
    ]
    return posted[-1]
