"""Prepares the training articles: `articles.py WORK WIKIGOLD GAZETTEERS LABELS [HALF]` writes WORK/train.jsonl.

Reads LABELS, the project's own labels (own.py), all of them or one HALF; WORK/names.json (words.py), WORK/cities.tsv
(cities.py), and WIKIGOLD, the file wikigold.conll.txt (CC BY 4.0).

- The project's own articles stand in it several times: as they are, and as copies in which people, places and
  countries are swapped for others from all over the world, so that the model learns contexts rather than names; some
  are set as tokenised copy, headlines or capitals.
- Results and lists as agencies send them are made from templates: few, for they are read unlike all other text.

The seed is fixed: the same input gives the same file.
"""

import json
import random
import re
import sys

import own

work, wikigold, gazetteers, labels, *half = sys.argv[1:]
half = int(half[0]) if half else None
R = random.Random(20251)
CFG = gazetteers + "/"
country, demonym = {}, {}
crow = []
for l in open(CFG + "countries.tsv"):
    if l.startswith("#"):
        continue
    iso, _, n, al, dm, cap, la, lo = l.rstrip("\n").split("\t")
    for x in [n] + al.split("|"):
        if x:
            country[x] = iso
    for x in dm.split("|"):
        if x:
            demonym[x] = iso
    d = [x for x in dm.split("|") if x]
    if d and n not in ("Georgia",):
        crow.append((iso, n, d[0], [x for x in cap.split("|") if x][:1]))
groups = {l.split("\t")[0] for l in open(CFG + "groups.tsv") if not l.startswith("#")}
AMBIG = set(
    "Apple Ford Fox Total Shell Amazon Meta Visa ICE IS PA Labour Fed Lords Commons Fars Vox RT Bild Wagner Chelsea Arsenal Rangers Celtic Everton Spurs Tottenham Bayern Sputnik Oracle Target Nike Intel Citi Solidarity Treasury Conservatives Amnesty Ajax ETA SEC FT AP MIT ABC CAF CAR PRI Reliance Vale ING LG AMD Nation Congress Senate Disney Spiegel Guardian Morena Lazio Roma Politburo Axios Interfax".split()
)
ORGS = set()
for l in open(CFG + "organisations.tsv"):
    if l.startswith("#"):
        continue
    n, al = l.split("\t")[:2]
    for x in [n] + al.split("|"):
        x = x.strip()
        if x and not x.lower().startswith("the ") and x not in AMBIG and len(x) > 1:
            ORGS.add(x)
NONAMES = {l.split("\t")[0].strip() for l in open(CFG + "no-names.tsv") if not l.startswith("#")}
cities = [
    l.split("\t")[0]
    for l in open(work + "/cities.tsv")
    if not l.startswith("#") and int(l.split("\t")[4]) > 30000
]
names = json.load(open(work + "/names.json"))
locs = sorted(names)
ART = re.compile(r"(?:the|an?)\s+", re.I)
TITLE = re.compile(
    r"^(?:Crown Prince|Imam|Ayatollah|Rabbi|Cardinal|Bishop|Archbishop|Chief|Captain|Colonel|General|Lieutenant|Sergeant|Major|Admiral|PM|Premier|Minister|Professor|Emir|Sultan|Mayor|Governor|Congressman|Congresswoman|Representative|Speaker|Ambassador|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|President|Senator|Sheikh|Sir|Lord|Lady|Dame|Judge|Justice|Rev|Prime Minister|Secretary|Chancellor|Pope|Queen|King|Prince|Princess)\.?\s+(?=\S)"
)


def trim(t, s, e):
    while s < e and t[s] in " \n\t\"“”'’,.-–—(":
        s += 1
    while s < e and t[e - 1] in ' \n\t"“”,-–—(;:':
        e -= 1
    m = ART.match(t[s:e])
    if m and m.end() < e - s:
        s += m.end()
    if t[s:e].endswith(("'s", "’s")):
        e -= 2
    return s, e


def fix(t, ents):
    out = []
    for s, e, k in ents:
        if "\n" in t[s:e]:
            e = s + t[s:e].index("\n")
        s, e = trim(t, s, e)
        if s >= e:
            continue
        x = t[s:e]
        if not any(c.isupper() for c in x):
            continue
        if k == "person":
            m = TITLE.match(x)
            if m and m.group(0).split()[0].rstrip(".") not in ("Pope", "Sheikh"):
                s += m.end()
                x = t[s:e]
        if x in demonym or x in groups:
            k = "nationality"
        elif x in country:
            k = "place"
        elif x in ORGS:
            k = "organization"
        if x in NONAMES:
            continue
        if k == "organization" and re.search(
            r"(?:Secretary|Minister|minister|secretary) (?:of|for) (?:the )?$", t[max(0, s - 25) : s]
        ):
            continue
        out.append([s, e, k])
    return out


