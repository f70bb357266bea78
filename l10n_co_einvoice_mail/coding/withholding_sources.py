"""Why a withholding is proposed, is not, or is left to a person, in words: rows of `sources.SOURCES`."""

from ..vocabulary.reason import _
from .source import Source

ROWS = (
    Source(
        "withholding_applies",
        _("By the table of withholdings"),
        _(
            "%(concept)s %(rate)s %%, base from %(least)s (%(norm)s): the supplier is neither a self-withholder nor in "
            "the simple regime."
        ),
    ),
    Source(
        "withholding_below",
        _("Below the base"),
        _("None: %(concept)s is withheld from %(least)s on (%(norm)s)."),
    ),
    Source(
        "withholding_near",
        _("Close to the base"),
        _("%(concept)s is withheld from %(least)s on; this comes so close that tables disagree."),
        _("Decide, and choose the withholding if there is one."),
        is_sure=False,
    ),
    Source(
        "withholding_in_doubt",
        _("A base that nobody confirmed"),
        _("%(concept)s is withheld from %(least)s on, if %(norm)s holds; else from %(other)s."),
        _("Compare the row with the law and mark it as confirmed, then choose the withholding."),
        is_sure=False,
    ),
    Source(
        "withholding_same_day",
        _("Several purchases of a day"),
        _(
            "Below %(least)s alone, but not with %(bills)s of the same day: whether they count together is contested."
        ),
        _("Decide, and choose the withholding if there is one."),
        is_sure=False,
    ),
    Source(
        "withholding_supplier_unknown",
        _("The supplier's responsibilities are unknown"),
        _("The document does not say the supplier's tax responsibilities."),
        _("Look into its RUT, then choose the withholding."),
        is_sure=False,
    ),
    Source(
        "withholding_doubted",
        _("Booked otherwise before"),
        _("%(concept)s %(rate)s %% by the table, but %(bill)s was booked otherwise."),
        _("Decide, and change the concept's accounts if the table is wrong."),
        is_sure=False,
    ),
    Source(
        "withholding_several",
        _("Several concepts"),
        _("Several concepts of the table are for this account: %(concepts)s."),
        _("Choose the withholding, or give each concept accounts of its own."),
        is_sure=False,
    ),
    Source(
        "withholding_buyer_unknown",
        _("Own responsibilities unknown"),
        _("The company's own tax responsibilities are not known."),
        _("Write them on the company's contact, then choose the withholding."),
        is_sure=False,
    ),
    Source(
        "withholding_buyer_simple",
        _("The company is in the simple regime"),
        _("None: the company is in the simple regime (O-47) and withholds nothing."),
    ),
    Source(
        "withholding_buyer_natural",
        _("The buyer is a person"),
        _("A natural person withholds only as a merchant above the limits of the year before."),
        _("Decide, and choose the withholding if there is one."),
        is_sure=False,
    ),
    Source(
        "withholding_no_agent",
        _("No agent of ReteIVA"),
        _("None: the company is no agent of ReteIVA (O-13, O-23)."),
    ),
    Source(
        "withholding_between_agents",
        _("Between agents of ReteIVA"),
        _("None: the supplier is an agent of ReteIVA too (O-13, O-23)."),
    ),
    Source(
        "withholding_iva_simple",
        _("A supplier in the simple regime"),
        _(
            "The supplier is in the simple regime (O-47): ReteIVA applies if both are responsible for IVA."
        ),
        _("Decide, and choose the withholding if there is one."),
        is_sure=False,
    ),
    Source(
        "withholding_supplier_simple",
        _("The supplier is in the simple regime"),
        _("None: the supplier is in the simple regime (O-47)."),
    ),
    Source(
        "withholding_supplier_self",
        _("The supplier withholds itself"),
        _("None: the supplier is a self-withholder (O-15)."),
    ),
    Source(
        "withholding_person_unknown",
        _("Company or person?"),
        _("The document does not say whether the supplier is a company or a person."),
        _("Decide, and choose the withholding if there is one."),
        is_sure=False,
    ),
    Source(
        "withholding_natural",
        _("A natural person"),
        _(
            "The supplier is a natural person: the rate depends on whether he declares and has workers."
        ),
        _("Ask, and choose the withholding."),
        is_sure=False,
    ),
    Source(
        "withholding_conflict",
        _("Responsibilities that differ"),
        _(
            "The document says %(document)s of the supplier's responsibilities, its contact says %(contact)s."
        ),
        _("Look into its RUT, correct the contact, and choose the withholding."),
        is_sure=False,
    ),
    Source(
        "withholding_place",
        _("Another municipality"),
        _(
            "The supplier is of another municipality than the row of ReteICA; where it was done, decides."
        ),
        _("Decide, and choose the withholding if there is one."),
        is_sure=False,
    ),
    Source(
        "withholding_activity",
        _("Another activity"),
        _(
            "The document does not say that the supplier's activity is %(activity)s, whose rate of ReteICA this is."
        ),
        _("Decide, and choose the withholding if there is one."),
        is_sure=False,
    ),
    Source(
        "withholding_no_row",
        _("No rate of that day"),
        _("%(concept)s has no rate, or several, on the day of the document."),
        _("Correct the concept's rates, then choose the withholding."),
        is_sure=False,
    ),
    Source(
        "withholding_foreign",
        _("A foreign currency"),
        _("The document is in a foreign currency: whether its supplier is resident, decides."),
        _("Decide, and choose the withholding if there is one."),
        is_sure=False,
    ),
    Source(
        "withholding_no_uvt",
        _("No UVT"),
        _("The UVT of %(year)s is not known."),
        _("Add it in the table of UVT, then choose the withholding."),
        is_sure=False,
    ),
)
