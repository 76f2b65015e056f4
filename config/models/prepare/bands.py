"""Prints how often names were right, by how sure the records were: `bands.py RECORDS LABELS [RECORDS LABELS …]`.

RECORDS are those that `copydesk enrich --ndjson` made of the articles of LABELS (own.py) with a model that had not
learnt these articles. A line a band of `entities[].confidence`: the names in it, the mean of what was said and the share
that was right; then the same for each type, as `said/right (names)`. The table in src/guide/names.md is what it prints.
"""

import collections
import json
import sys

TYPES = ["person", "organization", "place", "nationality", "event", "product", "work", "law"]
BANDS = 10

files = sys.argv[1:]
seen = collections.defaultdict(list)
for records, labels in zip(files[::2], files[1::2]):
    gold = {r["id"]: {tuple(e) for e in r["entities"]} for r in map(json.loads, open(labels))}
    for record in map(json.loads, open(records)):
        back = record["content"]["segments"]
        for entity in record["entities"] or []:
            sure = entity.get("confidence")
            if sure is None:
                continue
            for m in entity["mentions"]:
                if m["kind"] != "name":
                    continue
                raw = [(r + m["start"] - t, r + m["end"] - t) for t, r, n in back if t <= m["start"] < t + n]
                right = bool(raw) and (*raw[0], entity["type"]) in gold[record["id"]]
                band = min(BANDS - 1, int(sure * BANDS))
                for kind in ("all", entity["type"]):
                    seen[kind, band].append((sure, right))


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