def rebuild(t, ents, repl):
    o = []
    p = 0
    n = 0
    ne = []
    for (s, e, k), r in zip(ents, repl):
        o.append(t[p:s])
        n += s - p
        ne.append([n, n + len(r), k])
        o.append(r)
        n += len(r)
        p = e
    o.append(t[p:])
    return "".join(o), ne


SUR = "Kim Lee Park Choi Moon Yoon Jung Kang Cho Jang Lim Han Shin Chen Lin Wang Huang Chang Wu Liu Tsai Yang Hsu Cheng Hsieh Kuo Hung Chiu Tseng Liao Lai Chou Yeh Su Ma Xi Li Zhang Deng Zhao Zhou Xu Sun Hu Zhu Gao He Guo Luo Chan Cheung Leung Lam Ho Nguyen Tran Pham Vo Dang Bui Ban Ahn Roh Hwang".split()
SYL = "jae in seok yeol min ho jun sung hyun soo young ji eun hye kyung tae woo sang chul won mei yu ling hui chung shih wen chun hsin chih kuo ming yi tzu ching hua ping jung fang cheng tai hao wei xin long guo bo feng jin jie yan rong lun siu wai kit man kei".split()
PART = "Al- Al- El- al- Bin Ben Abu Dos Da De Van Von Al Al El Ould Ibn Di Le De-La".replace(
    "De-La", "De La"
).split(" ")


def person(loc):
    f, l = names[loc]
    f, l = R.choice(f), R.choice(l)
    r = R.random()
    if r < 0.10:
        p = R.choice(PART)
        l = p + l if p.endswith("-") else p + " " + l
    elif r < 0.14:
        f = f + R.choice([" bin ", " ibn ", " Bin ", " "]) + R.choice(names[R.choice(locs)][0])
    elif r < 0.18:
        l = l + " " + R.choice(names[loc][1])
    elif r < 0.21:
        f = (
            R.choice("ABCDGHJKLMNPRSTV")
            + "."
            + R.choice(["", R.choice("ABKMRSV") + ".", " " + R.choice("ABKMRSV") + "."])
        )
    return f, l


def east():
    a, b = R.choice(SYL), R.choice(SYL)
    g = R.choice(
        [
            a.capitalize() + "-" + b,
            a.capitalize() + "-" + b,
            a.capitalize() + " " + b.capitalize(),
            a.capitalize() + b,
        ]
    )
    return R.choice(SUR), g


def swap(d):
    t, ents = d["text"], d["entities"]
    first, last, cmap, dmap, pm = {}, {}, {}, {}, {}
    locd = R.choice(locs)
    repl = []
    for s, e, k in ents:
        x = t[s:e]
        r = x
        if k == "person":
            loc = locd if R.random() < 0.6 else R.choice(locs)
            ps = x.split()
            if len(ps) == 2 and ps[-1] not in last and R.random() < 0.13:
                su, g = east()
                last[ps[-1]] = su
                first[ps[-1]] = su + " " + g
            if ps[-1] in first and ps[-1] in last:
                repl.append(first[ps[-1]] if len(ps) > 1 else last[ps[-1]])
                continue
            if ps[-1] not in last:
                f, l = person(loc)
                if R.random() < 0.15:
                    l = l + R.choice([" ", "-"]) + person(loc)[1]
                last[ps[-1]] = l
            o = []
            for p in ps[:-1]:
                if len(p) <= 2 or p[-1] == ".":
                    o.append(p)
                else:
                    o.append(first.setdefault(p, person(loc)[0]))
            r = " ".join(o + [last[ps[-1]]])
        elif k == "place":
            if x in country:
                if country[x] not in cmap:
                    cmap[country[x]] = R.choice(crow)
                r = cmap[country[x]][1]
            elif x in ("Washington", "White House") or len(x.split()) > 2:
                r = x
            else:
                r = pm.setdefault(x, R.choice(cities))
        elif k == "nationality" and x in demonym:
            i = demonym[x]
            if i not in cmap:
                cmap[i] = R.choice(crow)
            r = cmap[i][2]
        elif k == "organization":
            ps = x.split()
            if len(ps) > 1:
                ps = [
                    (
                        cmap.setdefault(country[p], R.choice(crow))[1]
                        if p in country
                        else (cmap.setdefault(demonym[p], R.choice(crow))[2] if p in demonym else p)
                    )
                    for p in ps
                ]
                r = " ".join(ps)
        repl.append(r)
    t2, e2 = rebuild(t, ents, repl)
    return {"id": d["id"] + "#swap", "text": t2, "entities": e2}


