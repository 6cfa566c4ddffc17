"""`python -m payments.sandbox_site`: runs the sandbox bank until it is told to stop."""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from payments.sandbox_site.bank import Bank
from payments.sandbox_site.books import Books
from payments.sandbox_site.courier import Courier
from payments.sandbox_site.desk import build_site

logger = logging.getLogger("sandbox")


def main() -> int:
    """Open the books, serve, and go on with whatever an earlier process left undone."""
    options = _options()
    logging.basicConfig(level=options.log_level, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel("WARNING")
    books = Books(options.data / "bank.sqlite3")
    bank = Bank(books=books, secret=options.secret, webhook_attempts=options.webhook_attempts)
    try:
        site = build_site(bank, address=(options.host, options.port))
    except OSError as error:
        sys.stderr.write(f"Cannot listen on {options.host}:{options.port}: {error.strerror}\n")
        return 1
    courier = Courier(
        bank,
        webhook_url=f"{options.shop_url.rstrip('/')}/payments/webhooks/sandbox/",
        retry_seconds=options.retry_seconds,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        # In a thread, because `shutdown` waits for the loop that this handler interrupts.
        signal.signal(number, lambda *_: threading.Thread(target=site.shutdown).start())
    courier.start()
    logger.info("Sandbox bank at http://%s:%s", *site.server_address[:2])
    site.serve_forever(poll_interval=0.1)
    site.server_close()
    courier.stop()
    books.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox_site", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 picks a free one")
    parser.add_argument("--shop-url", required=True, help="where webhooks go")
    parser.add_argument(
        "--secret",
        default=os.environ.get("SANDBOX_SECRET"),
        help="API key and webhook secret; default: the SANDBOX_SECRET variable",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the bank's books")
    parser.add_argument("--retry-seconds", type=float, default=0.5, help="doubled each time")
    parser.add_argument("--webhook-attempts", type=int, default=40)
    parser.add_argument("--log-level", default="INFO")
    options = parser.parse_args()
    if not options.secret:
        parser.error("--secret or SANDBOX_SECRET is needed")
    return options


if __name__ == "__main__":
    sys.exit(main())
