"""Whether a file that somebody uploads is DIAN's: other countries' UBL documents look alike."""

from .archive import File
from .limits import Limits
from .reader import Reading, read


def reading_of(file: File, limits: Limits) -> Reading | None:
    """The reading of a file in which there is something of DIAN's, or should be; None of any other.
    What is paid comes first."""
    reading = read([file], limits)
    found = [edocument for edocument in reading.edocuments if _is_dian(edocument)]
    if not found and (reading.edocuments or not reading.problems):
        return None
    found.sort(key=lambda edocument: edocument.document.is_response)
    return Reading(tuple(found), reading.problems)


def _is_dian(edocument):
    """Whether a UBL document is DIAN's: other countries' look alike."""
    document = edocument.document
    scheme = getattr(document, "cufe_scheme", None) or ""
    return (
        edocument.container is not None
        or "DIAN" in (document.profile or "").upper()
        or scheme.upper().startswith(("CUFE", "CUDE", "CUDS"))
    )
