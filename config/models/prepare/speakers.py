"""Prints how often speakers of quotations were right: `speakers.py TABLE RECORDS LABELS [RECORDS LABELS …]`.

RECORDS are those that `copydesk enrich --ndjson` made of the articles of LABELS with TABLE for
config/quotes/confidence.tsv; to fit one, with a TABLE of all ways in which no two shares are the same. LABELS has an
article a line, with its `id`, its `text` and its `quotes`, a list of [the first words between the marks, the speaker's
name as the text has it]; `-` where the text gives no name, and `?` where it cannot be told, which is not counted. First
come the rows of the table, with the share that was right and the number, where that is LEAST or more; then, by bands
of `quotes[].confidence`, the speakers in it, the mean of what was said and the share that was right.
"""

import collections
import json
import sys

from judged import raw

LEAST = 20
BANDS = 10


def speakers(files):
    """The confidence of each quotation with a speaker, and whether the speaker is right."""
    for records, labels in zip(files[::2], files[1::2]):
        gold = {r["id"]: r for r in map(json.loads, open(labels))}
        for record in map(json.loads, open(records)):
            labelled = gold[record["id"]]
            text, back = record["content"]["text"], record["content"]["segments"]
            entities = {e["id"]: e for e in record["entities"] or []}
            ends = [(q, raw(back, q["content"][0]), raw(back, q["content"][1] - 1)) for q in record["quotes"] or []]
            found = [(q, start, last) for q, start, last in ends if None not in (start, last)]
            at = 0
            for words, name in labelled["quotes"]:
                place = labelled["text"].find(words, at)
                at = place + 1
                quote = next((q for q, start, last in found if start <= place + 3 <= last and q["speaker"]), None)
                if quote is None or name == "?":
                    continue
                entity = entities[quote["speaker"]]
                names = {entity["name"]} | {text[m["start"] : m["end"]] for m in entity["mentions"]}
                right = any(name in n or n in name for n in names if len(n) > 2)
                if quote["confidence"] is not None:
                    yield quote["confidence"], right


table, *files = sys.argv[1:]
found = collections.defaultdict(list)
bands = collections.defaultdict(list)
for sure, right in speakers(files):
    found[round(sure, 2)].append(right)
    bands[min(BANDS - 1, int(sure * BANDS))].append((sure, right))
for line in open(table):
    if line.startswith("#") or not line.strip():
        continue
    way, speaker, share = line.rstrip("\n").split("\t")
    right = found[round(float(share), 2)]
    if len(right) >= LEAST:
        print(f"{way}\t{speaker}\t{sum(right) / len(right):.2f}\t({len(right)})")
for band, seen in sorted(bands.items()):
    said, right = (100 * sum(column) / len(seen) for column in zip(*seen))
    print(f"{band / BANDS:.1f}–{(band + 1) / BANDS:.1f}: {len(seen)} speakers, said {said:.0f} %, right {right:.0f} %")
