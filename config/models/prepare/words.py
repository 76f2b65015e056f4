"""Writes the table of the lexicon, WORK/words.tsv, and WORK/names.json: `words.py WORK`, after clusters.py.

Brown clusters and probabilities of words come from spacy-lookups-data (MIT), first and last names
from Faker (MIT).
"""

import collections
import gzip
import importlib
import json
import math
import os
import pkgutil
import re
import sys
import unicodedata

import spacy_lookups_data

work = sys.argv[1]
SP = os.path.dirname(os.path.dirname(spacy_lookups_data.__file__)) + "/"
G = json.load(open(work + "/glove_clusters.json"))
cl = json.load(gzip.open(SP + "spacy_lookups_data/data/en_lexeme_cluster.json.gz"))
pr = json.load(gzip.open(SP + "spacy_lookups_data/data/en_lexeme_prob.json.gz"))
# first and last names
first, last = collections.Counter(), collections.Counter()
male, female = set(), set()
import faker.providers.person as P

latin = re.compile(r"^[A-Za-zÀ-ɏḀ-ỿ'’\- ]+$")
locs = {}


def take(x):
    if x is None:
        return []
    return [k for k in (x.keys() if hasattr(x, "keys") else x) if isinstance(k, str)]


for m in pkgutil.iter_modules(P.__path__):
    if not m.ispkg:
        continue
    pm = importlib.import_module("faker.providers.person." + m.name)
    C = pm.Provider
    f = set()
    l = set()
    for a in dir(C):
        if a.startswith("__"):
            continue
        v = getattr(C, a)
        if callable(v) or isinstance(v, (str, property)) or not hasattr(v, "__iter__"):
            continue
        if re.search("first.*female", a):
            female.update(p.lower() for p in take(v))
        elif re.search("first.*male", a):
            male.update(p.lower() for p in take(v))
        if re.search("first.*name", a) and "weight" not in a:
            f.update(take(v))
        elif re.search("last.*name|surname", a):
            l.update(take(v))
    f = {w for w in f if isinstance(w, str) and latin.match(w) and len(w) > 1}
    l = {w for w in l if isinstance(w, str) and latin.match(w) and len(w) > 1}
    if f and l:
        locs[m.name] = (sorted(f), sorted(l))
    for w in f:
        for p in w.split():
            first[p] += 1
    for w in l:
        for p in w.split():
            last[p] += 1
json.dump(locs, open(work + "/names.json", "w"))


def asc(w):
    return "".join(c for c in unicodedata.normalize("NFKD", w) if not unicodedata.combining(c))


F = set()
L = set()
for w in first:
    F.update({w.lower(), asc(w).lower()})
for w in last:
    L.update({w.lower(), asc(w).lower()})
k1 = {w: (a, b) for w, a, b in zip(G["words"], G["k1024"], G["k128"])}
vocab = set(k1)
for w, c in cl.items():
    if c and pr.get(w, -99) > -17.5 and re.match(r"^[^\W\d_][\w'’.&-]*$", w):
        vocab.add(w.lower())
vocab |= F | L


def p(w):
    return math.exp(pr[w]) if w in pr else 0.0


n = 0
with open(work + "/words.tsv", "w") as f:
    for w in sorted(vocab):
        t = w[:1].upper() + w[1:]
        u = w.upper()
        bl = cl.get(w, 0)
        bt = cl.get(t, 0) or cl.get(u, 0)
        a, b, c = p(w), p(t), p(u) if len(w) > 1 else 0
        tot = a + b + c
        cap = 0
        if tot > 0:
            r = (b + c) / tot
            cap = 1 + min(5, int(r * 6))
            if c > b and c > a:
                cap = 7
        ka, kb = k1.get(w, (-1, -1))
        fl = (
            (1 if w in F else 0)
            | (2 if w in L else 0)
            | (4 if w in male and w not in female else 8 if w in female and w not in male else 0)
        )
        if not (bl or bt or ka >= 0 or fl):
            continue
        f.write(f"{w}\t{bl}\t{bt}\t{ka+1}\t{kb+1}\t{fl}\t{cap}\n")
        n += 1
