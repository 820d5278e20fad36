"""PDF: signature fields, PAdES signatures, and a verifier that refuses what it can't explain. Framework-free."""
