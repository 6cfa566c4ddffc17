"""How fast serviceability, promises, reservations and the stock import are, on a scratch database.

    python -m bench.serviceability

Starts a PostgreSQL and a Redis of its own, fills 50 warehouses with 1,000 postal prefixes each,
and prints what the design promises: one lane changed and in force in a second at most.
"""

import os
import tempfile
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from shop.embedded.paths import EmbeddedPaths
from shop.embedded.session import embedded_servers


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "shop.settings"}
        with embedded_servers(EmbeddedPaths(Path(folder)), postgres=True, redis=True):
            django.setup()
            call_command("migrate", verbosity=0)
            # It imports models, which exist only now.
            import_module("bench.serviceability_steps").run()


if __name__ == "__main__":
    main()
