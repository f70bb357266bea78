"""The sample documents and cases that lie beside the repository in development.

A test of what lies there exists only where it lies: a fresh clone has nothing to skip, and documents of its own for
every feature.
"""

import os
from pathlib import Path

SAMPLES = Path(
    os.environ.get("L10N_CO_SAMPLES") or Path(__file__).resolve().parents[4] / "shared" / "samples"
)
SYNTHETIC = SAMPLES / "synthetic"
DIAN_EXAMPLES = SAMPLES / "dian_examples"
DIAN_LISTS = SAMPLES / "dian_list"
CODE_LISTS = SAMPLES / "codelist"
SCHEMAS = SAMPLES / "xsd" / "maindoc"
#: Mails from real life and what becomes of them.
CASES = SAMPLES.parent / "cases" / "content"


def needs(*folders):
    """A decorator: the test, or the class of tests, is there only where these folders are."""
    is_there = all(folder.is_dir() for folder in folders)
    return lambda test: test if is_there else None
