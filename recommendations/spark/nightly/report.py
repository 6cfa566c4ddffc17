"""What the application tells whoever started it: one JSON object a line on stdout."""

import json
import sys


def report_stage(name: str, *, seconds: float, rows: int, kept: bool = False) -> None:
    """Tell that a stage has ended, or was `kept` from a run that died."""
    line = {"event": "stage", "name": name, "seconds": round(seconds, 1), "rows": rows}
    _say(line | {"kept": True} if kept else line)


def report_error(message: str) -> None:
    _say({"event": "error", "message": message})


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
