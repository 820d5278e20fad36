"""/my/: one's own policies, found by phone, name and ID number, without any link."""
