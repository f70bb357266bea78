"""The edits, by the package in which they are made."""

from . import booking, bulk, dian, letter, mailbox

ALL = (*dian.EDITS, *mailbox.EDITS, *booking.EDITS, *letter.EDITS, *bulk.EDITS)
