"""The door for agents: the Model Context Protocol, over standard input and output or over HTTP on loopback.

A language model that answers about law without a source is the opposite of what policygraph is for, so what a tool
gives back is what a person would have to see before signing: rows with clause and quote, the place and sha256 of every
quote, how certain it is, and what nobody has looked at. The protocol is the official library's; here are only the
tools, each a thin word for what the other surfaces do too.

Deliberately absent: a language model, a tool that writes, a tool that runs SPARQL of somebody's own (``/sparql`` does,
in workers that can be killed), and any answer without its dataset.
"""
