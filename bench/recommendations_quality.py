"""How good the recommendations are on baskets that were held out, beside simpler models.

    python -m bench.recommendations_quality --train TRAIN.parquet --test TEST.parquet
        --items ITEMS.csv [--seeds 1 2 3] [--validation]

TRAIN has user_id, item_id, ts; TEST user_id, item_id, is_novel (the items of each user's next
basket). With --validation TEST is left alone: half of the customers of TRAIN with two baskets or
more lose their last one, and it is looked for. Choose hyper-parameters so.
"""

import argparse
import csv
import random
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from bench.recommendations_baselines import rank_simply
from recommendations.spark.checkpoints import Checkpoints
from recommendations.spark.metrics import NDCG_DEPTH, Quality, measure, ndcg
from recommendations.spark.pipeline import prepare, recommend, train
from recommendations.spark.purchases import read_purchases
from recommendations.spark.recipe import RECIPES, Mode, Recipe
from recommendations.spark.session import spark_session

TOP = 20

Lists = dict[int, list[str]]
Truth = dict[int, set[str]]


def collect(ranking: DataFrame) -> Lists:
    lists: Lists = defaultdict(list)
    for row in ranking.orderBy("user_id", "rank").toLocalIterator():
        lists[row.user_id].append(row.item_id)
    return dict(lists)


def plain_als(recipe: Recipe) -> Recipe:
    """ALS as one finds it: no fading, nothing else."""
    return replace(
        recipe,
        ease_share=0,
        next_share=0,
        habit_share=0,
        als_share=1,
        popularity_discount=0,
        als_half_life_days=1e9,
        als_alpha=20,
    )


def ease_alone(recipe: Recipe) -> Recipe:
    return replace(
        recipe, ease_share=1, next_share=0, habit_share=0, als_share=0, popularity_discount=0
    )


def read_truth(test: pa.Table, mode: Mode) -> Truth:
    kept = test.filter(pc.field("is_novel")) if mode is Mode.NOVEL else test
    truth: Truth = defaultdict(set)
    for user, item in zip(kept["user_id"].to_pylist(), kept["item_id"].to_pylist(), strict=True):
        truth[user].add(item)
    return dict(truth)


