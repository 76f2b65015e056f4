"""Reads the records that copydesk publishes: enriched-article/1.

    >>> from copydesk_records import read
    >>> with open("records.ndjson", "rb") as lines:
    ...     articles = list(read(lines))
"""

import json
from typing import Iterable, Iterator, Union

from .record import Article, Placed, Record, Span
from .types import *  # noqa: F403
from .types import EnrichedArticle

__version__ = "0.1.0"


def loads(value: Union[bytes, str]) -> EnrichedArticle:
    """One record: a line of ``copydesk enrich``, or a value of the output topic in JSON.

    The five bytes that the serializers of a schema registry write before it are passed over. Avro needs its schema: see
    ``examples/follow.py``.
    """
    if isinstance(value, bytes) and value[:1] == b"\0":
        if value[5:6] != b"{":
            raise ValueError("a record in Avro: decode it with its schema, and give the result to from_json")
        value = value[5:]
    return EnrichedArticle.from_json(json.loads(value))


def read(lines: Iterable[Union[bytes, str]]) -> Iterator[EnrichedArticle]:
    """Records, one a line, as ``copydesk enrich --output json`` and ``copydesk tap --json`` print them."""
    return (loads(line) for line in lines if line.strip())
