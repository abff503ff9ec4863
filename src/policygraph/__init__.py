"""policygraph: from a Chinese policy document on credit-based safety supervision to a defensible decision."""

__version__ = "0.1.0"
