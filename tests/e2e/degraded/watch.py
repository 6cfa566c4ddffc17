"""A shopper who notes what each page answers, and how fast."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from deploy.native import servers
from tests.processes import ShopProcesses, eventually
from tests.web_buyer import WebBuyer

SLOW_SECONDS = 0.5
# Each web process finds out for itself that a store is away.
WEB_PROCESSES = 2
ROUNDS = 6
HICCUPS = 2  # of a busy machine


@dataclass
class Visit:
    what: str
    status: int
    seconds: float


@dataclass
class Watch:
    """The visits of one outage, for the table at the end of the run."""

    store: str
    visits: list[Visit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def get(self, buyer: WebBuyer, path: str) -> httpx.Response:
        return self.see(f"GET {path}", lambda: buyer.get(path))

    def see(self, what: str, act: Callable[[], httpx.Response]) -> httpx.Response:
        """Do something and note how it was answered."""
        began = time.monotonic()
        answer = act()
        self.visits.append(Visit(what, answer.status_code, time.monotonic() - began))
        return answer

    def browse(self, buyer: WebBuyer, paths: dict[str, str], *, status: int = 200) -> None:
        """Look at each page some times: all must say the words expected of them."""
        for _ in range(ROUNDS):
            for path, words in paths.items():
                page = self.get(buyer, path)
                assert page.status_code == status, (path, page.status_code, page.text[:500])
                assert words in page.text, (path, words, text_of(page))

    @property
    def slow(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.seconds > SLOW_SECONDS]

    def assert_time_outs(self, count: int) -> None:
        """A dead store costs every process so many time-outs, and no page but those.

        Were it asked on every page, there would be a dozen at least.
        """
        assert len(self.slow) <= count * WEB_PROCESSES + HICCUPS, self.slow


REPORT: list[Watch] = []


@contextmanager
def outage(
    shop: ShopProcesses, store: str, *, degraded: str, hangs: bool = False
) -> Iterator[Watch]:
    """Stop the real server for as long as the block takes; wait until the shop has it back.

    One that `hangs` goes on existing, and answers nothing.
    """
    watch = Watch(f"{store} {'hanging' if hangs else 'stopped'}")
    REPORT.append(watch)
    pid = next(report.pid for report in servers.status() if report.name == store)
    if hangs:
        os.kill(pid, signal.SIGSTOP)
    else:
        servers.stop(store)
    try:
        assert degraded in shop.http.get("/readyz").json()["degraded"]
        yield watch
        assert shop.http.get("/readyz").status_code == 200
    finally:
        if hangs:
            os.kill(pid, signal.SIGCONT)
        else:
            servers.start(store)
    began = time.monotonic()
    eventually(lambda: shop.http.get("/readyz").json() == READY or None, seconds=40)
    watch.notes.append(f"ready again {time.monotonic() - began:.1f} s after the server")


READY = {"status": "ready", "degraded": []}


def text_of(page: httpx.Response) -> str:
    """Return what a person reads of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())[:3000]


def lines() -> Iterator[str]:
    """Yield the table: per outage and page how often, which answers, how fast."""
    for watch in REPORT:
        yield f"{watch.store}; {', '.join(watch.notes)}"
        for what in dict.fromkeys(visit.what for visit in watch.visits):
            seen = [visit for visit in watch.visits if visit.what == what]
            times = sorted(visit.seconds * 1000 for visit in seen)
            codes = ", ".join(str(code) for code in sorted({visit.status for visit in seen}))
            yield (
                f"  {what:<44} {len(seen):>3} x {codes:<9} median {times[len(times) // 2]:5.0f} ms"
                f"  slowest {times[-1]:5.0f} ms"
            )
