"""The command line, a module a group of commands; ``program`` is where it starts."""
