"""Forms of a page as a browser reads and sends them, those of the admin included."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Values = dict[str, str | list[str]]


@dataclass
class WebForm:
    """One form: what it would send as it stands, and what each select offers."""

    action: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    offers: dict[str, dict[str, str]] = field(default_factory=dict)

    def choose(self, name: str, label: str) -> str:
        """Return the value of the select's option that starts with the label."""
        [value] = [
            value for text, value in self.offers[name].items() if text.strip().startswith(label)
        ]
        return value

    def filled(self, **given: str | list[str]) -> Values:
        """Return what is sent with these fields filled in; there must be such fields."""
        known = set(self.values) | set(self.offers)
        assert set(given) <= known, sorted(set(given) - known)
        return {**self.values, **given}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[WebForm] = []
        self._form: WebForm | None = None
        self._select, self._option, self._area = "", "", ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = WebForm(action=given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._read(self._form, tag, given)

    def _read(self, form: WebForm, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "input" and name:
            is_choice = given.get("type") in {"radio", "checkbox"}
            form.values.setdefault(name, [])
            if given.get("type") in {"submit", "file", "image", "button"}:
                return
            if not is_choice or "checked" in given:
                form.values[name].append(given.get("value", "on" if is_choice else ""))
        elif tag == "select" and name:
            self._select = name
            form.values[name], form.offers[name] = [], {}
        elif tag == "option" and self._select:
            self._option, self._text = given.get("value", ""), ""
            if "selected" in given:
                form.values[self._select].append(self._option)
        elif tag == "textarea" and name:
            self._area, self._text = name, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        form = self._form
        if form is None:
            return
        if tag == "form":
            self._form = None
        elif tag == "option" and self._select:
            form.offers[self._select][self._text] = self._option
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area:
            form.values[self._area] = [self._text.removeprefix("\n")]
            self._area = ""


def forms_of(html: str) -> list[WebForm]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms
