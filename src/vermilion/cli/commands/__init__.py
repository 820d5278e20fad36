"""One module per subcommand: its docstring's first line is the help, ``add_arguments(parser)`` and ``run(args) -> int`` do the rest."""
