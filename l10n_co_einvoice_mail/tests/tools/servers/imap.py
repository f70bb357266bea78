"""IMAP servers; what they were seen to do with one mail of several, with their folders, and with what is moved."""

from ..scripted import CLOSE, MUTE
from .imap_server import Bad, ImapServer, No, Session

BAD = 2  # the UID of the mail that something is wrong with


class _AtTheBadMail(ImapServer):
    """Something happens when the bad mail is asked for, alone or among others."""

    def do_fetch(self, session, argument):
        asked = {mail.uid for mail in session.named(argument.partition(" ")[0])}
        if session.name == "INBOX" and BAD in asked and self.is_meant(argument):
            return self.answer(session, argument)
        return Session.do_fetch(session, argument)

    def is_meant(self, argument):
        return "BODY" in argument

    def answer(self, session, argument):
        raise NotImplementedError

    def others(self, session, argument, bad):
        """:return: the lines of the other mails, and `bad` for the bad one"""
        lines = Session.do_fetch(session, argument)
        mails = session.named(argument.partition(" ")[0])
        pairs = zip(mails, lines, strict=True)
        return [line if mail.uid != BAD else bad for mail, line in pairs if mail.uid != BAD or bad]


# -- what hides the mail --------------------------------------------------------------------------


class Refuses(_AtTheBadMail):
    """Exchange refuses the whole set."""

    def answer(self, session, argument):
        raise No("[SERVERBUG] Internal error")


class Malformed(_AtTheBadMail):
    def answer(self, session, argument):
        raise Bad("could not parse command")


class HangsUp(_AtTheBadMail):
    def answer(self, session, argument):
        return CLOSE


class SaysBye(_AtTheBadMail):
    def answer(self, session, argument):
        return ["* BYE internal error"]


class Stalls(_AtTheBadMail):
    def answer(self, session, argument):
        return MUTE


class HangsUpAtItsSize(HangsUp):
    def is_meant(self, argument):
        return True


class _Tells(_AtTheBadMail):
    """Of the bad mail something else is told."""

    told = b""

    def answer(self, session, argument):
        return self.others(session, argument, self.told)


class TellsNothing(_Tells):
    """A tagged OK, and no line."""


class TellsNil(_Tells):
    told = b"* 2 FETCH (UID 2 BODY[] NIL)"


class TellsAnEmptyBody(_Tells):
    told = b'* 2 FETCH (UID 2 BODY[] "")'


class TellsNoBody(_Tells):
    told = b"* 2 FETCH (UID 2 FLAGS ())"


class TellsTwoBytes(_Tells):
    told = b"* 2 FETCH (UID 2 BODY[] {2}\r\n\r\n)"


class TellsNonsense(_Tells):
    told = b"* 2 FETCH (UID 2 BODY[] {abc}"


class TellsTooMuch(_Tells):
    told = b"* 2 FETCH (UID 2 BODY[] {99999999999}"


class CutInTheMiddle(_Tells):
    """Fewer bytes than announced, and the right number of those."""

    def answer(self, session, argument):
        half = next(mail.raw[:900] for mail in self.inbox.mails if mail.uid == BAD)
        return self.others(session, argument, b"* 2 FETCH (UID 2 BODY[] {900}\r\n%s)" % half)


# -- odd, and yet every mail is handed out ---------------------------------------------------------


class TellsNoSizes(ImapServer):
    def do_fetch(self, session, argument):
        lines = Session.do_fetch(session, argument)
        sized = b"RFC822.SIZE %d"
        return [
            line.replace(sized % len(mail.raw), b"RFC822.SIZE NIL")
            for mail, line in zip(session.named(argument.partition(" ")[0]), lines, strict=True)
        ]


class RefusesSizes(ImapServer):
    def do_fetch(self, session, argument):
        if "RFC822.SIZE" in argument:
            raise No("Some messages could not be read")
        return Session.do_fetch(session, argument)


class HangsUpAtSizes(ImapServer):
    def do_fetch(self, session, argument):
        return CLOSE if "RFC822.SIZE" in argument else Session.do_fetch(session, argument)


class EstimatesSizes(ImapServer):
    """Others each time."""

    _counter = 0

    def size_of(self, session, mail):
        EstimatesSizes._counter += 1
        return len(mail.raw) + 100 + EstimatesSizes._counter


class SpeaksUnasked(ImapServer):
    def do_fetch(self, session, argument):
        lines = Session.do_fetch(session, argument)
        return ["* 5 EXISTS", "* 1 FETCH (FLAGS (\\Seen))", *lines, "* 0 RECENT", "* OK still here"]


class ListsOddNames(ImapServer):
    """Names that cannot be decoded, quotes in quotes, parentheses without any."""

    def do_list(self, session, argument):
        odd = ('"R&D"', '"a"b"c"', "Doc(1)", '"&AOk"', "")
        return [*Session.do_list(session, argument), *(f'* LIST () "/" {name}' for name in odd)]


class RefusesNamespace(ImapServer):
    capabilities = "IMAP4rev1 UIDPLUS MOVE NAMESPACE"

    def do_namespace(self, session, argument):
        raise No("not here")


class SaysNothingWithOk(ImapServer):
    """A tagged OK has no text."""

    def _say(self, connection, answer, tag):
        if isinstance(answer, bytes):
            answer = answer.removesuffix(b" done")
        return super()._say(connection, answer, tag)


class KnowsUs(ImapServer):
    greeting = "* PREAUTH ready"

    def do_login(self, session, argument):
        raise Bad("already logged in")


