"""Prints how often names were right, by how sure the records were: `bands.py RECORDS LABELS [RECORDS LABELS …]`.

RECORDS are those that `copydesk enrich --ndjson` made of the articles of LABELS (own.py) with a model that had not
learnt these articles. A line a band of `entities[].confidence`: the names in it, the mean of what was said and the share
that was right; then the same for each type, as `said/right (names)`. The table in src/guide/names.md is what it prints.
"""

import collections
import sys

from judged import TYPES, names

BANDS = 10

seen = collections.defaultdict(list)
for kind, sure, right in names(sys.argv[1:]):
    band = min(BANDS - 1, int(sure * BANDS))
    for row in ("all", kind):
        seen[row, band].append((sure, right))


def cell(kind, band):
    found = seen[kind, band]
    if not found:
        return "–"
    said = sum(s for s, _ in found) / len(found)
    right = sum(r for _, r in found) / len(found)
    return f"{100 * said:.0f}/{100 * right:.0f} ({len(found)})"


print("| confidence | all | " + " | ".join(TYPES) + " |")
print("|---" * (len(TYPES) + 2) + "|")
for band in range(BANDS):
    cells = [cell(kind, band) for kind in ["all", *TYPES]]
    print(f"| {band / BANDS:.1f}–{(band + 1) / BANDS:.1f} | " + " | ".join(cells) + " |")
