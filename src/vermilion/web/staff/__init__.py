"""The staff's way in: password and TOTP, who may do what."""
