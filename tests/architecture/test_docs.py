"""The documents name what there is."""

import importlib
import re

import pytest

from shop.core.outbox import Event
from tests.architecture.sources import PACKAGES, ROOT, modules

COMMANDS = sorted(
    path.stem
    for path in modules()
    if path.match("management/commands/*.py") and path.stem != "__init__"
)
EVENT_MODULES = [f"{app}.events" for app in PACKAGES if (ROOT / app / "events.py").exists()]


def told_in(document: str) -> set[str]:
    """Return every word the document sets as code."""
    text = (ROOT / "docs" / document).read_text()
    return {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.split(r"\W+", code)}


def test_every_command_is_in_the_operations_manual() -> None:
    assert COMMANDS
    assert set(COMMANDS) - told_in("operations.md") == set()


@pytest.mark.parametrize("module", EVENT_MODULES)
def test_every_event_is_documented(module: str) -> None:
    found = [
        value
        for value in vars(importlib.import_module(module)).values()
        if isinstance(value, type) and issubclass(value, Event) and value.__module__ == module
    ]

    assert found
    assert {event.__name__ for event in found} - told_in("events.md") == set()


def test_links_between_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

    broken = {
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"(?<!!)\[[^]]*\]\((?!\w+:|#)([^)#\s]+)", document.read_text())
        if not (document.parent / target).exists()
    }

    assert broken == set()
