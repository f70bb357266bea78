"""Programs that run beside a command, and end with it."""

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 15  # seconds for a program to end by itself


def end_on_signals():
    """Let SIGTERM and a closed terminal end this command as Ctrl-C does: through its `finally` blocks.

    Ctrl-C too where a shell that started it in the background has it ignored.
    """

    def end(number, _frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def undisturbed():
    """Clean up to the end, whatever signals come meanwhile."""
    with _handling(dict.fromkeys(ENDINGS, signal.SIG_IGN)):
        yield


def bound(command):
    """`command`, which the kernel kills with the process that started it, even when that is killed itself."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig=KILL", *command] if setpriv else command


@contextmanager
def running(command, **options):
    """A program of its own session (Ctrl-C reaches this command only), stopped when the block ends."""
    process = subprocess.Popen(bound(command), start_new_session=True, **options)
    try:
        yield process
    finally:
        with undisturbed():
            stop(process)


def stop(process):
    """End a program and its children: asked first, then killed."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def in_foreground(command, **options):
    """Run a program at the terminal in this command's place and return its exit code.

    Ctrl-C is the program's own business: the terminal sends it there too.
    """
    process = subprocess.Popen(bound(command), **options)
    with _handling(
        {
            signal.SIGINT: signal.SIG_IGN,
            signal.SIGTERM: lambda *_: process.terminate(),
            signal.SIGHUP: lambda *_: process.terminate(),
        }
    ):
        code = process.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _handling(handlers):
    """Other signal handlers while the block lasts."""
    usual = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
