"""`make fuzz`: feed the readers of strangers' bytes with what nobody would write, guided by the paths it takes in them.

Each target of `tests/tools/invariants.py` (FUZZ_TARGETS names some of them) runs for FUZZ_SECONDS (60). It begins
with documents and mails of the corpus, and with what earlier runs found worth keeping in `.local/fuzz`. The table is
also written to `.local/fuzz/report.json`. An input that breaks a target is kept in `.local/fuzz/TARGET/found`, and the
exit code is 1: put the input into `tests/tools/hostile/found/TARGET`, where the unit tests try it for ever.
"""

import json
import os
import re
import sys
import time

from cryptography.hazmat.primitives.serialization import Encoding

from . import bare, console, locks, paths, processes
from .console import run, say
from .setup import Step, set_up

bare.register_bare_packages()

from l10n_co_einvoice_mail.tests.tools import builder, hostile, invariants  # noqa: E402 - needs the bare packages

FOLDER = paths.LOCAL / "fuzz"
ATHERIS = FOLDER / "atheris"
REQUIREMENTS = paths.REPOSITORY / "dev" / "requirements-fuzz.txt"
REPORT = FOLDER / "report.json"
#: An input that takes so many seconds, or so much memory, breaks the target too.
SECONDS_EACH = 10
MEBIBYTES = 1024
LONGEST = 64 * 1024
FIGURES = {
    "executions": r"stat::number_of_executed_units:\s*(\d+)",
    "executions/s": r"stat::average_exec_per_sec:\s*(\d+)",
    "edges": r"cov: (\d+)",
    "kept": r"corp: (\d+)",
}


def main():
    """Fuzz each target, print the table; 1 when something was found."""
    set_up(quiet=True)
    processes.end_on_signals()
    seconds = int(os.environ.get("FUZZ_SECONDS") or 60)
    names = os.environ.get("FUZZ_TARGETS", "").split() or list(invariants.TARGETS)
    with locks.alone("fuzz", waiting_for="another fuzzing"):
        bring_atheris()
        rows = {name: fuzz(name, seconds) for name in names}
    REPORT.write_text(json.dumps(rows, indent=1))
    print_table(rows)
    return 1 if any(row["findings"] for row in rows.values()) else 0


def bring_atheris():
    """Install the fuzzer in a folder of its own: only this command needs it."""
    FOLDER.mkdir(exist_ok=True)
    step = Step(
        "fuzz",
        "Fuzzer",
        lambda: (sys.version, REQUIREMENTS),
        (ATHERIS / "atheris").is_dir,
        _install,
    )
    if not step.is_done():
        with console.timed(step.title):
            step.do()


def _install():
    pip = [paths.PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
    run([*pip, "--no-deps", "--upgrade", "--target", ATHERIS, "-r", REQUIREMENTS])


def fuzz(name, seconds):
    """Run one target; its row of the table."""
    folder = FOLDER / name
    for part in ("corpus", "seeds", "found"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    _plant(name, folder / "seeds")
    before = set((folder / "found").iterdir())
    log = paths.LOGS / f"fuzz-{name}.log"
    with console.timed(f"{name}, {seconds} s"), log.open("wb") as output:
        _run(name, seconds, folder, output)
    row = {figure: _last(pattern, log) for figure, pattern in FIGURES.items()}
    row["findings"] = sorted(str(path) for path in set((folder / "found").iterdir()) - before)
    if not row["executions"] and not row["findings"]:
        raise paths.Problem(
            f"The target {name} did not run:\n{console.tail(log)}\nAll of it: {log}"
        )
    return row


def _run(name, seconds, folder, output):
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={SECONDS_EACH}",
        f"-rss_limit_mb={MEBIBYTES}",
        f"-max_len={LONGEST}",
        f"-dict={_dictionary(folder)}",
        f"-artifact_prefix={folder / 'found'}/",
        "-print_final_stats=1",
    ]
    command = [paths.PYTHON, "-m", "dev.fuzz_target", name, *options]
    environment = {**os.environ, "PYTHONPATH": str(ATHERIS)}
    with processes.running(
        [*command, folder / "corpus", folder / "seeds"],
        cwd=paths.REPOSITORY,
        env=environment,
        stdout=output,
        stderr=output,
    ) as process:
        deadline = time.monotonic() + seconds + 60
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)


def _plant(name, folder):
    """Write the inputs to begin with: what the corpus has of the target's kind, as far as it is short."""
    for number, content in enumerate(SEEDS[name]()):
        if len(content) <= LONGEST:
            (folder / f"{number:03}").write_bytes(content)


def _mails():
    return (case.raw for case in hostile.CASES)


def _files():
    package = builder.Package()
    yield from (package.container, package.archive, package.answers[0], *_documents())
    yield from (attachment for mail in _mails() for attachment in _attachments(mail))


def _attachments(mail):
    from l10n_co_einvoice_mail.mailbox.message import parse_message

    return (part.content for part in parse_message(mail).attachments)


def _documents():
    for facts in (builder.Document(), builder.credit_note(), builder.debit_note()):
        yield builder.signed_document(facts)


def _certificates():
    signer = builder.signer_of(builder.SUPPLIER)
    for item in (signer.certificate, *signer.chain):
        yield item.public_bytes(Encoding.DER)


SEEDS = {
    "message": _mails,
    "reading": _files,
    "grafting": lambda: (bytes(range(start, 250, 11)) for start in range(12)),
    "signature": _documents,
    "certificate": _certificates,
}


def _dictionary(folder):
    """The words of a document and of a mail's header, which chance alone would not write."""
    package = builder.Package(builder.Document())
    text = (package.container + package.mail).decode(errors="replace")
    words = sorted(set(re.findall(r"</?[\w:]{2,40}>?|[A-Z][\w-]{3,30}: ", text)))
    path = folder / "words"
    path.write_text("".join(f'"{word}"\n' for word in [*words, "<![CDATA[", "]]>", "<!DOCTYPE"]))
    return path


def _last(pattern, log):
    found = re.findall(pattern, log.read_text(errors="replace"))
    return int(found[-1]) if found else 0


def print_table(rows):
    """One line for each target, and where its findings lie."""
    heads = ["target", *FIGURES, "findings"]
    lines = [
        [name, *(row[figure] for figure in FIGURES), len(row["findings"])]
        for name, row in rows.items()
    ]
    say()
    for line in [heads, *lines]:
        say(f"{line[0]:<14}" + "".join(f"{value!s:>14}" for value in line[1:]))
    for name, row in rows.items():
        for path in row["findings"]:
            say(f"{name}: {path}")


if __name__ == "__main__":
    console.main(main)
