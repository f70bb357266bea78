"""What is typed for many people at once: addresses from names, rows from spreadsheets, tests of many accounts. Plain
Python, no Odoo.
"""
