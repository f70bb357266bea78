"""What a document means on a bill: frozen dataclasses of `dian/` in, planned bill lines out. Plain
Python, no Odoo import."""
