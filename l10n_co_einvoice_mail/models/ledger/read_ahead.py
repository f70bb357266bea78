#: Key of the context under which a run keeps a `ReadAhead`.
READ_AHEAD = "l10n_co_read_ahead"
#: Documents with their enclosures; a run books what it has read at the end of each round at the latest.
HELD_BYTES = 16 * 1024 * 1024


class ReadAhead:
    """What a run has read and is about to book, so that no mail is read twice.

    It only spares time: what is not held (any more) is read from the stored mail.
    """

    def __init__(self):
        self._held = {}
        self._room = HELD_BYTES

    def keep(self, document, arrival):
        """Hold what a document's record was made of until it is booked, if there is room for it.

        :param document: the l10n_co.received.document
        :param arrival: the recorder.Arrival, which is a mere copy where the record has another source
        """
        if not document._is_to_be_read() or document.source_attachment_id != arrival.source:
            return
        self.take(document)
        size = arrival.edocument.size
        if size <= self._room:
            self._room -= size
            self._held[self._key(document)] = arrival.edocument

    def take(self, document):
        """:return: the EDocument, which is not held any more; None where it is not, or where the record is
        made of another mail by now
        """
        edocument = self._held.pop(self._key(document), None)
        self._room += edocument.size if edocument else 0
        return edocument

    @staticmethod
    def _key(document):
        return document.id, document.source_attachment_id.id
