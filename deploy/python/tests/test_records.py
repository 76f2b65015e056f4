"""Tests of the reader, on records that the program has just made (COPYDESK_RECORDS names the file).

    copydesk enrich --ndjson --output json < deploy/samples.ndjson > records.ndjson
    COPYDESK_RECORDS=records.ndjson PYTHONPATH=src python -m unittest discover -s tests
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

from copydesk_records import EnrichedArticle, Span, frames, loads, read

RECORDS = pathlib.Path(os.environ["COPYDESK_RECORDS"])
EXAMPLES = pathlib.Path(__file__).parent.parent / "examples"


class Records(unittest.TestCase):
    def setUp(self) -> None:
        with RECORDS.open("rb") as lines:
            self.records = list(read(lines))
        self.article = self.records[0]

    def test_everything_in_the_json_is_in_the_objects(self) -> None:
        for record, line in zip(self.records, RECORDS.read_text(encoding="utf-8").splitlines()):
            self.compare(record, json.loads(line), "")

    def compare(self, value: object, source: object, where: str) -> None:
        if isinstance(source, dict) and not isinstance(value, dict):
            for key, one in source.items():
                self.compare(getattr(value, key), one, f"{where}.{key}")
        elif isinstance(source, list):
            self.assertEqual(len(value), len(source), where)
            for index, (a, b) in enumerate(zip(value, source)):
                self.compare(a, b, f"{where}[{index}]")
        else:
            self.assertEqual(value, source, where)

    def test_places_are_what_they_say(self) -> None:
        article = self.article
        self.assertEqual(article.at(article.content.sentences[0]), "Ferry strike ends after nine days")
        quote = article.quotes[0]
        self.assertEqual(article.at(quote.content), "“We got what we came for,”")
        self.assertEqual(article.speaker(quote), "Karin Holm")
        for entity in article.entities:
            for mention in entity.mentions:
                if mention.kind == "name":
                    words, name = article.at(mention).casefold(), entity.name.casefold()
                    self.assertTrue(set(words.split()) & set(name.split()), (words, name))

    def test_places_count_code_points(self) -> None:
        text = "🚢 Müller: “é”"
        span = Span(2, 8)
        self.assertEqual(span.of(text), "Müller")
        start, end = span.utf8(text)
        self.assertEqual(text.encode()[start:end].decode(), "Müller")
        self.assertEqual((start, end), (5, 12))
        start, end = span.utf16(text)
        self.assertEqual(text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le"), "Müller")
        self.assertEqual((start, end), (3, 9))

    def test_other_forms_of_a_record(self) -> None:
        line = RECORDS.read_bytes().splitlines()[0]
        self.assertEqual(loads(b"\0\0\0\0\x07" + line), self.article)
        with self.assertRaisesRegex(ValueError, "Avro"):
            loads(b"\0\0\0\0\x07\x24enriched-article/1")
        with self.assertRaisesRegex(ValueError, "enriched-article/2"):
            loads('{"schema": "enriched-article/2"}')
        newer = {**json.loads(line), "not_yet_known": {"a": 1}}
        article = EnrichedArticle.from_json(newer)
        self.assertEqual(article, self.article)
        self.assertEqual(article.raw["not_yet_known"], {"a": 1})

    def test_a_field_that_a_record_lacks_is_empty(self) -> None:
        older = json.loads(RECORDS.read_bytes().splitlines()[0])
        del older["events"], older["tone"]
        article = EnrichedArticle.from_json(older)
        self.assertEqual((article.events, article.tone), ([], None))


class Frames(unittest.TestCase):
    def setUp(self) -> None:
        with RECORDS.open("rb") as lines:
            self.records = list(read(lines))

    def test_a_row_for_each(self) -> None:
        for table, count in [
            (frames.articles, lambda a: 1),
            (frames.entities, lambda a: len(a.entities)),
            (frames.mentions, lambda a: sum(len(e.mentions) for e in a.entities)),
            (frames.quotes, lambda a: len(a.quotes)),
            (frames.times, lambda a: len(a.times)),
            (frames.amounts, lambda a: len(a.amounts)),
            (frames.topics, lambda a: len(a.topics)),
            (frames.events, lambda a: len(a.events)),
        ]:
            expected = sum(count(article) for article in self.records)
            self.assertEqual(len(table(self.records)), expected, table.__name__)

    def test_columns_are_flat_and_hold_the_words(self) -> None:
        articles = frames.articles(self.records)
        self.assertEqual(articles.loc["sample-1", "published.value"], "2026-03-02T09:30:00Z")
        self.assertEqual(articles.loc["sample-3", "status"], "canceled")
        amounts = frames.amounts(self.records).set_index("text")
        self.assertEqual(amounts.loc["$12 million", "value"], 12_000_000)
        quotes = frames.quotes(self.records)
        self.assertEqual(quotes.loc[0, "name"], "Karin Holm")
        self.assertEqual(quotes.loc[0, "content"], "“We got what we came for,”")

    def test_nothing_makes_empty_tables(self) -> None:
        self.assertTrue(frames.articles([]).empty and frames.quotes([]).empty)


class Examples(unittest.TestCase):
    def test_the_notebook_runs(self) -> None:
        command = [sys.executable, str(EXAMPLES / "explore.py"), str(RECORDS)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("3 records, 2 of them usable", done.stdout)
        self.assertIn("Karin Holm: “We got what we came for,”", done.stdout)


if __name__ == "__main__":
    unittest.main()
