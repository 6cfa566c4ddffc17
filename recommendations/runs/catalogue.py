"""What the job is to know of the catalogue, as a file: it cannot ask the shop."""

from collections.abc import Callable, Iterator
from itertools import islice

import pyarrow as pa

from catalog.selectors import get_current_items, scan_products
from catalog.types import ItemDocument
from recommendations.runs.folder import RunFolder

FILE = "catalogue.parquet"
BATCH = 1000
SCHEMA = pa.schema(
    [
        ("sku", pa.string()),
        ("product_id", pa.int64()),
        ("categories", pa.list_(pa.string())),  # from the root to the leaf
        ("is_published", pa.bool_()),
    ]
)


def write_catalogue(folder: RunFolder, *, on_batch: Callable[[], None]) -> None:
    """Write every SKU that was ever for sale: events speak of retired ones too.

    `on_batch` is called now and then: a large catalogue takes minutes.

    :raises StoreUnavailable: when the folder cannot be reached
    """
    folder.write_table(FILE, SCHEMA, _parts(on_batch))


def _parts(on_batch: Callable[[], None]) -> Iterator[pa.RecordBatch]:
    ids = (product.product_id for product in scan_products(batch=BATCH))
    while batch := list(islice(ids, BATCH)):
        items = get_current_items(product_ids=batch)
        # In order: what a run learns is to depend on its seed and the lake alone.
        rows = [row for product_id in sorted(items) for row in _rows(items[product_id])]
        on_batch()
        yield pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


def _rows(item: ItemDocument) -> Iterator[dict[str, object]]:
    for variant in item.variants:
        yield {
            "sku": variant.sku,
            "product_id": item.product_id,
            "categories": [category.path for category in item.category_path],
            "is_published": item.is_published,
        }
