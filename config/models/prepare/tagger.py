"""Counts parts of speech in GUM: `tagger.py GUM` writes config/language/tags.tsv to standard output.

GUM is the folder of its .conllu files (Georgetown University Multilayer Corpus, Zeldes 2017). Read are the genres whose
texts and annotations are CC BY or public domain: no fiction, no wikis, no conversations.
"""

import collections
import glob
import re
import sys

GENRES = ("news", "interview", "academic", "court", "speech", "textbook")

# Counts of words are in tenths.
SEEN = 10

# The share of a noun's count that its verb gets where only other forms of the verb were seen: after "reported", a
# "report" may be a verb. Of .02 to .2 it makes most tags of held-out news right.
DERIVED = 0.1

PAST = {"VBD", "VBN", "VBG"}

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
                words[word][tag] += SEEN
            after[before][tag] += 1
            before = tag



def was_verb(base):
    """Whether a form in -ed or -ing of a word was seen as a verb."""
    forms = [base + "ed", base + "ing", base + base[-1:] + "ed", base + base[-1:] + "ing"]
    if base.endswith("e"):
        forms += [base + "d", base[:-1] + "ing"]
    if base.endswith("y"):
        forms.append(base[:-1] + "ied")
    return any(PAST & words[form].keys() for form in forms if form in words)


def singular(word):
    if word.endswith(("ches", "shes", "sses")):
        return word[:-2]
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


for word in list(words):
    counts = words[word]
    part = round(DERIVED * sum(counts.values()))
    if not word.isalpha() or not word.islower() or len(word) < 3:
        continue
    if ("NN" in counts or "NNS" in counts) and was_verb(word):
        for tag in ("VB", "VBP"):
            counts.setdefault(tag, part)
    if "NNS" in counts and not word.endswith("ss") and was_verb(singular(word)):
        counts.setdefault("VBZ", part)

print("# English parts of speech, counted in the CC BY genres of GUM (config/models/prepare/tagger.py).")
print("# word: how often a word, as written, has each Penn Treebank tag, in tenths.")
print("# after: how often each tag follows a tag; ^ is the beginning of a sentence, $end its end.")


def row(kind, name, counts):
    pairs = " ".join(f"{tag} {n}" for tag, n in sorted(counts.items(), key=lambda x: (-x[1], x[0])))
    print(f"{kind}\t{name}\t{pairs}")


for name in sorted(after):
    row("after", name, after[name])
for name in sorted(words):
    row("word", name, words[name])
