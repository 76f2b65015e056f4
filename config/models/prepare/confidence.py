"""Writes the table of confidences: `confidence.py TABLE RECORDS LABELS [RECORDS LABELS …]`.

RECORDS are those that `copydesk enrich --ndjson` made of the articles of LABELS (own.py) with a model that had not
learnt these articles, and with a TABLE of two rows a type, `0 0` and `1 1`, which leaves confidences as the model has
them. The share of right names is made to rise with the confidence (pool adjacent violators), by tenths of the names
of a type, at least LEAST of them in each.
"""

import collections
import sys

from judged import TYPES, names

LEAST = 60

table, *files = sys.argv[1:]
seen = collections.defaultdict(list)
for kind, sure, right in names(files):
    seen[kind].append((sure, right))

with open(table) as f:
    head = [line for line in f if line.startswith("#")]
with open(table, "w") as f:
    f.writelines(head)
    for kind in TYPES:
        found = sorted(seen[kind])
        size = max(LEAST, len(found) // 20)
        pools = []
        for i in range(0, len(found), size):
            part = found[i : i + size]
            pools.append([sum(c for c, _ in part), sum(r for _, r in part), len(part)])
            while len(pools) > 1 and pools[-2][1] * pools[-1][2] >= pools[-1][1] * pools[-2][2]:
                last = pools.pop()
                pools[-1] = [a + b for a, b in zip(pools[-1], last)]
        for sure, right, n in pools:
            f.write(f"{kind}\t{sure / n:.4f}\t{right / n:.3f}\n")
