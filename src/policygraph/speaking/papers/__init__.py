"""Answers as Word files for a clerk's own file: working papers, never dressed as issued decisions."""
