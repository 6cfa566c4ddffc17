"""`python -m deploy.native up|down|status` or `start|stop|kill NAME`."""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

from deploy.native import servers
from deploy.native.servers import Report
from shop.embedded.errors import CannotStart


def main() -> int:
    """Do what the command line says and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.native", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("up", "down", "status"):
        commands.add_parser(name)
    for name in ("start", "stop", "kill"):
        commands.add_parser(name).add_argument("server", choices=sorted(servers.SERVERS))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    # its driver warns of each time a starting server does not answer yet
    logging.getLogger("cassandra").setLevel(logging.CRITICAL)
    try:
        return _run(options)
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; what was being started is stopped.\n")
        return 130


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "up":
            return _up()
        case "down":
            stopped = servers.down()
            sys.stdout.write(f"Stopped: {', '.join(stopped) or 'none was up'}\n")
        case "status":
            _show(servers.status())
        case "start":
            _show([servers.start(options.server)])
        case "stop":
            servers.stop(options.server)
        case "kill":
            servers.kill(options.server)
    return 0


def _up() -> int:
    sys.stdout.write("Starting the servers (the first time downloads about 200 MB)…\n")
    sys.stdout.flush()
    outcomes = servers.up(threading.Event())
    failures = [outcome for outcome in outcomes if isinstance(outcome, CannotStart)]
    _show([outcome for outcome in outcomes if isinstance(outcome, Report)])
    for failure in failures:
        sys.stderr.write(f"\n{failure}\n")
    return 1 if failures else 0


def _show(reports: Sequence[Report]) -> None:
    width = max((len(report.url) for report in reports), default=0)
    for report in reports:
        memory = f"{report.memory // 2**20} MB" if report.memory else "-"
        sys.stdout.write(f"{report.name:14} {report.url:{width}} {memory:>7}  {report.state}\n")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
