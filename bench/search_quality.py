"""How good the shop's search is on judged queries.

    python -m bench.search_quality --catalogue products.csv.gz --queries QUERIES.csv --run RUN.tsv
        [--labels LABELS.csv] [--engine tantivy|elasticsearch|both|sql] [--scratch DIR]

Imports the catalogue into a scratch database of its own, builds a scratch index from it and asks
the shop's own search selector. Elasticsearch is the one at ELASTICSEARCH_URL, with an index of its
own that is removed at the end. QUERIES has the columns query_id and query; with a column
`variant` each row is a query of its own, named ``<query_id>.<variant>`` in RUN and judged by
the labels of its query_id; with a column `product_id` the rank of that product is told, for each
`kind`. A scratch DIR is kept and used again without another import.
"""

import argparse
import csv
import math
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.search_shop import ENGINES, fill, scratch_shop, searching_by

HITS_WANTED = 50
JUDGED_DEPTH = 10


@dataclass(frozen=True)
class Question:
    """One row of QUERIES."""

    run_id: str
    query_id: str
    text: str
    kind: str = ""
    product_id: str = ""


@dataclass
class Run:
    """Product ids by question, best first, and how long each answer took."""

    hits: dict[str, list[str]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


def read_questions(path: Path) -> list[Question]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Question(
                run_id=row["query_id"] + (f".{row['variant']}" if row.get("variant") else ""),
                query_id=row["query_id"],
                text=row["query"],
                kind=row.get("kind") or "",
                product_id=row.get("product_id") or "",
            )
            for row in csv.DictReader(file)
        ]


def read_labels(path: Path) -> dict[str, dict[str, int]]:
    labels: dict[str, dict[str, int]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels[row["query_id"]][row["product_id"]] = int(row["grade"])
    return labels


def ask_all(questions: Sequence[Question]) -> Run:
    """Answer each question through the shop's public selector."""
    from search.selectors import search_products  # noqa: PLC0415 (models exist after setup)
    from search.types import SearchQuery  # noqa: PLC0415

    run = Run()
    for question in questions:  # caches are filled and code is compiled before time is taken
        search_products(query=SearchQuery(text=question.text))
    for question in questions:
        started = time.perf_counter()
        result = search_products(query=SearchQuery(text=question.text, page_size=HITS_WANTED))
        run.seconds.append(time.perf_counter() - started)
        run.hits[question.run_id] = [hit.sku for hit in result.hits]
    return run


def write_run(run: Run, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for run_id, products in run.hits.items():
            file.writelines(f"{run_id}\t{product}\n" for product in products)


def gain(grades: Sequence[int]) -> float:
    """Return the discounted gain of the first ten grades."""
    return sum(
        (2.0**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:JUDGED_DEPTH])
    )


def ndcg(hits: Sequence[str], labels: Mapping[str, int]) -> float:
    ideal = gain(sorted(labels.values(), reverse=True))
    return gain([labels.get(hit, 0) for hit in hits]) / ideal if ideal else 0.0


def report_judged(
    run: Run, questions: Sequence[Question], labels: Mapping[str, Mapping[str, int]]
) -> None:
    judged = [question for question in questions if labels.get(question.query_id)]
    scores, condensed, empty = [], [], 0
    for question in judged:
        hits, grades = run.hits[question.run_id], labels[question.query_id]
        scores.append(ndcg(hits, grades))
        condensed.append(ndcg([hit for hit in hits if hit in grades], grades))
        empty += not hits
    print(
        f"NDCG@10 {statistics.fmean(scores):.4f}; without unjudged hits "
        f"{statistics.fmean(condensed):.4f}; {empty} of {len(judged)} queries found nothing"
    )


def report_known(run: Run, questions: Sequence[Question]) -> None:
    ranks: dict[str, list[float]] = defaultdict(list)
    for question in questions:
        hits = run.hits[question.run_id][:JUDGED_DEPTH]
        found = question.product_id in hits
        rank = 1 / (hits.index(question.product_id) + 1) if found else 0.0
        for kind in (question.kind, "all"):
            ranks[kind].append(rank)
    for kind, values in sorted(ranks.items()):
        found_share = sum(value > 0 for value in values) / len(values)
        print(
            f"{kind}: MRR@10 {statistics.fmean(values):.4f}, found in the first ten "
            f"{found_share:.4f} ({len(values)} queries)"
        )


def report_latency(run: Run) -> None:
    millis = sorted(1000 * each for each in run.seconds)
    p50, p95 = millis[len(millis) // 2], millis[int(len(millis) * 0.95)]
    print(f"{len(millis)} searches with facets: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--engine", choices=[*ENGINES, "both"], default="tantivy")
    parser.add_argument("--scratch", type=Path, help="keep the shop here for the next run")
    given = parser.parse_args()
    for path in filter(None, (given.catalogue, given.queries, given.labels)):
        if not path.is_file():
            sys.exit(f"{path} is not a file.")
    if given.scratch:
        given.scratch.mkdir(parents=True, exist_ok=True)
    compare(given, ["tantivy", "elasticsearch"] if given.engine == "both" else [given.engine])


def compare(given: argparse.Namespace, engines: Sequence[str]) -> None:
    """Report on each engine, all on the same shop; with several each has a RUN of its own."""
    questions = read_questions(given.queries)
    with scratch_shop(given.scratch, "tantivy") as is_new:
        if is_new:
            fill(given.catalogue)
        for engine in engines:
            with searching_by(engine, Path(os.environ["VAR_DIR"])):
                catch_up(engine)
                run = ask_all(questions)
            suffix = f".{engine}" if len(engines) > 1 else ""
            write_run(run, given.run.with_name(given.run.name + suffix))
            print(f"--- {engine}")
            report(given, run, questions)


def catch_up(engine: str) -> None:
    """Build the index of an engine that has none of this shop yet."""
    from search import services  # noqa: PLC0415 (models exist after setup)

    if engine == "elasticsearch":
        started = time.monotonic()
        built = services.rebuild_index()
        print(f"{built.documents} products indexed in {time.monotonic() - started:.1f} s")


def report(given: argparse.Namespace, run: Run, questions: Sequence[Question]) -> None:
    report_latency(run)
    if given.labels:
        report_judged(run, questions, read_labels(given.labels))
    if any(question.product_id for question in questions):
        report_known(run, questions)


if __name__ == "__main__":
    main()
