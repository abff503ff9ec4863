"""A site of files: every page that the service would answer, once, for a web server without programs or for no server.

Whoever has a dataset but no machine to run a service on publishes a folder. The pages are those of the application,
asked in this process without a port; ``addresses`` says which file stands for which address, ``crawling`` asks for
what is linked and writes each page once, ``finding`` makes what the search of the browser reads, ``placing`` puts the
folder in its place whole. A page that needs a service says so (the templates know that they are published); no link
leads to nothing.

The site answers for one day, which every page prints. It follows from the dataset, the day and the program alone: the
user's own statute texts and registers are not in it, restricted graphs cannot be.
"""
