"""Writes config/syntax/lemmas.tsv to standard output: the forms of verbs, nouns and adjectives whose lemma the rules of
src/stages/syntax/lemmas.rs do not tell.

Needs spacy-lookups-data (MIT) from PyPI: its lemmas, and its word classes for what is a word at all.
"""

import gzip
import json
import os

import spacy_lookups_data

FOLDER = os.path.join(os.path.dirname(spacy_lookups_data.__file__), "data")
VOWELS = "aeiou"

# What is written together with the word before or after.
CLITICS = {
    "verb": {"'d": "have", "'m": "be", "'re": "be", "'s": "be", "'ve": "have"},
    "modal": {"'d": "would", "'ll": "will", "ca": "can", "sha": "shall", "wo": "will"},
}


def read(name):
    with gzip.open(f"{FOLDER}/en_{name}.json.gz", "rt", encoding="utf8") as file:
        return json.load(file)


def of_plural(form):
    """As `of_plural` in Rust."""
    if form.endswith("ies") and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith(("sses", "xes", "zes", "ches", "shes", "oes")):
        return form[:-2]
    if form.endswith("s") and not form.endswith(("ss", "us", "is")):
        return form[:-1]
    return form


def of_stem(stem):
    """As `of_stem` in Rust."""
    if len(stem) < 2:
        return stem
    if stem.endswith("i"):
        return stem[:-1] + "y"
    last, before = stem[-1], stem[-2]
    if last == before and last not in "lsfz" + VOWELS:
        return stem[:-1]
    vowels = [n for n, c in enumerate(stem) if c in VOWELS]
    # "mak" and "nam": one vowel before one consonant, or the consonant were double
    is_short = len(vowels) == 1 and vowels[0] == len(stem) - 2 and last not in "wxy"
    if (
        is_short
        or (last in "cvzu" and stem[-2:] != "zz")
        or (last == "g" and before != "n")
        or (last == "s" and before != "s")
        or (last == "l" and before not in VOWELS + "lrw")
        or stem.endswith("at") and before_at_is_consonant(stem)
    ):
        return stem + "e"
    return stem


def before_at_is_consonant(stem):
    return len(stem) > 3 and stem[-3] not in "aeou"


def of_verb(form):
    """As `of_verb` in Rust."""
    for ending in ("ing", "ed"):
        if form.endswith(ending) and any(c in VOWELS + "y" for c in form[: -len(ending)]):
            return of_stem(form[: -len(ending)])
    return of_plural(form)


def of_adjective(form):
    """As `of_adjective` in Rust."""
    for ending in ("est", "er"):
        if form.endswith(ending):
            return of_stem(form[: -len(ending)])
    return form


RULES = {"verb": of_verb, "noun": of_plural, "adj": of_adjective}
index, irregular, endings = read("lemma_index"), read("lemma_exc"), read("lemma_rules")
words = [w for w, cluster in read("lexeme_cluster").items() if cluster and w.isalpha() and w.islower()]

print("# English forms whose lemma the rules do not tell, from the lemma tables of spacy-lookups-data (MIT)")
print("# (config/models/prepare/lemmas.py): verb, noun or adjective, form, lemma; and clitics.")
for part, forms in CLITICS.items():
    for form in sorted(forms):
        print(f"{part}\t{form}\t{forms[form]}")
for part, rule in RULES.items():
    bases = set(index[part])
    found = {form: lemmas[0] for form, lemmas in irregular[part].items() if form.isalpha()}
    for word in words:
        if word in found or word in bases:
            # "series" is no plural of "sery"
            if word not in found and rule(word) not in bases:
                found[word] = word
            continue
        made = [word[: -len(old)] + new for old, new in endings[part] if word.endswith(old)]
        made = [lemma for lemma in made if lemma in bases]
        if made:
            found[word] = made[0]
    for form in sorted(found):
        if rule(form) != found[form]:
            print(f"{part}\t{form}\t{found[form]}")
