"""May an act be done, from day to day: derived once from judgements, natures and competences, filtered by questions.

The editors judge how a provision of one dated text bears on an act (``pg:Bearing``), what an act is in law
(``pg:nature``), who may do it (``pg:Competence``). From these the features of an act on a day follow (a living basis
that was read and is of a rank that may carry it; a bar; a condition), and the rules of
``ontology/concepts/conclusions.ttl`` turn features into a conclusion: the first rule whose features hold counts, and
its pattern is the sentence. The features are here; their combination, order and words are data.

A judgement never outlives its text: it ends with the dated text, with the work, and with the provision. What nobody
read never carries an act: it is named beside the conclusion. No document, place or law is named in this module.

``values`` are what is judged and concluded, ``case`` reads the judgements, ``rivals`` says which of them yields,
``features`` are the features of an act on a day with the words of a conclusion, ``surroundings`` what is printed
beside it, ``concluding`` goes from day to day, ``intervals`` writes it down, ``wording`` is how things are named.

Nothing is imported here: pages that only name a basis do not wait for the rules.
"""
