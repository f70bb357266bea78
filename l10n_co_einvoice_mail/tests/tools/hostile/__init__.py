"""A corpus of hostile and odd mails, each with the end that its reception has to come to.

Built when asked for, nothing is stored. The kinds: `archives`, `mime` (structure and encodings of a mail), `headers`
(and names, automatic mails, the same invoice again), `xml`, `documents` (their facts), `signatures`.
"""

from . import archives, documents, headers, mime, signatures, xml
from .cases import ACCEPTED, CASES, DUPLICATE, Case
