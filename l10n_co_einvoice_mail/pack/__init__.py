"""A pack of evidence: files, tables that name them, and digests that anybody can check without this program."""
