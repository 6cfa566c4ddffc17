"""Commands: keep records and index up with the catalogue and the stock, rebuild, repair."""

from search.indexing import refresh_products, refresh_stock
from search.rebuilding import (
    IndexDifference,
    RebuildReport,
    find_differences,
    rebuild_index,
    refresh_all_records,
    repair_index,
    roll_back_index,
)

__all__ = [
    "IndexDifference",
    "RebuildReport",
    "find_differences",
    "rebuild_index",
    "refresh_all_records",
    "refresh_products",
    "refresh_stock",
    "repair_index",
    "roll_back_index",
]
