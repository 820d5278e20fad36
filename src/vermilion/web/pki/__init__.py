"""``/pki/``: certificates, revocation lists and timestamps for everybody. The addresses stand in certificates and never change."""
