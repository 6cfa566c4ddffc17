"""Child processes under one roof: readable logs, restart after a crash, an orderly end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shop.embedded.watchdog import Watchdog

COLORS = ("36", "33", "35", "32", "34", "31")
STOP_SECONDS = 10.0
SOONEST_RESTART = 0.5
LATEST_RESTART = 30.0
STEADY_SECONDS = 20.0


@dataclass(frozen=True)
class ProcessSpec:
    """What to run; `stop_signal` ends it in order."""

    name: str
    command: Sequence[str]
    stop_signal: int = signal.SIGTERM


@dataclass
class _Child:
    spec: ProcessSpec
    color: str
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    restarts: int = 0
    start_at: float = 0.0
    pump: threading.Thread | None = None


@dataclass
class ProcessGroup:
    """Runs the processes until `stop`; one that ends by itself is started again."""

    specs: Sequence[ProcessSpec]
    environment: Mapping[str, str]
    watchdog: Watchdog
    pid_dir: Path
    cwd: Path
    _children: list[_Child] = field(default_factory=list)
    _stopping: bool = False

    def start(self) -> None:
        self.pid_dir.mkdir(parents=True, exist_ok=True)
        for index, spec in enumerate(self.specs):
            child = _Child(spec=spec, color=COLORS[index % len(COLORS)])
            self._children.append(child)
            self._spawn(child)

    def tend(self) -> None:
        """Start again what has ended; call it now and then."""
        now = time.monotonic()
        for child in self._children:
            if child.process is None:
                if now >= child.start_at:
                    self._spawn(child)
            elif child.process.poll() is not None:
                self._bury(child, now)

    def stop(self) -> None:
        """Ask every process to end, wait, and end those that do not."""
        self._stopping = True
        for child in self._children:
            self._signal(child, child.spec.stop_signal)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            if child.process is None:
                continue
            try:
                child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._signal(child, signal.SIGKILL)
                child.process.wait()
            # What a killed parent left behind, such as a worker's pool, is in its group.
            self._signal_group(child.process.pid, signal.SIGKILL)
            self.watchdog.remove(child.process.pid)
            if child.pump is not None:
                child.pump.join(timeout=2)
            self._pid_file(child).unlink(missing_ok=True)

    def _spawn(self, child: _Child) -> None:
        child.process = subprocess.Popen(
            list(child.spec.command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=self.cwd,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,  # Ctrl-C is for us; we end them in order
        )
        child.started = time.monotonic()
        self.watchdog.add(child.process.pid, child.spec.stop_signal, group=True)
        self._pid_file(child).write_text(str(child.process.pid))
        child.pump = threading.Thread(target=self._print, args=(child,), daemon=True)
        child.pump.start()

    def _bury(self, child: _Child, now: float) -> None:
        assert child.process is not None  # noqa: S101
        self.watchdog.remove(child.process.pid)
        self._signal_group(child.process.pid, signal.SIGKILL)
        if now - child.started > STEADY_SECONDS:
            child.restarts = 0
        delay = min(SOONEST_RESTART * 2 ** min(child.restarts, 10), LATEST_RESTART)
        child.restarts += 1
        child.start_at = now + delay
        say(child, f"ended with {child.process.returncode}; starting again in {delay:g} s")
        child.process = None

    def _print(self, child: _Child) -> None:
        assert child.process is not None  # noqa: S101
        assert child.process.stdout is not None  # noqa: S101
        for line in child.process.stdout:
            say(child, line.rstrip("\n"))

    def _pid_file(self, child: _Child) -> Path:
        return self.pid_dir / f"{child.spec.name}.pid"

    def _signal(self, child: _Child, number: int) -> None:
        if child.process is not None and child.process.poll() is None:
            child.process.send_signal(number)

    def _signal_group(self, pid: int, number: int) -> None:
        try:
            os.killpg(pid, number)
        except (ProcessLookupError, PermissionError):
            return


def say(child: _Child, text: str) -> None:
    """Print a line of a child's, marked with its name."""
    name = f"{child.spec.name:<8}"
    if sys.stdout.isatty():
        name = f"\033[{child.color}m{name}\033[0m"
    sys.stdout.write(f"{name} | {text}\n")
    sys.stdout.flush()
