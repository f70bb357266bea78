"""How the lines of a bill are coded, why, and how sure that is: by rules, by what was done with earlier bills; which
withholdings apply; and when a bill may be confirmed without anybody looking. Plain Python, no Odoo import."""
