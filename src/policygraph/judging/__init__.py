"""What is judged, purely: decisions and their SQL twin, law in time, review of a text, comparison of places.

Facts, shapes and rows are handed in; no file, engine, network or clock is touched here, so that the same data and the
same day always give the same answer.
"""
