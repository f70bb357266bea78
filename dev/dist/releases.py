"""Earlier versions, brought out of the repository's history: databases made with them are upgraded."""

import subprocess
from io import BytesIO

from .. import paths
from ..paths import Problem
from . import package

# Version -> the commit that it is.
RELEASES = {"19.0.1.0.0": "66be723", "19.0.1.1.0": "33d904b", "19.0.2.0.0": "00d9ec1"}
# Columns ("table.column") whose values a migration puts elsewhere or works out anew: what was rejected adds up to nothing.
MOVED = tuple(
    f"l10n_co_received_document.amount_{name}_signed" for name in ("untaxed", "tax", "total")
)


def bring(version, folder):
    """Write the addon as it was in a version into `folder`.

    :raises Problem: the clone holds no history
    """
    command = ["git", "-c", "safe.directory=*", "archive", "--format=zip", RELEASES[version]]
    answer = subprocess.run([*command, package.ADDON], cwd=paths.REPOSITORY, capture_output=True)
    if answer.returncode:
        raise Problem(
            f"The clone does not hold {RELEASES[version]}, which is version {version}: the upgrade from it cannot be"
            " tried. A clone without its history gets it with: git fetch --unshallow"
        )
    package.unpack(BytesIO(answer.stdout), folder)
