"""Law in time: whether quoted words are the words of the law, and what held from one day to another."""
