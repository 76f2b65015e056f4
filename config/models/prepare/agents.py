"""Writes config/events/agents.tsv, nouns for those who act and their sector: `agents.py PLOVER_agents.txt > agents.tsv`.

The source is the agents dictionary of PLOVER (Open Event Data Alliance 2014; MIT). What is left out: phrases
whose last word has the same sector (the head is what is looked up), lines that are commented out, and words that mean
something else in most of what they stand in (`AMBIGUOUS`). Singulars, in lower case.
"""

import re
import sys

# one sector for a word: the first of those that the dictionary chains ("GOVMIL"), as PLOVER 0.8 names them
SECTORS = "GOV MIL COP REB OPP CVL JUD LEG SPY CRM REF MED EDU REL BUS LAB JRN AGR NGO IGO PTY ELI UAF".split()
RENAMED = {"CVLOPP": "OPP", "ELIOPP": "OPP", "PTYOPP": "OPP", "SOC": "CVL", "NON": "CVL", "PRM": "CRM", "SET": "CVL"}
NEVER = {"JNK", "UNK", "PRE"}
# nouns that are agents in some of their senses only, or parts of a state that no one writes as its agent
AMBIGUOUS = set(
    """party power subject house set body case post order line call charge press service source force title organ cell
    left right base bank market board plant arm act head office force range side state field ring school carrier
    cabinet chain class club community culture fighter group health house human industry information interest
    """.split()
)


def sector(code: str) -> str | None:
    code = code.lstrip("~")
    for old, new in RENAMED.items():
        if code.startswith(old):
            return new
    return code[:3] if code[:3] in SECTORS else None


def phrases(line: str):
    text = line.split("#")[0]
    found = re.match(r"(.+?)\s*(?:\{[^}]*\})?\s*\[([^\]]+)\]", text)
    if not found:
        return
    name, code = found.groups()
    code = code.split()[0]
    if code.lstrip("~")[:3] in NEVER:
        return
    name = name.strip().strip("_").lower().replace(" ", "_")
    forms = [name]
    for mark, words in {"!person!": ["man", "woman"], "!minist!": ["minister", "ministry"]}.items():
        if mark in name:
            forms = [re.sub("_+", "_", name.replace(mark, f"_{word}_")).strip("_") for word in words]
    for form in forms:
        yield form, sector(code)


heads: dict[str, str] = {}
compounds: dict[str, str] = {}
for line in open(sys.argv[1], encoding="utf8"):
    if line.startswith("#"):
        continue
    for name, of in phrases(line):
        if not of or not re.fullmatch(r"[a-z'_-]+", name) or len(name) < 3:
            continue
        if "_" not in name:
            if name not in AMBIGUOUS:
                heads.setdefault(name, of)
        elif name.count("_") == 1:
            compounds.setdefault(name, of)
print("# Nouns for those who act, with their sector in PLOVER's codes, made from PLOVER's agents dictionary (MIT, see NOTICE)")
print("# by config/models/prepare/agents.py, with additions of the project below. Two words are joined by \"_\". Of a noun")
print("# that stands twice the later row counts. Sector \"-\": not an agent. Read by src/stages/events/agents.rs.")
print("# noun <tab> sector")
for name, of in sorted(heads.items()):
    print(f"{name}\t{of}")
for name, of in sorted(compounds.items()):
    head = name.rsplit("_", 1)[1]
    if heads.get(head) != of:
        print(f"{name}\t{of}")
# what stands under "Additions of the project" in the file is written by hand, and kept when it is made anew