def hyphens(d):
    t = d["text"]
    o = []
    m = [0] * (len(t) + 1)
    n = 0
    for i, c in enumerate(t):
        m[i] = n
        if c in "’" and 0 < i < len(t) - 1 and t[i + 1] == "s":
            o.append(c + " ")
            n += 2
        elif c == "." and 0 < i < len(t) - 2 and t[i - 1] in "UN" and t[i + 1] in "SKN" and t[i + 2] == ".":
            o.append(c + " ")
            n += 2
        elif c == "-" and 0 < i < len(t) - 1 and t[i - 1].isalnum() and t[i + 1].isalnum():
            o.append(" - ")
            n += 3
        else:
            o.append(c)
            n += 1
    m[len(t)] = n
    return {
        "id": d["id"] + "#hy",
        "text": "".join(o),
        "entities": [[m[s], m[e - 1] + 1, k] for s, e, k in d["entities"]],
    }


def upper(d, frac):
    t = d["text"]
    ps = t.split("\n")
    o = []
    for p in ps:
        u = p.upper()
        o.append(u if R.random() < frac and len(u) == len(p) else p)
    return {"id": d["id"] + "#up", "text": "\n".join(o), "entities": d["entities"]}


def headline(d):
    """Title-case copy of short paragraphs' words, as headlines are set."""
    t = d["text"]
    o = []
    for p in t.split("\n"):
        if 20 < len(p) < 110 or R.random() < 0.05:
            p = re.sub(r"\b([a-z])(?=[a-z]{3})", lambda m: m.group(1).upper(), p)
        o.append(p)
    return {"id": d["id"] + "#hd", "text": "\n".join(o), "entities": d["entities"]}


# results and lists as agencies send them
USC = "New York|Boston|Chicago|Detroit|Toronto|Baltimore|Cleveland|Minnesota|Milwaukee|Kansas City|Texas|Seattle|Oakland|California|Atlanta|Montreal|Florida|Philadelphia|Houston|St Louis|Cincinnati|Pittsburgh|San Diego|Los Angeles|San Francisco|Colorado|Miami|Dallas|Denver|Phoenix|Arizona|Tampa Bay|Washington|Indiana|Orlando|Utah|Portland|Sacramento|Golden State|Vancouver|Calgary|Edmonton|Ottawa|Buffalo|Carolina|Tennessee|Green Bay|New England|New Jersey|Hartford|St. Louis|Las Vegas".split(
    "|"
)


