"""Counts in how many articles words stand: `frequencies.py NEWS.jsonl.gz` writes
config/keyphrases/document-frequencies.tsv to standard output.

NEWS holds one article a line with its text in `body`.
"""

import collections
import gzip
import json
import re
import sys

# A word that only one article has is as good as unknown.
LEAST = 2

articles = 0
frequencies = collections.Counter()
for line in gzip.open(sys.argv[1], "rt", encoding="utf8"):
    articles += 1
    frequencies.update(set(re.findall(r"[^\W\d_]+", json.loads(line)["body"].lower())))
print("# In how many articles of English news each word stands (config/models/prepare/frequencies.py); the row")
print("# without a word has the number of articles. Words of one article are left out.")
print(f"\t{articles}")
for word, n in sorted(frequencies.items()):
    if n >= LEAST:
        print(f"{word}\t{n}")
