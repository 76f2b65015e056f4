"""Prepares the project's own labels: `own.py LABELS OUT [HALF]` writes OUT, an article a line.

LABELS holds an article a line: `id`, `domain`, `text`, `entities` (`[start, end, type]`, code points), labelled by
reading after src/guide/names.md. HALF, 0 or 1, keeps the articles of one half only; the half of an article is the last
bit of the SHA-256 of its id, so that the other half can measure what was learnt.

The annotators settled a few kinds of names each in his own way before the guidelines did. What the guidelines say now
is applied here to all of them alike, whichever half they are in.
"""

import hashlib
import json
import sys

# Social networks and video sites are organisations also where something is shown on them.
NETWORKS = {
    *("Facebook", "Instagram", "LinkedIn", "Mastodon", "Pinterest", "Reddit", "Snapchat", "Telegram", "TikTok"),
    *("Tumblr", "Twitch", "Twitter", "WeChat", "Weibo", "WhatsApp", "YouTube"),
}
# A competition is an event; the body that runs it is an organisation under a name of its own (NFL, NBA).
COMPETITIONS = {
    *("Bundesliga", "Champions League", "Championship", "Ligue 1", "La Liga", "League One", "League Two"),
    *("Premier League", "Premiership", "Serie A", "Six Nations", "Super League", "Zurich Premiership"),
}
# The plural names the members of a party.
MEMBERS = {"Conservatives", "Democrats", "Greens", "Lib Dems", "Liberal Democrats", "Republicans", "Tories", "Tory"}
# A street or district that stands for a trade stays a place.
TRADES = {"Bollywood", "Broadway", "Fleet Street", "Hollywood", "Silicon Valley", "Wall Street"}

SETTLED = [
    (NETWORKS, {"product"}, "organization"),
    (COMPETITIONS, {"organization"}, "event"),
    (MEMBERS, {"organization"}, "nationality"),
    (TRADES, {"organization"}, "place"),
]


def half(name):
    return hashlib.sha256(name.encode()).digest()[-1] & 1


def settled(name, kind):
    for names, wrong, right in SETTLED:
        if name in names and kind in wrong:
            return right
    return kind


def rows(labels, wanted=None):
    for line in open(labels):
        row = json.loads(line)
        if wanted is not None and half(row["id"]) != wanted:
            continue
        text = row["text"]
        entities = [[s, e, settled(text[s:e], k)] for s, e, k in row["entities"]]
        yield {"id": row["id"], "domain": row["domain"], "text": text, "entities": entities}


if __name__ == "__main__":
    labels, out, *wanted = sys.argv[1:]
    with open(out, "w") as f:
        for row in rows(labels, int(wanted[0]) if wanted else None):
            f.write(json.dumps(row, ensure_ascii=False) + "\n")
