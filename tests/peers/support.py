"""What the checks in Python share: made-up folders, the program itself, and the list of failures."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROBITY = os.environ["PROBITY"]
ROOT = Path(os.environ["ROOT"])
HERE = ROOT / "tests" / "peers"

# Pinned, so that nothing depends on the day of the run.
CONFIGURATION = "[audit]\nas_of = 2026-06-30\n"

_holding = 0
_failures = 0


def check(holds, what, detail=""):
    """Notes whether something holds, tells if it does not, and goes on."""
    global _holding, _failures
    if holds:
        _holding += 1
        return
    _failures += 1
    print(f"FAILED  {what}")
    for line in str(detail).splitlines()[:20]:
        print(f"        {line}")


def finish():
    """Ends the script; its exit code says whether everything held."""
    print(f"{_holding} checks hold, {_failures} do not")
    sys.exit(1 if _failures else 0)


def folder(files, configuration=CONFIGURATION):
    """A new folder with these files, by path; contents are text or bytes."""
    root = Path(tempfile.mkdtemp())
    for name, content in {"probity.toml": configuration, **files}.items():
        path = os.path.join(os.fsencode(root), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
    return root


def run(*command, cwd="/", **options):
    """Runs a program and gives its exit code, and what it wrote, as bytes."""
    return subprocess.run(command, cwd=cwd, capture_output=True, timeout=300, **options)


def probity(*arguments, cwd="/"):
    """Runs the program that is checked."""
    return run(PROBITY, *arguments, cwd=cwd)
