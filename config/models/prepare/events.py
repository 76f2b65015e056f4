"""Writes the judged events that `copydesk train events` learns from: `events.py RECORDS JUDGED > judged.jsonl`.

RECORDS are those that `copydesk enrich --ndjson` made of articles. JUDGED is a table with a row for each reader of each
event: the article's id, where the trigger starts (code points of `content.text`), the type, and the verdict: "no" where
the text tells no event of PLOVER's types, anything else where it tells one, were it of another type, by another or only
planned. Readers saw the headline and the sentence with its neighbours. An article a line: `text`, `blocks` and `events`,
each with the share of its readers who saw an event.
"""

import collections
import json
import sys

records, judged = sys.argv[1:]
verdicts = collections.defaultdict(lambda: collections.defaultdict(list))
with open(judged) as f:
    for row in f:
        article, start, kind, verdict = row.rstrip("\n").split("\t")
        verdicts[article][int(start), kind].append(verdict != "no")
with open(records) as f:
    for record in map(json.loads, f):
        events = [
            {"start": start, "type": kind, "right": sum(seen) / len(seen)}
            for (start, kind), seen in verdicts[record["id"]].items()
        ]
        content = record["content"]
        if events:
            line = {"text": content["text"], "blocks": content["blocks"], "events": events}
            print(json.dumps(line, ensure_ascii=False))