def agate():
    L = []
    E = []
    n = 0

    def add(parts):
        nonlocal n
        for x in parts:
            if isinstance(x, tuple):
                E.append([n, n + len(x[0]), x[1]])
                x = x[0]
            L.append(x)
            n += len(x)
        L.append("\n")
        n += 1

    def per():
        f, l = person(R.choice(locs))
        return ((f if R.random() < 0.7 else f[0] + ".") + " " + l, "person")

    def ini():
        return (R.choice("ABCDJMPRS") + ". " + person(R.choice(locs))[1], "person")

    def ust():
        return (R.choice(USC), "organization")

    def up(z):
        return (z[0].upper(), z[1])

    def sur():
        return (person(R.choice(locs))[1], "person")

    def cty():
        return (R.choice(crow)[1], "place")

    def team():
        return (
            R.choice(
                [
                    R.choice(cities),
                    R.choice(cities) + R.choice([" United", " City", " FC", " Rovers", " Town", ""]),
                    R.choice(["FC ", "Real ", "Dynamo ", "Sporting ", "AC "]) + R.choice(cities),
                ]
            ),
            "organization",
        )

    def nteam():
        return (R.choice(crow)[1], "organization")

    SP = [
        "SOCCER",
        "TENNIS",
        "CRICKET",
        "RUGBY UNION",
        "GOLF",
        "CYCLING",
        "ATHLETICS",
        "BASKETBALL",
        "ICE HOCKEY",
        "BOXING",
        "SWIMMING",
        "HANDBALL",
        "BASEBALL",
        "VOLLEYBALL",
    ]
    c = R.choice(cities)
    sp = R.choice(SP)
    if R.random() < 0.6:
        add(
            [
                sp,
                " - ",
                up(R.choice([nteam, team, ust, sur])()),
                " ",
                R.choice(["BEAT", "WIN", "DRAW WITH", "LOSE TO", "EDGE"]),
                " ",
                up(R.choice([nteam, team, ust])()),
                ".",
            ]
        )
    else:
        add([sp, " - ", R.choice(["RESULTS", "STANDINGS", "SUMMARIES", "SCORES", "RESULTS OF MATCHES"]), "."])
    (
        add(
            [
                (R.choice([c, c.upper()]), "place"),
                R.choice([" 2019-08-%02d" % R.randint(1, 31), ", Aug %d (Reuters) -" % R.randint(1, 28)]),
            ]
        )
        if R.random() < 0.7
        else add(["Results on ", R.choice(["Sunday", "Monday", "Friday", "Saturday"]), ":"])
    )
    for _ in range(R.randint(4, 14)):
        k = R.randint(0, 19)
        if k == 0:
            add(
                [
                    str(R.randint(1, 12)),
                    ". ",
                    per(),
                    " (",
                    cty(),
                    ") ",
                    R.choice(
                        [
                            "%d minutes %d.%02d seconds"
                            % (R.randint(1, 30), R.randint(1, 59), R.randint(0, 99)),
                            "%d.%02d" % (R.randint(9, 60), R.randint(0, 99)),
                            "%d points" % R.randint(1, 90),
                        ]
                    ),
                ]
            )
        elif k == 1:
            add([team(), " ", str(R.randint(0, 5)), " ", team(), " ", str(R.randint(0, 5))])
        elif k == 2:
            add([nteam(), " ", str(R.randint(0, 5)), " ", nteam(), " ", str(R.randint(0, 5))])
        elif k == 3:
            add(
                [
                    R.choice(["1 - ", "2-", "", "8-"]) + "",
                    per(),
                    " (",
                    cty(),
                    ") beat ",
                    per(),
                    " (",
                    cty(),
                    ") 6-%d 7-%d" % (R.randint(0, 4), R.randint(5, 6)),
                ]
            )
        elif k == 4:
            add(["Scorers: ", sur(), " ", str(R.randint(1, 90)), ", ", sur(), " (%dth)" % R.randint(4, 90)])
        elif k == 5:
            add(
                [
                    R.choice([team, nteam])(),
                    " %d %d %d %d %d %d %d" % tuple(R.randint(0, 40) for _ in range(7)),
                ]
            )
        elif k == 6:
            add(
                [
                    team(),
                    " beat ",
                    team(),
                    " %d-%d in " % (R.randint(0, 99), R.randint(0, 99)),
                    (R.choice(cities), "place"),
                    " on ",
                    R.choice(["Sunday", "Monday", "Saturday"]),
                    ".",
                ]
            )
        elif k == 7:
            add(
                [
                    nteam(),
                    " ",
                    R.choice(["beat", "drew with", "lost to", "defeated", "thrashed", "edged"]),
                    " ",
                    nteam(),
                    " %d-%d" % (R.randint(0, 5), R.randint(0, 5)),
                    R.choice([" (halftime 1-0)", "", " in a friendly international"]),
                    " on Sunday.",
                ]
            )
        elif k == 8:
            add([nteam(), " - ", per(), ", ", per(), ", ", per(), ", ", per(), "."])
        elif k == 9:
            add(
                [
                    per(),
                    " (",
                    cty(),
                    ") ",
                    str(R.randint(60, 75)),
                    " ",
                    str(R.randint(60, 75)),
                    " ",
                    str(R.randint(60, 75)),
                ]
            )
        elif k == 10:
            add(
                [
                    "At ",
                    (R.choice(cities), "place"),
                    ": ",
                    team(),
                    " %d and %d-%d (" % (R.randint(100, 400), R.randint(100, 400), R.randint(1, 9)),
                    ini(),
                    " %d), " % R.randint(40, 150),
                    team(),
                    " %d (" % R.randint(100, 300),
                    ini(),
                    " %d-%d)." % (R.randint(3, 7), R.randint(20, 90)),
                ]
            )
        elif k == 11:
            add([up(ust()), " AT ", up(ust())])
        elif k == 14:
            add(
                [
                    up(ust()),
                    " %d %d .%d " % (R.randint(40, 90), R.randint(40, 90), R.randint(300, 700)),
                    R.choice(["-", "2", "3 1/2", "10"]),
                ]
            )
        elif k == 15:
            add(
                [
                    ust(),
                    " %d " % R.randint(0, 12),
                    up(ust()),
                    " %d" % R.randint(0, 12),
                    R.choice([" (1st game)", "", " (10 innings)"]),
                ]
            )
        elif k == 16:
            add(
                [
                    (person(R.choice(locs))[0][0] + ". " + person(R.choice(locs))[1], "person"),
                    " c ",
                    sur(),
                    " b ",
                    sur(),
                    " %d" % R.randint(0, 120),
                ]
            )
        elif k == 17:
            add(
                [
                    nteam(),
                    " - 1-",
                    per(),
                    "; 2-",
                    per(),
                    ", 3-",
                    per(),
                    ", 4-",
                    per(),
                    " (16-",
                    per(),
                    " %dth)" % R.randint(50, 89),
                ]
            )
        elif k == 18:
            add(
                [
                    "%d. " % R.randint(1, 20),
                    per(),
                    " (",
                    cty(),
                    ") ",
                    (
                        R.choice(
                            [
                                "Telekom",
                                "Rabobank",
                                "ONCE",
                                "Banesto",
                                "Mapei",
                                "Festina",
                                "Gewiss",
                                "Ferrari",
                                "Williams",
                                "McLaren",
                                "Benetton",
                                "Ducati",
                                "Honda",
                                "Yamaha",
                                "Movistar",
                                "Astana",
                            ]
                        ),
                        "organization",
                    ),
                    " %d:%02d:%02d" % (R.randint(0, 6), R.randint(0, 59), R.randint(0, 59)),
                ]
            )
        elif k == 19:
            add([sur(), " b ", sur(), " %d" % R.randint(0, 99)])
        elif k == 12:
            add(
                [
                    R.choice(["W", "P", "L", "D"]),
                    " %d. " % R.randint(1, 20),
                    per(),
                    ", ",
                    (R.choice(cities), "place"),
                    R.choice([", %d" % R.randint(10, 300), ""]),
                ]
            )
        else:
            add([per(), ", ", nteam(), ", ", str(R.randint(1, 30))])
    return {"id": "agate", "text": "".join(L), "entities": E}


