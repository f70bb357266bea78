"""What the commands print, and the programs they run: each program's own output goes to a log file."""

import subprocess
import sys
import time
from contextlib import contextmanager

from . import paths
from .paths import Problem

LAST_LINES = 15  # of a program's output, shown when it failed


def say(text="", end="\n"):
    """Print at once, to standard error: the standard output of `dev/odoo` is Odoo's own."""
    print(text, end=end, file=sys.stderr, flush=True)


@contextmanager
def timed(title):
    """Print `title ...`, and the seconds when the block is through."""
    say(f"{title} ... ", end="")
    start = time.monotonic()
    try:
        yield
    except BaseException:
        say("not finished")
        raise
    say(f"{time.monotonic() - start:.0f} s")


def run(command, log="setup", **options):
    """Run `command` to its end, its output appended to the log file `log`; Problem when it fails."""
    file = paths.LOGS / f"{log}.log"
    command = [str(part) for part in command]
    with file.open("ab") as output:
        output.write(f"\n$ {' '.join(command)}\n".encode())
        output.flush()
        start = output.tell()
        options = {"stdin": subprocess.DEVNULL, **options}
        code = subprocess.run(command, stdout=output, stderr=output, **options).returncode
    if code:
        raise Problem(f"`{command[0]}` failed ({code}):\n{tail(file, start)}\nAll of it: {file}")


def tail(file, start=0):
    """The last lines of a log file, of what was written to it after byte `start`."""
    with file.open("rb") as log:
        log.seek(start)
        lines = log.read().decode(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])


def main(command):
    """Run a command's main function; a Problem or Ctrl-C ends it with a sentence, not with a traceback."""
    try:
        code = command()
    except Problem as problem:
        say(f"\n{problem}")
        code = 1
    except KeyboardInterrupt:
        say("\nInterrupted. The same command goes on from here.")
        code = 130
    sys.exit(code)
