"""The job: interactions in, ranked lists for every customer out."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from pyspark import Broadcast, StorageLevel
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f

from recommendations.spark.checkpoints import Checkpoints, Keeper
from recommendations.spark.cooccurrence import rare_neighbours, rare_scores
from recommendations.spark.linear import Weights, ease_weights, next_basket_weights
from recommendations.spark.matrices import Sum, sum_matrices
from recommendations.spark.purchases import Numbered, number
from recommendations.spark.ratings import Factors, factorize
from recommendations.spark.recipe import Mode, Recipe
from recommendations.spark.scoring import Blend, Model

logger = logging.getLogger(__name__)

RANKING = "user_id {user_id}, rank int, item_id string, score double"


@dataclass(frozen=True)
class Trained:
    """What was learned from all customers; ranks for each of them."""

    numbered: Numbered
    blend: Blend
    factors: Factors | None
    neighbours: DataFrame | None


def prepare(purchases: DataFrame, recipe: Recipe) -> Numbered:
    """Return the interactions by number, kept in memory or on disk for the stages to come."""
    numbered = number(purchases, recipe)
    numbered.histories.persist(StorageLevel.MEMORY_AND_DISK)
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
        neighbours = rare_neighbours(
            numbered.histories, size=size, today=numbered.today, recipe=recipe
        )
    blend = Blend(
        recipe=recipe,
        mode=mode,
        today=numbered.today,
        ease=linear["ease"],
        following=linear["following"],
        als_items=factors.items if factors else np.zeros((size, 0), dtype=np.float32),
        popularity=numbered.popularity,
    )
    logger.info("Recommendations: models are trained")
    return Trained(numbered=numbered, blend=blend, factors=factors, neighbours=neighbours)


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

    items = checkpoints.arrays("als-items", lambda: {"factors": made().items})
    users = checkpoints.table("als-users", lambda: made().users)
    return Factors(users=users, items=items["factors"])


def recommend(trained: Trained, *, top: int) -> DataFrame:
    """Return (user_id, rank, item_id, score) for every customer, ranks from 1."""
    return rank_all(to_rank(trained), trained.blend, trained.numbered.item_ids, top=top)


def to_rank(trained: Trained) -> DataFrame:
    """Return (user_id, events, factors, scores) of every customer, for the blend to rank."""
    customers = trained.numbered.histories
    if trained.factors:
        customers = customers.join(trained.factors.users, "user", "left")
    else:
        customers = customers.withColumn("factors", f.lit(None))
    if trained.neighbours is not None:
        scores = rare_scores(
            trained.numbered.histories,
            trained.neighbours,
            today=trained.numbered.today,
            recipe=trained.blend.recipe,
        )
        customers = customers.join(scores, "user", "left")
    else:
        customers = customers.withColumn("scores", f.lit(None))
    return customers.select("user_id", "events", "factors", "scores")


def rank_all(customers: DataFrame, model: Model, item_ids: list[str], *, top: int) -> DataFrame:
    """Have the model rank items for each of (user_id, events, factors, scores)."""
    spark = customers.sparkSession
    shared = spark.sparkContext.broadcast((model, item_ids))
    rows = customers.select("user_id", "events", "factors", "scores").rdd.mapPartitions(
        partial(_rank_customers, shared=shared, top=top)
    )
    user_id = customers.schema["user_id"].dataType.simpleString()
    return spark.createDataFrame(rows, RANKING.format(user_id=user_id))


def _rank_customers(
    customers: Iterable[Row], *, shared: Broadcast[tuple[Model, list[str]]], top: int
) -> Iterator[tuple[Any, int, str, float]]:
    model, item_ids = shared.value
    for customer in customers:
        rare = [(row.item, row.score) for row in customer.scores or ()]
        events = [tuple(event) for event in customer.events]
        ranked = model.rank(events, customer.factors, rare, top=top)
        for rank, (item, score) in enumerate(ranked, start=1):
            yield customer.user_id, rank, item_ids[item], score
