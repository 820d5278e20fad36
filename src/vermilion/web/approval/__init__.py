"""``/a/``: a leader approves a change on her phone, bound to the digest of the document that she was shown."""
