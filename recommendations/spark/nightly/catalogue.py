"""The shop's products, as far as lists need to know them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from recommendations.spark.errors import BadPurchases
from recommendations.spark.nightly.folder import RunFolder
from recommendations.spark.purchases import Numbered
from recommendations.spark.weights import Numbers

FILE = "catalogue.parquet"
SCHEMA = "sku string, product_id bigint, categories array<string>, is_published boolean"
EVERYTHING = ""  # the path of the whole shop


@dataclass(frozen=True, kw_only=True)
class Products:
    """The products by item number: which may be listed, and which are in each root category."""

    ids: Numbers
    listed: NDArray[np.bool_]
    roots: Mapping[str, NDArray[np.bool_]]


def read_catalogue(spark: SparkSession, folder: RunFolder) -> DataFrame:
    """Return the catalogue by SKU.

    :raises BadPurchases: when the shop has put none into the folder
    """
    if not folder.has(FILE):
        raise BadPurchases(f"{folder.url(FILE)}: there is no such file")
    return spark.read.schema(SCHEMA).parquet(folder.url(FILE))


def published_paths(catalogue: DataFrame) -> DataFrame:
    """Return (product_id, path) for each category a published product is in, or above it."""
    return (
        catalogue.where("is_published")
        .select("product_id", f.explode(_with_everything()).alias("path"))
        .distinct()
    )


def number_products(catalogue: DataFrame, numbered: Numbered) -> Products:
    """Return the products under the numbers that training has given them."""
    ids = np.array([int(item_id) for item_id in numbered.item_ids], dtype=np.int64)
    roots: dict[str, NDArray[np.bool_]] = {}
    numbers = {int(product_id): item for item, product_id in enumerate(ids)}
    rows = published_paths(catalogue).where(~f.contains("path", f.lit("/")))
    for row in rows.toLocalIterator():
        if (item := numbers.get(row.product_id)) is not None:
            roots.setdefault(row.path, np.zeros(len(ids), dtype=np.bool_))[item] = True
    listed = roots.pop(EVERYTHING, np.zeros(len(ids), dtype=np.bool_))
    return Products(ids=ids, listed=listed, roots=dict(sorted(roots.items())))


def _with_everything() -> Column:
    no_paths = f.array().cast("array<string>")
    return f.array_union(f.array(f.lit(EVERYTHING)), f.coalesce("categories", no_paths))
