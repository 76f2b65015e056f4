"""What all records have in common: how they are made of JSON, and how positions become text."""

from __future__ import annotations

import dataclasses
import functools
import keyword
import typing
from typing import Any, Mapping, NamedTuple, Optional, Tuple, Type, TypeVar, Union

R = TypeVar("R", bound="Record")


class Span(NamedTuple):
    """A half-open range of Unicode code points into ``content.text``, as indices of a Python string are."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """What stands there."""
        return text[self.start : self.end]

    def utf8(self, text: str) -> Tuple[int, int]:
        """The same in bytes of UTF-8, for whoever indexes those."""
        before = len(text[: self.start].encode("utf-8"))
        return before, before + len(self.of(text).encode("utf-8"))

    def utf16(self, text: str) -> Tuple[int, int]:
        """The same in units of UTF-16, as JavaScript and Java index."""
        before = len(text[: self.start].encode("utf-16-le")) // 2
        return before, before + len(self.of(text).encode("utf-16-le")) // 2


class Record:
    """A part of a record."""

    @classmethod
    def from_json(cls: Type[R], value: Mapping[str, Any]) -> R:
        """Of a JSON object. What is not known is passed over: fields are added over time."""
        made = {}
        for name, key, kind in _fields(cls):
            if key in value:
                made[name] = _load(kind, value[key])
        return cls(**made)


class Placed(Record):
    """A part of a record that has a place in the text."""

    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Article(Record):
    """A whole record."""

    @classmethod
    def from_json(cls: Type[R], value: Mapping[str, Any]) -> R:
        schema = value.get("schema")
        if schema != "enriched-article/1":
            raise ValueError(f"no enriched-article/1: its schema is {schema!r}")
        article = super().from_json(value)
        object.__setattr__(article, "raw", value)
        return article

    #: The record as it came, with what this package does not know.
    raw: typing.ClassVar[Mapping[str, Any]]

    @property
    def text(self) -> str:
        """The text that all positions are of."""
        return self.content.text  # type: ignore[attr-defined]

    def at(self, place: Union[Span, Placed, None]) -> Optional[str]:
        """The text at a place: a span, a mention, a time, an amount."""
        if place is None:
            return None
        span = place.span if isinstance(place, Placed) else Span(*place)
        return span.of(self.text)

    @property
    def entities_by_id(self) -> Mapping[str, Any]:
        return {entity.id: entity for entity in self.entities}  # type: ignore[attr-defined]

    def speaker(self, quote: Any) -> Optional[str]:
        """Who says it: the entity's name, else the words of the text."""
        entity = self.entities_by_id.get(quote.speaker)
        return entity.name if entity else self.at(quote.source)


@functools.lru_cache(maxsize=None)
def _fields(cls: type) -> tuple:
    """Of each field its name, its key in JSON and its type."""
    kinds = typing.get_type_hints(cls)
    names = (field.name for field in dataclasses.fields(cls))
    return tuple((name, name[:-1] if keyword.iskeyword(name[:-1]) else name, kinds[name]) for name in names)


def _load(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is Union:
        return _load(inner[0], value)
    if origin is list:
        return [_load(inner[0], one) for one in value]
    if origin is tuple:
        return tuple(value)
    if kind is Span:
        return Span(*value)
    if isinstance(kind, type) and issubclass(kind, Record):
        return kind.from_json(value)
    return value
