"""A shop of its own for measuring search: a scratch database and an index in each engine."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elasticsearch import Elasticsearch

from bench import scratch

ENGINES = ("tantivy", "elasticsearch", "sql")
ELASTICSEARCH_URL = os.environ.get("ELASTICSEARCH_URL", "http://127.0.0.1:9200")


@contextmanager
def scratch_shop(directory: Path | None, engine: str) -> Iterator[bool]:
    """Run a shop of our own in `directory`; yield whether it is new and empty."""
    home = directory or Path(tempfile.mkdtemp(prefix="search-quality-"))
    is_new = not (home / "loaded").exists()
    try:
        with scratch.scratch_shop(home):
            with searching_by(engine, home):
                yield is_new
            (home / "loaded").touch()
    finally:
        if directory is None:
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def searching_by(engine: str, home: Path) -> Iterator[None]:
    """Have the shop search by this engine; an index on a server is removed at the end."""
    from django.conf import settings  # noqa: PLC0415 (reads the environment)

    from shop.core.stores import stores  # noqa: PLC0415

    before = settings.STORES["search"]
    settings.STORES["search"] = backend(engine, home)
    stores.reset()
    try:
        yield
    finally:
        if engine == "elasticsearch":
            remove_index(settings.STORES["search"]["OPTIONS"]["index"])
        settings.STORES["search"] = before
        stores.reset()


def backend(engine: str, home: Path) -> dict[str, object]:
    if engine == "sql":
        return {"BACKEND": "search.engines.sql.SqlEngine"}
    if engine == "tantivy":
        options = {"directory": str(home / "search")}
        return {"BACKEND": "search.engines.tantivy.TantivyEngine", "OPTIONS": options}
    return {
        "BACKEND": "search.engines.elasticsearch.ElasticsearchEngine",
        "OPTIONS": {
            "url": ELASTICSEARCH_URL,
            "index": f"bench-{os.getpid()}",
            "pool_size": 16,
            "timeout_seconds": 5.0,
            "pause_seconds": 1.0,
        },
    }


def remove_index(name: str) -> None:
    with Elasticsearch(ELASTICSEARCH_URL, request_timeout=30) as client:
        generations = list(client.indices.get(index=f"{name}-*"))
        if generations:
            client.indices.delete(index=generations)


def fill(catalogue: Path) -> None:
    """Import the catalogue as the shop would, and make it searchable."""
    from django.core.management import call_command  # noqa: PLC0415 (models exist after setup)

    from bench import icecat  # noqa: PLC0415
    from search import services  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    icecat.load(catalogue)
    started = time.monotonic()
    count = services.refresh_all_records()
    read = time.monotonic()
    report = services.rebuild_index()
    rebuilt = time.monotonic() - read
    print(
        f"{count} products made searchable in {read - started:.1f} s "
        f"({count / (read - started):.0f}/s); rebuilding the index of {report.documents}: "
        f"{rebuilt:.1f} s"
    )
