"""What a person writes to go into mails: texts with variables, headers and footers, and how they are put together.

Plain Python, no Odoo. Nothing here evaluates anything: a variable is a name, and what stands for it is put in as text.
"""