class RefusesDates(ImapServer):
    def do_search(self, session, argument):
        if "SINCE" in argument:
            raise No("[SERVERBUG] SEARCH failed")
        return Session.do_search(session, argument)


# -- when mails are moved --------------------------------------------------------------------------


class WithoutMove(ImapServer):
    capabilities = "IMAP4rev1 UIDPLUS"


class WithoutUidplus(ImapServer):
    capabilities = "IMAP4rev1"


class FindsNothing(WithoutUidplus):
    """SEARCH HEADER finds nothing, and no answer tells where a copy is."""

    def do_search(self, session, argument):
        is_header = "HEADER" in argument
        return ["* SEARCH"] if is_header else Session.do_search(session, argument)


class RefusesToSearch(WithoutUidplus):
    """Yahoo, in headers."""

    def do_search(self, session, argument):
        if "HEADER" in argument:
            raise No("[SERVERBUG] SEARCH Server error - Please try again later")
        return Session.do_search(session, argument)


class CopiesOfAnotherSize(FindsNothing):
    def size_of(self, session, mail):
        return len(mail.raw) + (0 if session.name == "INBOX" else 7)


class CopiesOfAnotherHeader(FindsNothing):
    """Nothing tells that a copy is one."""

    def do_copy(self, session, argument):
        result = Session.do_copy(session, argument)
        for name, folder in self.folders.items():
            for mail in folder.mails if name != "INBOX" else ():
                if not mail.raw.startswith(b"X-Scanned"):
                    mail.raw = b"X-Scanned: yes\r\n" + mail.raw
        return result


class PretendsToMove(ImapServer):
    def do_move(self, session, argument):
        return []


class PretendsToCopy(WithoutUidplus):
    def do_copy(self, session, argument):
        return []


class _Once(ImapServer):
    """It happens the first time only."""

    has_happened = False

    def happens(self):
        first, self.has_happened = not self.has_happened, True
        return first


class MovesAndHangsUp(_Once):
    def do_move(self, session, argument):
        lines = Session.do_move(session, argument)
        return CLOSE if self.happens() else lines


class CopiesAndHangsUp(_Once):
    capabilities = WithoutUidplus.capabilities

    def do_copy(self, session, argument):
        lines = Session.do_copy(session, argument)
        return CLOSE if self.happens() else lines


class CopiesBlindlyAndHangsUp(CopiesAndHangsUp, FindsNothing):
    """And finds nothing afterwards."""


class ExpungesAndHangsUp(_Once):
    capabilities = WithoutMove.capabilities

    def do_expunge(self, session, argument):
        Session.do_expunge(session, argument)
        return CLOSE if self.happens() else []


class RefusesToMoveOne(ImapServer):
    words = "[CANNOT] Message is locked"

    def do_move(self, session, argument):
        if any(mail.uid == BAD for mail in session.named(argument.partition(" ")[0])):
            raise No(self.words)
        return Session.do_move(session, argument)


class RefusesToMoveOneForNow(RefusesToMoveOne):
    """It says so for ever."""

    words = "[SERVERBUG] Server error - Please try again later"


# -- when a copy of a sent mail is stored ----------------------------------------------------------


class StoresAndHangsUp(_Once):
    def do_append(self, session, argument):
        Session.do_append(session, argument)
        return CLOSE if self.happens() else []


class StoresAndHidesIt(StoresAndHangsUp, FindsNothing):
    """And finds nothing afterwards."""


class RefusesOnce(_Once):
    def do_append(self, session, argument):
        if self.happens():
            raise No("[UNAVAILABLE] try again later")
        return Session.do_append(session, argument)


class PretendsToStore(ImapServer):
    def do_append(self, session, argument):
        return []


class FindsEverything(ImapServer):
    """It names all mails, whatever is searched for."""

    def do_search(self, session, argument):
        return Session.do_search(session, "ALL" if "HEADER" in argument else argument)


def _by_name(*kinds):
    return {kind.__name__: kind for kind in kinds}


# What hides mail 2; the others are handed out.
SERVERS = _by_name(
    Refuses,
    Malformed,
    HangsUp,
    SaysBye,
    Stalls,
    HangsUpAtItsSize,
    TellsNothing,
    TellsNil,
    TellsAnEmptyBody,
    TellsNoBody,
    TellsTwoBytes,
    TellsNonsense,
    TellsTooMuch,
    CutInTheMiddle,
)
# Every mail is handed out, and filed.
ODD = _by_name(
    TellsNoSizes,
    RefusesSizes,
    HangsUpAtSizes,
    EstimatesSizes,
    SpeaksUnasked,
    ListsOddNames,
    RefusesNamespace,
    SaysNothingWithOk,
    KnowsUs,
    RefusesDates,
    WithoutMove,
    WithoutUidplus,
    FindsNothing,
    RefusesToSearch,
    CopiesOfAnotherSize,
    MovesAndHangsUp,
    CopiesAndHangsUp,
    CopiesBlindlyAndHangsUp,
    ExpungesAndHangsUp,
)
# Mails stay in the inbox, and that is told.
UNMOVED = _by_name(CopiesOfAnotherHeader, PretendsToMove, PretendsToCopy)
# One mail stays, the others are filed.
UNMOVED_ONE = _by_name(RefusesToMoveOne, RefusesToMoveOneForNow)
# What a copy of a sent mail meets; it is there once in the end.
COPIES = _by_name(
    ImapServer,
    FindsNothing,
    RefusesToSearch,
    FindsEverything,
    StoresAndHangsUp,
    StoresAndHidesIt,
    RefusesOnce,
    ListsOddNames,
    TellsNoSizes,
    KnowsUs,
)
