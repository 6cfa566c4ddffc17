"""Events in Parquet files: written whole, read once each, in few files."""

import io
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from recommendations.interactions import Interaction, read_interaction
from recommendations.lake import EventLake, Partition
from recommendations.services import compact_lake
from shop.core.errors import StoreUnavailable

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
VIEWS = Partition("view", date(2026, 11, 22))


def _view(event_id: str, **fields: object) -> Interaction:
    event = {
        "event_id": event_id,
        "kind": "view",
        "occurred_at": NOW.isoformat(),
        "sku": "A-1",
        **fields,
    }
    return read_interaction(event, now=NOW)


def _put(lake: EventLake, path: str, content: bytes) -> None:
    with lake._files.open_output_stream(path) as file:
        file.write(content)


def test_what_is_written_is_read(lake: EventLake) -> None:
    path = lake.write(VIEWS, [_view("e1", visitor="v", customer_id=5, color="red")])

    (row,) = lake.read(VIEWS).to_pylist()
    assert Path(path).parent.name == "day=2026-11-22"
    assert Path(path).parent.parent.name == "kind=view"
    assert (row["event_id"], row["sku"], row["visitor"]) == ("e1", "A-1", "v")
    assert row["customer_id"] == 5
    assert row["occurred_at"] == NOW
    assert row["extra"] == '{"color": "red"}'


def test_an_event_in_two_files_is_read_once(lake: EventLake) -> None:
    lake.write(VIEWS, [_view("e1"), _view("e2")])
    lake.write(VIEWS, [_view("e2"), _view("e3")])

    table = lake.read(VIEWS, columns=["sku"])

    assert sorted(table["event_id"].to_pylist()) == ["e1", "e2", "e3"]
    assert table.column_names == ["event_id", "sku"]


def test_an_unfinished_file_is_not_read(lake: EventLake) -> None:
    path = Path(lake.write(VIEWS, [_view("e1")]))
    _put(lake, str(path.with_name("_half.parquet")), b"PAR1 and then the power went")

    assert lake.read(VIEWS).num_rows == 1


def test_a_file_of_an_older_version_may_lack_columns(lake: EventLake) -> None:
    path = lake.write(VIEWS, [_view("e1")])
    lacking, older = lake.read(VIEWS).drop_columns(["source"]), io.BytesIO()
    pq.write_table(lacking, older)
    _put(lake, path, older.getvalue())

    (row,) = lake.read(VIEWS, columns=["sku", "source"]).to_pylist()

    assert row == {"event_id": "e1", "sku": "A-1", "source": None}


def test_a_broken_file_is_an_unavailable_store(lake: EventLake) -> None:
    _put(lake, lake.write(VIEWS, [_view("e1")]), b"no Parquet at all")

    with pytest.raises(StoreUnavailable):
        lake.read(VIEWS)


def test_a_lake_that_cannot_be_written_is_an_unavailable_store(lake: EventLake) -> None:
    lake._files.create_dir(str(Path(lake._root).parent), recursive=True)
    _put(lake, lake._root, b"a file is in the way")

    with pytest.raises(StoreUnavailable):
        lake.write(VIEWS, [_view("e1")])
    lake._files.delete_file(lake._root)


def test_a_name_node_that_does_not_answer_is_an_unavailable_store() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        lake = EventLake(f"hdfs://127.0.0.1:{nobody.getsockname()[1]}/lake")

        with pytest.raises(StoreUnavailable, match="refused"):
            lake.write(VIEWS, [_view("e1")])


def test_a_dropped_partition_is_gone(lake: EventLake) -> None:
    lake.write(VIEWS, [_view("e1")])

    lake.drop(VIEWS)

    assert list(lake.partitions()) == []


def test_partitions_are_listed_since_a_day(lake: EventLake) -> None:
    older = Partition("cart", date(2026, 11, 1))
    lake.write(VIEWS, [_view("e1")])
    lake.write(older, [_view("e2")])

    assert list(lake.partitions()) == [older, VIEWS]
    assert list(lake.partitions(since=date(2026, 11, 2))) == [VIEWS]


def test_an_empty_lake_has_nothing(lake: EventLake) -> None:
    assert list(lake.partitions()) == []
    assert lake.read(VIEWS).num_rows == 0


@pytest.mark.django_db
def test_days_gone_by_become_one_file_each(lake: EventLake) -> None:
    today = Partition("view", NOW.date() + timedelta(days=1))
    for number in range(5):
        lake.write(VIEWS, [_view(f"e{number}"), _view("e-again")])
        lake.write(today, [_view(f"t{number}")])

    gone = compact_lake(now=NOW + timedelta(days=1))

    assert gone == 4
    assert len(lake.files(VIEWS)) == 1
    assert len(lake.files(today)) == 5
    assert sorted(lake.read(VIEWS)["event_id"].to_pylist()) == sorted(
        ["e-again", *[f"e{number}" for number in range(5)]]
    )


@pytest.mark.django_db
def test_a_long_day_is_compacted_while_it_lasts(lake: EventLake) -> None:
    for number in range(9):
        lake.write(VIEWS, [_view(f"e{number}")])

    assert compact_lake(now=NOW) == 8
    assert lake.read(VIEWS).num_rows == 9


def test_reading_goes_on_while_files_are_compacted(lake: EventLake) -> None:
    for number in range(20):
        lake.write(VIEWS, [_view(f"e{number}")])

    with ThreadPoolExecutor(4) as pool:
        counts = [pool.submit(lambda: lake.read(VIEWS).num_rows) for _ in range(12)]
        lake.compact(VIEWS)

    assert {count.result() for count in counts} == {20}
