"""By which rules a document is accepted, reviewed or rejected: `evaluate(Evidence(edocument, Context(...)))`."""

from ..evidence import Context, Evidence
from ..finding import Finding
from .judge import RULES, Verdict, evaluate, may_be_overridden
from .rule import Outcome, Rule, Scope

__all__ = [
    "RULES",
    "Context",
    "Evidence",
    "Finding",
    "Outcome",
    "Rule",
    "Scope",
    "Verdict",
    "evaluate",
    "may_be_overridden",
]
