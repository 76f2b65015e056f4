"""Records as tables for pandas: a row for each article, entity, mention, quotation, …

Every table has the column ``article``, the id of its record, to join them by; places in the text come as the columns
``start`` and ``end`` and, with the words that stand there, ``text``.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Callable, Iterable, Iterator

import pandas as pd

from .record import Placed, Record, Span
from .types import EnrichedArticle

Rows = Iterator[dict]


def articles(records: Iterable[EnrichedArticle]) -> pd.DataFrame:
    """A row for each article; of lists their number."""
    return _table(records, lambda article: iter([_columns(article, article)]), index="id")


def entities(records: Iterable[EnrichedArticle]) -> pd.DataFrame:
    """A row for each person, organisation, place, …; ``mentions`` is how often the text speaks of it."""
    return _table(records, lambda a: ({"article": a.id, **_columns(a, e)} for e in a.entities))


def mentions(records: Iterable[EnrichedArticle]) -> pd.DataFrame:
    """A row for each place in a text that speaks of an entity."""

    def rows(article: EnrichedArticle) -> Rows:
        for entity in article.entities:
            for mention in entity.mentions:
                whose = {"article": article.id, "entity": entity.id, "name": entity.name, "type": entity.type}
                yield {**whose, **_columns(article, mention)}

    return _table(records, rows)


def quotes(records: Iterable[EnrichedArticle]) -> pd.DataFrame:
    """A row for each quotation, with the name of its speaker."""

    def rows(article: EnrichedArticle) -> Rows:
        for quote in article.quotes:
            yield {"article": article.id, "name": article.speaker(quote), **_columns(article, quote)}

    return _table(records, rows)


def times(records: Iterable[EnrichedArticle]) -> pd.DataFrame:
    """A row for each date, time, duration and recurrence."""
    return _table(records, lambda a: ({"article": a.id, **_columns(a, t)} for t in a.times))


def amounts(records: Iterable[EnrichedArticle]) -> pd.DataFrame:
    """A row for each sum, percentage, count and measure."""
    return _table(records, lambda a: ({"article": a.id, **_columns(a, m)} for m in a.amounts))


def topics(records: Iterable[EnrichedArticle]) -> pd.DataFrame:
    """A row for each topic."""
    return _table(records, lambda a: ({"article": a.id, **_columns(a, t)} for t in a.topics))


def events(records: Iterable[EnrichedArticle]) -> pd.DataFrame:
    """A row for each event: who did what to whom."""
    return _table(records, lambda a: ({"article": a.id, **_columns(a, e)} for e in a.events))


def _table(records: Iterable[EnrichedArticle], rows: Callable[[EnrichedArticle], Rows], index: str | None = None) -> pd.DataFrame:
    table = pd.DataFrame.from_records([row for record in records for row in rows(record)])
    return table.set_index(index, drop=False) if index and not table.empty else table


def _columns(article: EnrichedArticle, part: Record) -> dict[str, Any]:
    """The fields of a part; those of a part within it under its name and theirs: ``published.value``."""
    columns: dict[str, Any] = {}
    for field in dataclasses.fields(part):  # type: ignore[arg-type]
        value = getattr(part, field.name)
        if isinstance(value, Span):
            columns[field.name] = value.of(article.text)
            columns[f"{field.name}.start"], columns[f"{field.name}.end"] = value
        elif isinstance(value, Record):
            inner = _columns(article, value)
            columns.update({f"{field.name}.{name}": one for name, one in inner.items()})
        elif isinstance(value, list):
            columns[field.name] = value if value and isinstance(value[0], str) else len(value)
        elif not isinstance(value, dict):
            columns[field.name] = value
    if isinstance(part, Placed):
        columns["text"] = article.at(part)
    return columns
