"""Key suites, key files, certificates, revocation lists, timestamps and trust stores. Framework-free: time and randomness are passed in."""
