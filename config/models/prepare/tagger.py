"""Counts parts of speech in GUM: `tagger.py GUM` writes config/language/tags.tsv to standard output.

GUM is the folder of its .conllu files (Georgetown University Multilayer Corpus, Zeldes 2017). Read are the genres whose
texts and annotations are CC BY: news, interviews, academic writing and court transcripts.
"""

import collections
import glob
import re
import sys

GENRES = ("news", "interview", "academic", "court")

words = collections.defaultdict(collections.Counter)
after = collections.defaultdict(collections.Counter)
for genre in GENRES:
    for path in sorted(glob.glob(f"{sys.argv[1]}/GUM_{genre}_*.conllu")):
        before = "^"
        for line in open(path, encoding="utf8"):
            columns = line.rstrip("\n").split("\t")
            if len(columns) == 1:
                if not line.strip() and before != "^":
                    after[before]["$end"] += 1
                    before = "^"
                continue
            if not columns[0].isdigit():
                continue
            word, tag = columns[1].replace("\u2019", "'"), columns[4]
            # How often a number is one needs no counting.
            if not re.fullmatch(r"\d[\d.,:]*", word):
                words[word][tag] += 1
            after[before][tag] += 1
            before = tag

print("# English parts of speech, counted in the CC BY genres of GUM (config/models/prepare/tagger.py).")
print("# word: how often a word, as written, has each Penn Treebank tag.")
print("# after: how often each tag follows a tag; ^ is the beginning of a sentence, $end its end.")


def row(kind, name, counts):
    pairs = " ".join(f"{tag} {n}" for tag, n in sorted(counts.items(), key=lambda x: (-x[1], x[0])))
    print(f"{kind}\t{name}\t{pairs}")


for name in sorted(after):
    row("after", name, after[name])
for name in sorted(words):
    row("word", name, words[name])
