"""`make dist`: the ZIP that is uploaded to the store, and proof that it does what an addon has to do.

`package` builds it, `house` is an Odoo that has nothing but its content, `scenes` are the checks, `inside` is what of
them runs in Odoo's shell, `footprint` and `records` compare databases, `releases` brings earlier versions.
"""
