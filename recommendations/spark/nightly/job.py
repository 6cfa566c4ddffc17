"""The whole run: read, measure on held-out days, learn from everything, write the lists."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from recommendations.spark.errors import BadPurchases, NothingToLearn
from recommendations.spark.nightly.catalogue import (
    Products,
    number_products,
    published_paths,
    read_catalogue,
)
from recommendations.spark.nightly.customers import customer_lists
from recommendations.spark.nightly.events import read_events
from recommendations.spark.nightly.folder import WORK, KeptInFolder, RunFolder, hadoop_url
from recommendations.spark.nightly.measuring import measure_held_out
from recommendations.spark.nightly.products import category_lists, product_lists
from recommendations.spark.nightly.report import report_stage
from recommendations.spark.nightly.stages import Stages
from recommendations.spark.pipeline import Trained, prepare, train
from recommendations.spark.recipe import NOVEL, Mode, Recipe

RESULT = "result.json"
ARGUMENTS = f"{WORK}/arguments.json"
READ_ATTEMPTS = 5  # compaction replaces files of the lake at any time


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """What a run is of; the same arguments give the same lists."""

    lake: str
    run: str
    seed: int
    until: datetime

    @property
    def recipe(self) -> Recipe:
        return replace(NOVEL, seed=self.seed)


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """A training on all events, its products numbered."""

    trained: Trained
    products: Products
    keeper: KeptInFolder


def build(spark: SparkSession, arguments: Arguments) -> None:
    """Write the lists of a run into its folder, going on where an earlier start ended.

    :raises BadPurchases: when the folder has no catalogue, or the beginning of another run
    :raises NothingToLearn: when there are no purchases
    """
    folder = RunFolder(spark, arguments.run)
    if folder.has(RESULT):
        folder.remove(WORK)  # an earlier start may have died between the two
        report_stage("result", seconds=0, rows=1, kept=True)
        return
    _claim(folder, arguments)
    catalogue = read_catalogue(spark, folder)
    stages = Stages(folder)
    events = stages.table(
        "read",
        f"{WORK}/events",
        lambda: _read(spark, catalogue, arguments),
        attempts=READ_ATTEMPTS,
    )
    if events.where("bought").isEmpty():
        raise NothingToLearn(f"{arguments.lake}: nobody bought anything before {arguments.until}")
    metrics = stages.json(
        "measure",
        f"{WORK}/metrics.json",
        lambda: measure_held_out(
            events, catalogue, arguments.recipe, KeptInFolder(folder, "held-out")
        ),
    )
    counts = _write_lists(stages, events, catalogue, arguments.recipe)
    result = {"data_until": _newest(events).isoformat(), **counts, "metrics": metrics}
    stages.json("result", RESULT, lambda: result)
    folder.remove(WORK)


def _claim(folder: RunFolder, arguments: Arguments) -> None:
    ours = {
        "lake": arguments.lake,
        "seed": arguments.seed,
        "until": arguments.until.isoformat(),
    }
    if not folder.has(ARGUMENTS):
        folder.write_json(ARGUMENTS, ours)
    elif folder.read_json(ARGUMENTS) != ours:
        raise BadPurchases(f"{arguments.run}: has the beginning of a run with other arguments")


def _read(spark: SparkSession, catalogue: DataFrame, arguments: Arguments) -> DataFrame:
    lake = hadoop_url(arguments.lake)
    if not RunFolder(spark, lake).has(""):
        raise NothingToLearn(f"{arguments.lake}: there are no events yet")
    return read_events(spark, lake, catalogue, until=arguments.until)


def _newest(events: DataFrame) -> datetime:
    """Return when the last of what was learned from happened: `until` says nothing of that."""
    newest = events.agg(f.max(f.unix_micros("occurred_at"))).collect()[0][0]
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=newest)


def _write_lists(
    stages: Stages, events: DataFrame, catalogue: DataFrame, recipe: Recipe
) -> dict[str, Any]:
    """Learn from all events and write the tables; return how many rows they have."""

    def learn(keeper: KeptInFolder) -> tuple[Learnt, int]:
        numbered = prepare(events, recipe)
        trained = train(numbered, recipe, Mode.NOVEL, keeper)
        products = number_products(catalogue, numbered)
        return Learnt(trained=trained, products=products, keeper=keeper), len(products.ids)

    learnt = stages.learnt("train", "everything", learn)
    customers = stages.table(
        "customers", "customers", lambda: customer_lists(learnt.trained, learnt.products)
    )
    products = stages.table(
        "products",
        "products",
        lambda: product_lists(learnt.trained, learnt.products, learnt.keeper),
    )
    stages.table(
        "categories",
        "categories",
        lambda: category_lists(
            learnt.trained.numbered, learnt.products, published_paths(catalogue)
        ),
    )
    return {"customers": customers.count(), "products": products.count()}
