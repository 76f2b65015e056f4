"""Prepares the folder that `copydesk train tone` learns from: `tone.py OUT TARGETS RATINGS VALENCE VECTORS`.

TARGETS  NewsMTSC's train.jsonl (Hamborg, Donnay 2021; MIT): `sentence_normalized`, and `targets` with `from`, `to`
         and `polarity` (2 negative, 4 neutral, 6 positive).
RATINGS  sentences of editorials rated by twenty readers (Hutto, Gilbert 2014; MIT): id `ARTICLE_SENTENCE`, mean
         rating from -4 to 4, text, separated by tabs. The shipped model has seen half of the articles.
VALENCE  vader_lexicon.txt (likewise; MIT): word, mean valence, ….
VECTORS  GloVe 6B of 50 dimensions (Pennington, Socher, Manning 2014; PDDL) as text, the most frequent words first.

Writes OUT/all with everything, and OUT/fold-0 to fold-2, each with two thirds of the texts and articles; the others lie
beside them for `--check`: targets-check.jsonl, sentences-check.jsonl.
"""
import hashlib, json, os, sys

WORDS = 25000
LONGEST = 16  # letters of a word that a table holds
FOLDS = 3


def is_word(word):
    return word.isascii() and len(word) <= LONGEST and "\t" not in word


def fold(text):
    return int(hashlib.sha1(text.encode()).hexdigest()[:8], 16) % FOLDS


def targets(path):
    label = {2.0: "negative", 4.0: "neutral", 6.0: "positive"}
    for line in open(path, encoding="utf-8"):
        row = json.loads(line)
        found = [[t["from"], t["to"], label[float(t["polarity"])]] for t in row["targets"]]
        yield {"text": row["sentence_normalized"], "targets": found}


def ratings(path):
    for line in open(path, encoding="utf-8"):
        number, score, text = line.rstrip("\n").split("\t")
        yield {"article": number.split("_")[0], "text": text, "score": float(score) / 4}


def write(path, rows):
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def main():
    out, target_file, rating_file, valence_file, vector_file = sys.argv[1:]
    words = []
    for line in open(vector_file, encoding="utf-8"):
        if len(words) == WORDS:
            break
        if is_word(line.split(" ", 1)[0]):
            words.append(line)
    valence = [line.split("\t")[:2] for line in open(valence_file, encoding="utf-8")]
    valence = [f"{word}\t{value}\n" for word, value in valence if is_word(word) and word[0].isalpha()]
    rows = {"targets": list(targets(target_file)), "sentences": list(ratings(rating_file))}
    of = {"targets": lambda row: fold(row["text"]), "sentences": lambda row: fold(row["article"])}
    for folder in ["all", *range(FOLDS)]:
        path = f"{out}/{folder}" if folder == "all" else f"{out}/fold-{folder}"
        os.makedirs(path, exist_ok=True)
        write(f"{path}/vectors.txt", words)
        write(f"{path}/valence.tsv", valence)
        for name, all_rows in rows.items():
            write(f"{path}/{name}.jsonl", [row for row in all_rows if of[name](row) != folder])
            if folder != "all":
                write(f"{path}/{name}-check.jsonl", [row for row in all_rows if of[name](row) == folder])


if __name__ == "__main__":
    main()
