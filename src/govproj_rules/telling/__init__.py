"""Rules and answers in words, in either language: facts, tests, conditions, citations, and norms in a few words."""
