"""The version of the program, where every floor can see it without seeing the public names of the package."""

__version__ = "0.1.0"
