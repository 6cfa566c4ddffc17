"""A run on a file, from the session to the lists."""

from dataclasses import asdict, replace
from pathlib import Path

from recommendations.spark.checkpoints import Checkpoints
from recommendations.spark.errors import BadPurchases
from recommendations.spark.pipeline import prepare, recommend, train
from recommendations.spark.purchases import read_purchases
from recommendations.spark.recipe import RECIPES, Mode, Recipe
from recommendations.spark.runfile import write_run
from recommendations.spark.session import failures_told, spark_session


def run(
    *, interactions: str, output: Path, top: int, mode: Mode, seed: int, work: Path | None = None
) -> tuple[int, int]:
    """Write the recommendations; return the numbers of customers and of lines.

    :raises BadPurchases: when the interactions or the output cannot be used
    :raises NoSpark: when Spark cannot be started
    :raises JobFailed: when Spark gave up in the middle
    """
    if not output.parent.is_dir():
        raise BadPurchases(f"{output}: there is no folder {output.parent}")
    recipe = replace(RECIPES[mode], seed=seed)
    with spark_session() as spark, failures_told():
        purchases = read_purchases(spark, interactions)
        checkpoints = Checkpoints(work, of=_fingerprint(interactions, recipe))
        trained = train(prepare(purchases, recipe), recipe, mode, checkpoints)
        counts = write_run(recommend(trained, top=top), output)
        checkpoints.clear()
    return counts


def _fingerprint(interactions: str, recipe: Recipe) -> str:
    """Return a text that is another one for another input or recipe."""
    path = Path(interactions)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    states = [
        (str(file), stat.st_size, stat.st_mtime_ns)
        for file in files
        if file.exists()
        for stat in (file.stat(),)
    ]
    return repr((interactions, states, asdict(recipe)))
