"""The sample documents that lie beside the repository in development; tests run without them too."""

import os
from pathlib import Path

SAMPLES = Path(
    os.environ.get("L10N_CO_SAMPLES") or Path(__file__).resolve().parents[4] / "shared" / "samples"
)


def require(test, folder):
    """A folder of the samples; skips the test case where there is none."""
    found = SAMPLES / folder
    if not found.is_dir():
        test.skipTest(f"no sample documents: {folder}")
    return found


def require_cases(test):
    """The folder of cases from real life, which lies beside the samples; skips the test case where there is none."""
    found = SAMPLES.parent / "cases" / "content"
    if not found.is_dir():
        test.skipTest("no cases")
    return found
