"""Anyone's door: is this policy genuine, is it in force?"""
