"""The shop's own source files."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "accounts", "cart", "catalog", "logistics", "notifications", "orders", "payments",
    "recommendations", "search", "shop", "wishlist",
)  # fmt: skip


def modules() -> Iterator[Path]:
    """Yield every module the shop is made of, migrations left out."""
    yield ROOT / "manage.py"
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