gold = []


def detok(sents):
    t = ""
    E = []
    for sent in sents:
        start = None
        kind = None
        prev = ""
        for i, (w, y) in enumerate(sent):
            k = y[2:] if y != "O" else None
            cont = start is not None and k == kind and not y.startswith("B-")
            if start is not None and not cont:
                E.append([start, len(t), kind])
                start = None
            if i and not (
                w in ".,;:!?)%'s" or w in ("n't", "'s", "'re", "'ll", "'ve", "''") or prev in ("(", "$", "``")
            ):
                t += " "
            if k and start is None:
                start = len(t)
                kind = k
            t += {"``": '"', "''": '"', "-LRB-": "(", "-RRB-": ")"}.get(w, w)
            prev = w
        if start is not None:
            E.append([start, len(t), kind])
        t += " "
    return t.rstrip() + "\n", E


sents = []
cur = []
for l in open(wikigold):
    l = l.split()
    if len(l) < 2:
        if cur:
            sents.append(cur)
        cur = []
        continue
    cur.append((l[0], l[1]))
WK = {"PER": "person", "ORG": "organization", "LOC": "place", "MISC": "misc"}
for i in range(0, len(sents), 12):
    t, E = detok(sents[i : i + 12])
    E = [[s, e, WK[k]] for s, e, k in E]
    gold.append({"id": f"wikigold/{i}", "text": t, "entities": fix(t, E)})


def copies_of_own(d):
    """An own article as it is, twice, and in other forms."""
    yield d
    yield d
    s = swap(d)
    r = R.random()
    yield hyphens(s) if r < 0.15 else upper(s, 0.25) if r < 0.3 else headline(s) if r < 0.4 else s
    if R.random() < 0.6:
        yield swap(d)
    if R.random() < 0.12:
        yield upper(d, 1.0)
    if R.random() < 0.15:
        yield headline(d)


# Articles made from templates for a hundred of the project's own.
TEMPLATES = 14


if __name__ == "__main__":
    rows = list(own.rows(labels, half))
    out = [c for d in rows for c in copies_of_own(d)]
    out += gold + [agate() for _ in range(len(rows) * TEMPLATES // 100)]
    R.shuffle(out)
    with open(work + "/train.jsonl", "w") as f:
        for d in out:
            f.write(json.dumps(d, ensure_ascii=False) + "\n")