def hold_out(table: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Split off the last day of every second customer with two days or more."""
    table = table.append_column("date", pc.floor_temporal(table["ts"], unit="day"))
    days = table.group_by("user_id").aggregate([("date", "max"), ("date", "count_distinct")])
    several = days.filter(pc.greater(days["date_count_distinct"], 1))
    users = sorted(several["user_id"].to_pylist())
    chosen = set(random.Random(0).sample(users, len(users) // 2))
    last = dict(zip(days["user_id"].to_pylist(), days["date_max"].to_pylist(), strict=True))
    rows = zip(table["user_id"].to_pylist(), table["date"].to_pylist(), strict=True)
    held = pa.array([user in chosen and date == last[user] for user, date in rows])
    train_part, test = table.filter(pc.invert(held)), table.filter(held)
    pairs = zip(train_part["user_id"].to_pylist(), train_part["item_id"].to_pylist(), strict=True)
    seen = set(pairs)
    wanted = zip(test["user_id"].to_pylist(), test["item_id"].to_pylist(), strict=True)
    novel = pa.array([pair not in seen for pair in wanted])
    return train_part, test.append_column("is_novel", novel)


def segments(table: pa.Table) -> dict[int, tuple[str, str]]:
    """Return how many days with a purchase each customer has, and how long ago the last was."""
    table = table.append_column("date", pc.floor_temporal(table["ts"], unit="day"))
    end = pc.max(table["date"]).as_py()
    days = table.group_by("user_id").aggregate([("date", "max"), ("date", "count_distinct")])
    found = {}
    for row in days.to_pylist():
        count, age = row["date_count_distinct"], (end - row["date_max"]).days
        often = "1 basket" if count == 1 else "2-4 baskets" if count < 5 else "5+ baskets"
        lately = "last < 90 days" if age < 90 else "last < 1 year" if age < 365 else "last 1+ year"
        found[row["user_id"]] = (often, lately)
    return found


def by_segment(
    lists: Lists, truth: Truth, segment_of: Mapping[int, tuple[str, str]]
) -> Iterator[tuple[str, int, float]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for user in truth:
        for name in segment_of[user]:
            groups[name].append(user)
    for name, users in sorted(groups.items()):
        yield name, len(users), fmean(ndcg(lists.get(user, []), truth[user]) for user in users)


def mean(found: Collection[Quality]) -> Quality:
    return Quality(
        ndcg=fmean(one.ndcg for one in found),
        recall=fmean(one.recall for one in found),
        coverage=fmean(one.coverage for one in found),
        customers=max(one.customers for one in found),
    )


def compare(
    spark: SparkSession, path: Path, test: pa.Table, seeds: Sequence[int], catalogue: int
) -> None:
    segment_of = segments(pq.read_table(path, columns=["user_id", "ts"]))
    for mode in Mode:
        recipe = RECIPES[mode]
        truth = read_truth(test, mode)
        numbered = prepare(read_purchases(spark, str(path)), recipe)
        tried: dict[str, list[Lists]] = {
            "popularity": [collect(rank_simply(numbered, mode, top=TOP, habit=False))],
            "personal frequency": [collect(rank_simply(numbered, mode, top=TOP, habit=True))],
            "plain ALS": [],
            "EASE alone": [collect(recommend(train(numbered, ease_alone(recipe), mode), top=TOP))],
            "blend": [],
        }
        with TemporaryDirectory() as folder:
            for name, made in ("plain ALS", plain_als(recipe)), ("blend", recipe):
                # The seed matters to ALS only; the rest is learned once.
                kept = Checkpoints(Path(folder), of=name)
                for seed in seeds:
                    trained = train(numbered, replace(made, seed=seed), mode, kept)
                    tried[name].append(collect(recommend(trained, top=TOP)))
        print(f"\n{mode}: {len(truth)} customers, mean of seeds {seeds}")
        print(f"{'':20} NDCG@{NDCG_DEPTH} recall@{TOP} coverage@10")
        for name, runs in tried.items():
            quality = mean([measure(lists, truth, catalogue=catalogue) for lists in runs])
            print(
                f"{name:20} {quality.ndcg:7.4f} {quality.recall:9.4f} {quality.coverage:11.4f}",
                flush=True,
            )
        print_segments(tried, truth, segment_of)
        numbered.histories.unpersist()


def print_segments(
    tried: Mapping[str, list[Lists]], truth: Truth, segment_of: Mapping[int, tuple[str, str]]
) -> None:
    table: dict[tuple[str, int], list[float]] = defaultdict(list)
    for runs in tried.values():
        for name, count, value in by_segment(runs[0], truth, segment_of):
            table[name, count].append(value)
    print(f"NDCG@{NDCG_DEPTH} by segment: {', '.join(tried)}")
    for (name, count), values in table.items():
        print(f"{name:16} {count:5}  " + "  ".join(f"{value:.4f}" for value in values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--items", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--validation", action="store_true")
    options = parser.parse_args()
    if not options.validation and not options.test:
        parser.error("--test or --validation is needed")
    with options.items.open(encoding="utf-8", newline="") as file:
        catalogue = sum(1 for _ in csv.DictReader(file))
    began = time.monotonic()
    with TemporaryDirectory() as folder, spark_session() as spark:
        path = options.train
        if options.validation:
            kept, test = hold_out(pq.read_table(path))
            path = Path(folder) / "train.parquet"
            pq.write_table(kept, path)
        else:
            test = pq.read_table(options.test)
        compare(spark, path, test, options.seeds, catalogue)
    print(f"\n{datetime.now(UTC):%Y-%m-%d}, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
