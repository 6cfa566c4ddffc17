"""The image has what the shop needs, runs as nobody in particular, and holds no secrets."""

import json
import re
import tomllib

from tests.architecture.sources import PACKAGES, ROOT
from tests.unit.deploy.compose import services

TEXT = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
INSTRUCTIONS = [
    (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
    for line in TEXT.splitlines()
    if line.strip() and not line.startswith("#")
]
LET_IN = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.M)


def all_of(instruction: str) -> list[str]:
    return [words for name, words in INSTRUCTIONS if name == instruction]


def test_every_instruction_is_one() -> None:
    known = {"FROM", "ENV", "RUN", "COPY", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}

    assert {name for name, _ in INSTRUCTIONS} == known


def test_what_is_copied_exists_and_is_not_kept_out() -> None:
    sources = [
        source
        for words in all_of("COPY")
        if not words.startswith("--from=")
        for source in words.split()[:-1]
    ]

    assert sources
    assert {source for source in sources if not (ROOT / source).exists()} == set()
    assert set(sources) - {"."} <= set(LET_IN)


def test_all_of_the_shop_and_nothing_else_goes_in() -> None:
    assert set(LET_IN) >= {*PACKAGES, "manage.py", "static", "templates"}
    assert {path for path in LET_IN if not (ROOT / path).exists()} == set()
    assert not {"tests", "var", ".env", "requirements-dev.txt", ".git"} & set(LET_IN)


def test_it_does_not_run_as_root() -> None:
    user = max(index for index, (name, _) in enumerate(INSTRUCTIONS) if name == "USER")
    last_stage = max(index for index, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM")

    assert user > last_stage
    assert INSTRUCTIONS[user][1] not in {"root", "0"}


def test_it_has_the_python_that_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["requires-python"].removeprefix(">=")

    assert {base.split()[0] for base in all_of("FROM")} == {f"python:{wanted}-slim-bookworm"}


def test_only_pinned_packages_go_in() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith("#")]

    assert [line for line in packages if not re.match(r"[\w\[\],.-]+==\S+$", line)] == []
    assert "requirements-dev" not in TEXT


def test_it_is_a_web_process_unless_told_otherwise() -> None:
    assert json.loads(all_of("CMD")[0]) == services()["web"]["command"]
