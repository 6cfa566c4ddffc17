"""A module fits in a head: split it before 300 lines."""

from tests.architecture.sources import ROOT, modules

MOST_LINES = 300


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()
    }

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
