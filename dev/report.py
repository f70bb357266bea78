"""What a run of tests found, written by the program that ran them and read by the command that started it."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

VARIABLE = "TEST_REPORT"  # the file into which the program writes


@dataclass
class Report:
    """Tests that passed, the names of those that failed, and why each other was skipped."""

    passed: int = 0
    failed: list = field(default_factory=list)
    skipped: dict = field(default_factory=dict)

    def __add__(self, other):
        return Report(
            self.passed + other.passed,
            self.failed + other.failed,
            {**self.skipped, **other.skipped},
        )

    def __bool__(self):
        return bool(self.passed or self.failed or self.skipped)

    def write(self):
        """Leave it for the command that started this program, if one did."""
        if file := os.environ.get(VARIABLE):
            Path(file).write_text(json.dumps(asdict(self)))


def read(file):
    """:return: the Report in a file, None when the program wrote none"""
    return Report(**json.loads(file.read_text())) if file.exists() else None
