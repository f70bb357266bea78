"""`make crash`: Odoo processes that receive or send mail are killed, raced and cut off, and all mails counted.

The harness itself (`python -m dev.crash`) writes the mails, runs the mail servers and counts. Odoo lives in a process
of its own (`nursery`), which forks a child for each run, so that a run costs no start of Odoo. Nothing in the addon
knows of it: the points at which a child ends itself are patched into the child (`points`).
"""
