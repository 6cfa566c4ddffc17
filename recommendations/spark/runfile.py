"""Writing recommendations as text: user, tab, item, a line each, in order of rank."""

import os
from pathlib import Path

from pyspark.sql import DataFrame

from recommendations.spark.errors import BadPurchases


def write_run(ranking: DataFrame, path: Path) -> tuple[int, int]:
    """Write the file, whole or not at all; return the numbers of users and of lines.

    :raises BadPurchases: when the file cannot be written
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    users = lines = 0
    rows = ranking.orderBy("user_id", "rank").select("user_id", "rank", "item_id")
    try:
        with unfinished.open("w", encoding="utf-8") as stream:
            for row in rows.toLocalIterator():
                users += row["rank"] == 1
                lines += 1
                stream.write(f"{row.user_id}\t{row.item_id}\n")
        unfinished.replace(path)
    except OSError as error:
        raise BadPurchases(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return users, lines
