"""Follows the output topic: JSON or Avro, with or without a schema registry.

    pip install './deploy/python[kafka]'
    python follow.py localhost:9092 news.enriched
    python follow.py localhost:9092 news.enriched http://localhost:8081
"""

import sys
from typing import Callable, Optional

from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer

from copydesk_records import EnrichedArticle, loads


def decoder(registry: Optional[str]) -> Callable[[bytes], EnrichedArticle]:
    """Makes records of values, by the content-type of each."""
    avro = AvroDeserializer(SchemaRegistryClient({"url": registry})) if registry else None

    def decode(value: bytes, content_type: str) -> EnrichedArticle:
        if content_type != "application/vnd.confluent.avro":
            return loads(value)
        if avro is None:
            raise SystemExit("the records are Avro: name the schema registry as the third argument")
        return EnrichedArticle.from_json(avro(value, None))

    return decode


def main(brokers: str, topic: str, registry: Optional[str] = None) -> None:
    decode = decoder(registry)
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": f"copydesk-follow-{topic}",
            "auto.offset.reset": "earliest",
            # of exactly-once delivery only what is committed
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe([topic])
    while True:
        message = consumer.poll(1.0)
        if message is None or message.error() or message.value() is None:
            continue
        headers = dict(message.headers() or [])
        article = decode(message.value(), headers.get("content-type", b"").decode())
        print(f"{message.partition()}@{message.offset()} {article.status} {article.headline}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
