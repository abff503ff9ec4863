"""The only readers and writers of files and engines: the dataset, its store, registers, the user's statute texts.

Deliberately absent: the clock and the network, which only ``speaking`` knows, and any rule of judgement.
"""
