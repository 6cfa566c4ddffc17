"""The job: interactions in, ranked lists for every customer out."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pyarrow as pa
from pyspark import Broadcast, StorageLevel
from pyspark.sql import DataFrame

from recommendations.spark.checkpoints import Checkpoints, Keeper
from recommendations.spark.cooccurrence import rare_neighbours
from recommendations.spark.history import History, read_histories
from recommendations.spark.linear import Weights, ease_weights, next_basket_weights
from recommendations.spark.matrices import Sum, sum_matrices
from recommendations.spark.neighbours import Neighbours
from recommendations.spark.purchases import Numbered, number
from recommendations.spark.ratings import Factors, factorize
from recommendations.spark.recipe import Mode, Recipe
from recommendations.spark.scoring import Blend, Model
from recommendations.spark.session import divide

logger = logging.getLogger(__name__)

NO_FACTORS = "cast(null as array<float>) as factors"
RANKING = "user_id {user_id}, rank int, item_id string, score double"


@dataclass(frozen=True)
class Trained:
    """What was learned from all customers; ranks for each of them."""

    numbered: Numbered
    blend: Blend
    factors: Factors | None
    neighbours: DataFrame | None


def prepare(purchases: DataFrame, recipe: Recipe) -> Numbered:
    """Return the interactions by number, kept on disk for the stages to come.

    In memory they would leave none to those stages, and a disk is read as fast as they work.
    """
    divide(purchases)
    numbered = number(purchases, recipe)
    numbered.histories.persist(StorageLevel.DISK_ONLY)
    logger.info("Recommendations: items are numbered", extra={"items": len(numbered.item_ids)})
    return numbered


def train(
    numbered: Numbered, recipe: Recipe, mode: Mode, checkpoints: Keeper | None = None
) -> Trained:
    """Learn the models that have a share in the recipe."""
    checkpoints = checkpoints or Checkpoints(None)
    size = min(len(numbered.item_ids), recipe.matrix_items)
    linear = checkpoints.arrays(
        f"linear-{mode}", lambda: _train_linear(numbered, recipe, mode, size)
    )
    factors = None
    if recipe.als_share:
        factors = _train_factors(numbered, recipe, size, checkpoints)
    neighbours = None
    if size < len(numbered.item_ids) and recipe.ease_share:
        neighbours = checkpoints.table(
            "neighbours",
            lambda: rare_neighbours(
                numbered.histories,
                size=size,
                items=len(numbered.item_ids),
                today=numbered.today,
                recipe=recipe,
            ),
        ).persist(StorageLevel.DISK_ONLY)
    blend = Blend(
        recipe=recipe,
        mode=mode,
        today=numbered.today,
        ease=linear["ease"],
        following=linear["following"],
        als_items=factors.items if factors else np.zeros((size, 0), dtype=np.float32),
        popularity=numbered.popularity,
        neighbours=_arrays(neighbours, len(numbered.item_ids)),
    )
    logger.info("Recommendations: models are trained")
    return Trained(numbered=numbered, blend=blend, factors=factors, neighbours=neighbours)


def _arrays(neighbours: DataFrame | None, items: int) -> Neighbours | None:
    return None if neighbours is None else Neighbours.read(neighbours.toArrow(), items=items)


def _train_linear(numbered: Numbered, recipe: Recipe, mode: Mode, size: int) -> dict[str, Weights]:
    target = Sum.NEW if mode is Mode.NOVEL else Sum.NEXT
    wanted = [Sum.GRAM] if recipe.ease_share else []
    wanted += [Sum.PAST, target] if recipe.next_share else []
    sums = sum_matrices(numbered.histories, wanted, size=size, today=numbered.today, recipe=recipe)
    nothing = np.zeros((size, 0), dtype=np.float32)
    weights = {"ease": nothing, "following": nothing}
    # Taken out of the dictionary, a matrix is free again as soon as it has been used.
    if recipe.ease_share:
        weights["ease"] = ease_weights(sums.pop(Sum.GRAM), ridge=recipe.ease_ridge)
    if recipe.next_share:
        past, following = sums.pop(Sum.PAST), sums.pop(target)
        weights["following"] = next_basket_weights(past, following, ridge=recipe.next_ridge)
    return weights


def _train_factors(numbered: Numbered, recipe: Recipe, size: int, checkpoints: Keeper) -> Factors:
    @cache
    def made() -> Factors:
        return factorize(numbered.histories, size=size, today=numbered.today, recipe=recipe)

    kept = f"als-{recipe.seed}"
    items = checkpoints.arrays(f"{kept}-items", lambda: {"factors": made().items})
    users = checkpoints.table(f"{kept}-users", lambda: made().users)
    return Factors(users=users, items=items["factors"])


def recommend(trained: Trained, *, top: int) -> DataFrame:
    """Return (user_id, rank, item_id, score) for every customer, ranks from 1."""
    return rank_all(to_rank(trained), trained.blend, trained.numbered.item_ids, top=top)


def to_rank(trained: Trained) -> DataFrame:
    """Return (user_id, events, factors) of every customer, for the blend to rank."""
    customers = trained.numbered.histories
    if trained.factors is None:
        return customers.selectExpr("user_id", "events", NO_FACTORS)
    users = trained.factors.users
    return customers.join(users, "user", "left").select("user_id", "events", "factors")


def rank_all(customers: DataFrame, model: Model, item_ids: list[str], *, top: int) -> DataFrame:
    """Have the model rank items for each of (user_id, events, factors)."""
    shared = customers.sparkSession.sparkContext.broadcast((model, pa.array(item_ids)))
    user_id = customers.schema["user_id"].dataType.simpleString()
    return customers.select("user_id", "events", "factors").mapInArrow(
        partial(_rank_customers, shared=shared, top=top), RANKING.format(user_id=user_id)
    )


def read_customers(batch: pa.RecordBatch) -> Iterator[tuple[History, Weights | None]]:
    """Yield the history and the factors of each row of (events, factors)."""
    factors = batch.column("factors")
    numbers, count = factors.flatten().to_numpy(), len(factors) - factors.null_count
    vectors = iter(numbers.reshape(count, len(numbers) // max(count, 1)))
    has_vector = factors.is_valid().to_pylist()
    for history, has in zip(read_histories(batch.column("events")), has_vector, strict=True):
        yield history, next(vectors) if has else None


def _rank_customers(
    batches: Iterable[pa.RecordBatch], *, shared: Broadcast[tuple[Model, pa.Array]], top: int
) -> Iterator[pa.RecordBatch]:
    model, item_ids = shared.value
    for batch in batches:
        ranked = [
            model.rank(history, factors, top=top) for history, factors in read_customers(batch)
        ]
        lengths = [len(items) for items, _ in ranked]
        rows = np.repeat(np.arange(len(ranked)), lengths)
        ranks = [np.arange(1, length + 1, dtype=np.int32) for length in lengths]
        yield pa.record_batch(
            {
                "user_id": batch.column("user_id").take(pa.array(rows)),
                "rank": np.concatenate(ranks),
                "item_id": item_ids.take(pa.array(np.concatenate([items for items, _ in ranked]))),
                "score": np.concatenate([scores for _, scores in ranked]),
            }
        )
