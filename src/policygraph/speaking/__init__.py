"""Where policygraph meets people and programs: command line, pages, SPARQL, data and papers.

The only floor that knows the clock and the network. It words what ``judging`` found and holds no rule of its own.
"""
