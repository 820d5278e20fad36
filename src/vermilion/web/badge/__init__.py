"""/badge/<code>: is this person a salesperson of the insurer today?"""
