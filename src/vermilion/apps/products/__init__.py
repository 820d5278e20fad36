"""What an insurer sells: immutable product definitions, their forms, rules, rating and the check of an application."""
