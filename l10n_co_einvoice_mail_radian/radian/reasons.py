"""Why an event cannot be sent, a document not be fetched, a set-up not work: what happened, and what to do."""

from odoo.addons.l10n_co_einvoice_mail.vocabulary.reason import Reason, _

ROWS = (
    # The rules of events (`events.objections`)
    Reason(
        "event_not_accepted",
        _("Not accepted here"),
        _("The invoice is not accepted here yet: nothing is told to DIAN about what is in doubt."),
        _("Accept or reject the document first."),
    ),
    Reason(
        "event_not_bought",
        _("Not bought by the company"),
        _("The invoice is not made out to this company: only its buyer sends this event."),
        _("Choose the company whose NIT stands on the invoice."),
    ),
    Reason(
        "event_no_invoice",
        _("No sales invoice"),
        _("Events are only about electronic sales invoices (type 01): notes and others have none."),
    ),
    Reason(
        "event_no_credit",
        _("Not on credit"),
        _("The invoice is not on credit: DIAN refuses events of cash sales (LGC62)."),
    ),
    Reason("event_done", _("Sent already"), _("This event is there already, or on its way.")),
    Reason(
        "event_needs_030",
        _("Acknowledge the invoice first"),
        _("DIAN wants the receipt of the invoice (030) approved before this event."),
        _("Send event 030 first, and this one when DIAN has approved it."),
    ),
    Reason(
        "event_needs_032",
        _("Acknowledge the goods first"),
        _("DIAN wants the receipt of the goods or services (032) approved before this event."),
        _("Send event 032 first, and this one when DIAN has approved it."),
    ),
    Reason(
        "event_accepted",
        _("Accepted already"),
        _("The invoice was accepted expressly (033): it can no longer be claimed against."),
    ),
    Reason(
        "event_tacit",
        _("Accepted tacitly"),
        _("The supplier declared the tacit acceptance (034): nothing more can be said about it."),
    ),
    Reason(
        "event_claimed",
        _("Claimed against"),
        _("There is a claim (031) against the invoice: it can no longer be accepted."),
    ),
    Reason(
        "event_late",
        _("Too late to claim"),
        _("The working days to claim ended on %(until)s: DIAN refuses the claim."),
        _("Talk to the supplier about a credit note."),
    ),
    # What an event needs from us
    Reason(
        "event_no_person",
        _("Nobody receives"),
        _("DIAN asks who received the invoice or the goods, and nobody is set up for that."),
        _("Add a person under Configuration > Who receives."),
    ),
    Reason(
        "event_no_xml",
        _("XML missing"),
        _("The XML of the invoice is not here any more, and the event is made from it."),
        _("Fetch the document from DIAN again."),
    ),
    Reason(
        "event_not_understood",
        _("Facts missing"),
        _("The invoice lacks what the event has to repeat: %(what)s."),
        _("Send the event at DIAN's portal."),
    ),
    Reason(
        "event_environment",
        _("Of another environment"),
        _("The event was decided while another environment (test or production) was set up."),
        _("Send it again, if it is meant for this one."),
    ),
    Reason(
        "not_ready",
        _("Not set up"),
        _("The company is not set up at DIAN's service yet, or its set-up was not tested."),
        _("Ask the mail administrator to set it up and test it."),
    ),
    # What DIAN's service says
    Reason(
        "refused",
        _("Refused by DIAN"),
        _("DIAN did not approve it: %(answer)s"),
        _("Put right what DIAN says, and send it again."),
    ),
    Reason(
        "fault",
        _("Not understood by DIAN"),
        _("DIAN's service did not process the request: %(answer)s"),
        _("Test the set-up: most often it is the certificate, or the clock of this server."),
    ),
    Reason(
        "unauthorised",
        _("NIT not authorised"),
        _("DIAN does not let this certificate act for the company: %(answer)s"),
        _("The certificate has to be the company's own, and the company enabled at DIAN with this software."),
    ),
    Reason(
        "unreachable",
        _("DIAN does not answer"),
        _("DIAN's service cannot be reached; nothing was sent."),
        _("It is tried again by itself."),
    ),
    Reason(
        "uncertain",
        _("Outcome not known"),
        _("The connection broke off after the event was handed over: DIAN may have it, or not."),
        _("DIAN is asked for it by itself before it is ever sent again."),
    ),
    Reason(
        "cut_off",
        _("DIAN did not answer"),
        _("The connection to DIAN's service broke off before it answered."),
        _("It is asked again by itself."),
    ),
    Reason(
        "busy",
        _("Done again"),
        _("Somebody else worked on the same document."),
        _("Nothing: it is done again by itself. If it stays, try it again."),
    ),
    Reason(
        "program",
        _("Error of the program"),
        _("An error of the program stopped it; it is in the server's log."),
        _("Try it again. If it stays, tell whoever looks after this Odoo."),
    ),
    Reason(
        "strange",
        _("Strange answer"),
        _("DIAN's service answered something that is no answer of it: %(answer)s"),
        _("It is asked again by itself. If it goes on, look at DIAN's notices of outages."),
    ),
    # Fetching
    Reason(
        "not_found",
        _("DIAN does not hand it out"),
        _("DIAN's service did not hand out the document: %(answer)s"),
        _("Ask the supplier for it."),
    ),
    Reason(
        "other_document",
        _("Another document came"),
        _("DIAN's service handed out something that is not the document that was asked for."),
        _("Ask the supplier for it."),
    ),
    # The set-up
    Reason(
        "data_missing",
        _("Data missing"),
        _("Still missing: %(what)s."),
        _("Fill it in, and test again."),
    ),
    Reason(
        "company_nit",
        _("Company without NIT"),
        _("The company has no NIT, and events are signed for it."),
        _("Set the NIT of the company."),
    ),
    Reason(
        "certificate_unreadable",
        _("Certificate not readable"),
        _("The file is no PFX (or P12), or the password does not open it."),
        _("Choose the file that the certification authority gave, and type its password."),
    ),
    Reason(
        "certificate_kind",
        _("Certificate of another kind"),
        _("The file holds no RSA key of 2048 bits or more with its certificate: %(what)s."),
        _("Ask the certification authority for a certificate for electronic invoicing."),
    ),
    Reason(
        "certificate_expired",
        _("Certificate expired"),
        _("The certificate is valid from %(start)s to %(end)s only."),
        _("Load a certificate that is valid now."),
    ),
    Reason(
        "certificate_foreign",
        _("Another's certificate"),
        _("The certificate is of %(holder)s, and the company's NIT is %(nit)s."),
        _("Load the certificate of the company itself: DIAN refuses another one (code 89)."),
    ),
    Reason(
        "clock",
        _("Clock wrong"),
        _("The clock of this server is %(seconds)s seconds away from DIAN's: requests hold five minutes."),
        _("Let the administrator of the server synchronise its clock (NTP)."),
    ),
)  # fmt: skip
REASONS = {row.code: row for row in ROWS}
