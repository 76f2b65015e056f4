//! copydesk stands beside a Kafka broker between the raw news feeds and everything that reads the news.
//! It consumes raw articles in whatever format they come, finds out what they say, and publishes one
//! enriched record for each.
//!
//! A message's way, and the folder it is in at each moment:
//!
//! ```text
//! Kafka input topic
//!    │  kafka/      consume · rebalance · pause · order · commit (or transaction)
//!    ▼
//!    engine/        one message's way through the next three; the order of what comes of it
//!    ├─ intake/     bytes → Article   decode/ · formats/ · html/ · wire/ · clean/
//!    ├─ stages/     Article → findings, one folder a stage, run as a graph on pipeline/'s threads
//!    └─ record/     findings → EnrichedArticle, the public contract
//!    ▼
//!    kafka/         publish · dead letters
//! Kafka output topic
//! ```
//!
//! Who may use whom (a folder uses those to its right and below, never in a circle):
//!
//! ```text
//! cli ─► kafka ─► engine ─► stages ─► intake ─► record ─► text
//!  │       │          └─────► memory ──────────────┘
//!  │       ├────► ops ────► config ──────┤
//!  │       └────► registry ─► config ────┘
//!  └ one file a subcommand             pipeline: threads, graph, deadlines; knows neither Kafka nor news
//! ```
//!
//! | folder | what is in it |
//! |---|---|
//! | [`cli`] | the command line, one file a subcommand; the only place that prints |
//! | [`config`] | raw settings → checked settings, every fault at once with file, line, key and cure |
//! | [`kafka`] | everything that knows rdkafka: one module for clients, the threads, order, commits, transactions, faults of the broker |
//! | [`engine`] | reads a message, runs the stages, puts records together, keeps them in order |
//! | [`intake`] | the readers: bytes → text, formats, pages, conventions of the wires, leftovers out |
//! | [`memory`] | what is known across articles: copies, edits, origins, stories; a function of a log of entries |
//! | [`stages`] | what is found in an article; [`stages::registry`] is the one list |
//! | [`pipeline`] | a fixed pool of threads, the graph of steps, deadlines, panics, calls that wait |
//! | [`record`] | the public contract: the types of a record, its schema, ninjs, Avro |
//! | [`registry`] | what is asked of a schema registry; records in its wire format |
//! | [`text`] | spans, code points, tokens, numbers, word lists: the coordinate system that all share |
//! | [`ops`] | log events, metrics, statistics, health: what an operator sees |
//! | [`guide`] | how to add a stage, a format, an event, an option, a language; glossary; changes of the contracts |
//!
//! Rules of the house:
//!
//! 1. **A stage is a function from what is already known to what it found.** It declares which findings it
//!    reads, and can read no others; [`stages::registry`] derives the order. It never sees Kafka, the clock
//!    or another stage's code. Work that waits for something outside gives a future and holds no thread.
//! 2. **Outcomes are explicit**: findings, `Skipped(reason)` or a typed error. A panic or a missed deadline
//!    costs one stage of one article. `in = out + dead-lettered + dropped on purpose + in flight`, always.
//! 3. **Language work runs on a fixed pool of threads**; tokio is for signals, timers, the health port and
//!    what waits. Never work on tokio's threads, never an unbounded channel.
//! 4. **Offsets are bytes inside and Unicode code points in the record**; [`record::Relocate`] converts once.
//! 5. **Data apart from code**: word lists, tables and models are files under `config/`, compiled in, with
//!    their origin in `NOTICE`; one loader, which fails with file and line.
//! 6. **Thresholds are named constants** that say what they separate and how they were set.
//! 7. **Errors are typed where a caller decides by their kind**; `anyhow` at the edges. No `unwrap` outside
//!    tests.
//! 8. **Everything is bounded**: bytes in flight, nesting, document size, time a stage, log rate. What
//!    happens past a bound is documented and tested.
//! 9. **The hot path decodes once, parses once and borrows**: no pattern compiled for an article, no
//!    string for a token, and time in proportion to the input, on hostile input too.
//! 10. **No hidden state**: what a worker must remember it finds in Kafka again, so that adding a worker is
//!     starting a process.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::print_stdout,
        clippy::disallowed_methods,
        reason = "a test that panics has failed, as it should; what it prints and holds ends with it"
    )
)]

pub mod cli;
pub mod config;
pub mod engine;
pub mod guide {
    #![doc = include_str!("guide/README.md")]

    pub mod changelog {
        #![doc = include_str!("guide/changelog.md")]
    }
    pub mod glossary {
        #![doc = include_str!("guide/glossary.md")]
    }
    pub mod names {
        #![doc = include_str!("guide/names.md")]
    }
    pub mod recipes {
        #![doc = include_str!("guide/recipes.md")]
    }
}
pub mod intake;
pub mod kafka;
pub mod memory;
pub mod ops;
pub mod pipeline;
pub mod record;
pub mod registry;
pub mod stages;
pub mod text;
