"""Route a question in a person's words to a named question, or to a few, or ask back, or refuse: without a model.

What can be asked, in which words, comes from files: the phrasings (``#+ asked``) of ``queries/*.rq``, what people were
heard to say (``queries/heard.toml``), the words of asking in ``ontology/concepts/question-words.ttl``, and the names,
numbers, concepts and clauses of the dataset that answers. ``judging.asking`` compares; here the words are collected
and the things meant are found. Whoever answers many questions of one dataset keeps a ``Router``; ``route`` is for one.

A wrong answer to a question of law is worse than a question back, so a question that is nearly as near to two named
questions is given to neither: where one of two or three is surely meant, each is answered under its own name, and
where that is not sure it comes back. What the dataset knows nothing of is refused. Deliberately absent: a model, the
clock, and the names of enterprises (they are in registers, which no dataset holds).

lexicon    what each word and name may mean
texts      the words of the texts
measures   the measures that words are about
places     what grammars find: days, numbers, articles, names in short
reader     a question read: pieces, things named, what nobody knows
phrasings  the ways in which the named questions are asked
table      what is counted of them, kept beside a dataset
heard      the ways in which people were heard to ask
homophones a known word typed with a character of the same sound
values     the values of a named question, out of one reading
router     the choice: answer, readings, question back, refusal
outcomes   what becomes of a question
senses     the readings of a question, answered side by side
"""

from policygraph.keeping.routing.heard import NONE, load_heard
from policygraph.keeping.routing.outcomes import Candidate, Routed, Understood, narrow_answer
from policygraph.keeping.routing.router import MOST_ASKED, MOST_OFFERED, Router, route
from policygraph.keeping.routing.senses import MOST_BESIDE, Sense, answer_senses

__all__ = (
    "MOST_ASKED", "MOST_BESIDE", "MOST_OFFERED", "NONE", "Candidate", "Routed", "Router", "Sense", "Understood",
    "answer_senses", "load_heard", "narrow_answer", "route",
)  # fmt: skip
