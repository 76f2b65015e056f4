"""The names of records beside labels: read by bands.py, confidence.py and speakers.py."""

import json

TYPES = ["person", "organization", "place", "nationality", "event", "product", "work", "law"]


def raw(segments, at):
    """Where the code point `at` of a record's text stands in its article's, by `content.segments`; None if it does not."""
    return next((r + at - t for t, r, n in segments if t <= at < t + n), None)


def names(files):
    """Each name that has a confidence as (type, confidence, whether it is right). `files`: RECORDS LABELS in turn, of
    which RECORDS are those that `copydesk enrich --ndjson` made of the articles of LABELS (own.py)."""
    for records, labels in zip(files[::2], files[1::2]):
        gold = {r["id"]: {tuple(e) for e in r["entities"]} for r in map(json.loads, open(labels))}
        for record in map(json.loads, open(records)):
            back = record["content"]["segments"]
            for entity in record["entities"] or []:
                if entity.get("confidence") is None:
                    continue
                for m in entity["mentions"]:
                    if m["kind"] != "name":
                        continue
                    start = raw(back, m["start"])
                    right = start is not None and (
                        (start, start + m["end"] - m["start"], entity["type"]) in gold[record["id"]]
                    )
                    yield entity["type"], entity["confidence"], right
