"""The kinds of documents that are recorded."""

APPLICATION_RESPONSE = "96"
DOCUMENT_TYPES = [
    ("01", "Invoice"),
    ("02", "Export invoice"),
    ("03", "Contingency invoice (issuer)"),
    ("04", "Contingency invoice (DIAN)"),
    ("20", "POS receipt"),
    ("25", "Cinema ticket"),
    ("27", "Show ticket"),
    ("32", "Localised game"),
    ("35", "Passenger transport ticket"),
    ("40", "Toll"),
    ("45", "Bank statement"),
    ("50", "Air ticket"),
    ("55", "Stock exchange settlement"),
    ("60", "Public utilities bill"),
    ("91", "Credit note"),
    ("92", "Debit note"),
    ("93", "Debit adjustment note"),
    ("94", "Credit adjustment note"),
    (APPLICATION_RESPONSE, "Event"),
]
PAYMENT_FORMS = [("1", "Cash"), ("2", "On credit")]
EVENTS = [
    ("030", "Receipt of the invoice acknowledged"),
    ("031", "Claim against the invoice"),
    ("032", "Goods or services received"),
    ("033", "Express acceptance"),
    ("034", "Tacit acceptance"),
]
# Where a bill or an invoice keeps its CUFE: here, and in the localisations of OCA and Enterprise.
CUFE_FIELDS = ("l10n_co_cufe", "l10n_co_edi_cufe_cude_ref")
