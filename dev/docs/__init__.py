"""`make docs`: the pages that are made of others: READMEs of the addons, and the guides that the screens link to.

What the program itself knows is not told twice: reasons come from its tables, steps from its
providers, Spanish from its catalogue. `make lint` says when a page is not what would be made now.
"""
