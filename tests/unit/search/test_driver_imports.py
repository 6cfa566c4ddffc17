"""Elasticsearch's client is known to its engine alone: without it the shop runs as well."""

import os
import re
import subprocess
import sys

from django.conf import settings

DRIVER = re.compile(r"^\s*(?:from|import) (?:django_)?elastic(?:search|_transport)", re.MULTILINE)
LOADED = """
import sys, django
django.setup()
import shop.urls, search.selectors, search.engines.tantivy
print([name for name in sys.modules if name.startswith(("elastic", "django_elastic"))])
"""


def test_only_the_backend_imports_the_driver() -> None:
    sources = (settings.BASE_DIR / "search").rglob("*.py")
    importing = {path for path in sources if DRIVER.search(path.read_text())}

    assert importing
    assert {path.parent.name for path in importing} == {"elasticsearch"}


def test_the_embedded_shop_never_loads_it() -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "ELASTICSEARCH_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"
