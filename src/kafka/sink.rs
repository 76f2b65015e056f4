//! Where the engine leaves what it makes of a message from Kafka.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use super::dead_letter::Failure;
use super::in_flight_budget::{InFlightBudget, Reservation};
use super::in_flight_message::InFlightMessage;
use super::packed::{Packed, Parts};
use super::producer::Product;
use super::publisher::PublisherMessage;
use crate::config::{OnFailure, OutputKey};
use crate::engine::Sink;
use crate::intake::ReadError;
use crate::ops::Event as _;
use crate::ops::events::ArticleFailed;
use crate::record::{EnrichedArticle, ErrorCode, StageStatus};

/// Turns the records of one message into products for the publisher.
pub struct KafkaSink {
    message: Arc<InFlightMessage>,
    /// What was made last. It goes out with the next, or with the news that there is none: most messages
    /// make one record, and tell the publisher once.
    last: Option<Product>,
    /// What was made and may not go out before the message is done with, and what it weighs.
    held: Vec<Product>,
    held_bytes: usize,
    /// The last records, to be packed with those that follow.
    unpacked: Vec<(Parts, Reservation)>,
    published: u64,
    failed: u64,
    /// Whether there was too much to hold: nothing but its dead letter goes out.
    too_much: bool,
    /// Whether a record was let go of because the worker halts or the partition has gone: then the
    /// message has not finished, whatever the engine says, and comes again.
    given_up: bool,
}

/// Records of a message that are held as they are, in bytes; those that follow are held compressed. Most
/// messages have no more, and cost nothing.
const PLAIN_BYTES: usize = 1 << 20;

/// Records that are compressed together, in bytes: fewer have less in common.
const PACK_BYTES: usize = 256 << 10;

/// How often a message that must wait for those before it looks whether it still should.
const WAIT: Duration = Duration::from_millis(100);

impl KafkaSink {
    pub fn new(message: Arc<InFlightMessage>) -> Self {
        KafkaSink {
            message,
            last: None,
            held: Vec::new(),
            held_bytes: 0,
            unpacked: Vec::new(),
            published: 0,
            failed: 0,
            too_much: false,
            given_up: false,
        }
    }

    fn made(&mut self, product: Product) {
        if !self.message.context.streams {
            self.held.push(product);
        } else if let Some(before) = self.last.replace(product) {
            self.tell(PublisherMessage::Made(Arc::clone(&self.message), before));
        }
    }

    /// Keeps a record until its message is done with. `Break`: there is too much of them.
    fn hold(&mut self, record: Parts) -> ControlFlow<()> {
        let budget = Arc::clone(&self.message.context.budget);
        self.published += 1;
        self.held_bytes += record.bytes();
        if self.held_bytes <= PLAIN_BYTES {
            self.held.push(record.product(&budget));
            return ControlFlow::Continue(());
        }
        let load = Reservation::new(record.bytes(), &budget);
        self.unpacked.push((record, load));
        let too_much = self.held_bytes > budget.most_bytes();
        if too_much || self.unpacked_bytes() >= PACK_BYTES {
            self.pack(&budget);
        }
        if self.held_bytes <= budget.most_bytes() {
            return ControlFlow::Continue(());
        }
        self.held.clear();
        self.held_bytes = 0;
        self.published = 0;
        self.too_much = true;
        let reason = format!(
            "its records weigh more than {} bytes even compressed, and go out together or not at all: raise \
             limits.in_flight_bytes, or send the document in parts",
            budget.most_bytes()
        );
        self.fail(ErrorCode::TooManyRecords, "publish", reason);
        ControlFlow::Break(())
    }

    fn unpacked_bytes(&self) -> usize {
        self.unpacked.iter().map(|(record, _)| record.bytes()).sum()
    }

    /// Compresses the last records.
    fn pack(&mut self, budget: &Arc<InFlightBudget>) {
        let bytes = self.unpacked_bytes();
        let records: Vec<Parts> = self.unpacked.drain(..).map(|(record, _)| record).collect();
        match Packed::new(&records, budget) {
            Ok(packed) => {
                self.held_bytes = self.held_bytes - bytes + packed.held();
                self.held.push(Product::Packed(packed));
            }
            Err(_) => {
                let plain = records.into_iter().map(|record| record.product(budget));
                self.held.extend(plain);
            }
        }
    }

    /// What is left to be told with the end of the message, when all else has been.
    fn last(&mut self) -> Option<Product> {
        let budget = Arc::clone(&self.message.context.budget);
        let rest = self.unpacked.drain(..);
        self.held
            .extend(rest.map(|(record, _)| record.product(&budget)));
        let held = self.held.pop();
        for product in std::mem::take(&mut self.held) {
            self.tell(PublisherMessage::Made(Arc::clone(&self.message), product));
        }
        held.or_else(|| self.last.take())
    }

    fn tell(&self, event: PublisherMessage) {
        // The publisher gone means that the worker halts; the message comes again.
        let _ = self.message.context.publisher.send(event);
    }

    /// Counts the stages' times, and says which failed.
    fn note_stages(&self, record: &EnrichedArticle) {
        for stage in &record.stages {
            let took = Duration::from_secs_f32((stage.ms / 1000.0).max(0.0));
            let error = match stage.status {
                StageStatus::Skipped => continue,
                StageStatus::Ok => None,
                StageStatus::Failed => Some(("failed", ErrorCode::StageFailed)),
                StageStatus::TimedOut => Some(("timed-out", ErrorCode::StageTimedOut)),
            };
            self.message.context.stats.stage(&stage.name, took);
            if let Some((kind, code)) = error {
                ArticleFailed {
                    scope: self.message.scope(),
                    stage: stage.name.clone(),
                    error_kind: kind.into(),
                    error_code: code.to_string(),
                    attempt: 1,
                    error: stage.error.clone(),
                }
                .emit();
            }
        }
    }

    fn fail(&mut self, code: ErrorCode, stage: &str, reason: String) {
        self.failed += 1;
        let code = code.as_str();
        let failure = Failure {
            code,
            stage: stage.to_owned(),
            reason,
            published: self.published,
        };
        self.message.dead_lettered(code);
        self.made(Product::DeadLetter(failure));
    }

    /// Passes the message on as it came: the way through the worker without any work on the article, to
    /// be measured.
    #[cfg(feature = "failpoints")]
    pub fn relay(mut self: Box<Self>) {
        self.made(Product::Unread);
        self.done(Ok(()));
    }

    /// Holds a message with many records back while it is not its turn and memory is short.
    ///
    /// The message whose turn it is never waits here, and has a thread, as messages are started in
    /// their order: so somebody always goes on.
    fn wait_for_room(&self) -> ControlFlow<()> {
        let context = &self.message.context;
        let free = || {
            !context.budget.is_full_by_bytes()
                || (context.streams && self.message.is_head())
                || context.stop.is_halted()
                || !self.message.epoch.is_current()
        };
        while context.streams && self.published > 0 && !context.budget.wait(WAIT, free) {}
        if context.stop.is_halted() || !self.message.epoch.is_current() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

impl Sink for KafkaSink {
    fn record(&mut self, record: EnrichedArticle) -> ControlFlow<()> {
        if self.wait_for_room().is_break() {
            self.given_up = true;
            return ControlFlow::Break(());
        }
        self.note_stages(&record);
        let context = Arc::clone(&self.message.context);
        let broken = record
            .stages
            .iter()
            .find(|s| matches!(s.status, StageStatus::Failed | StageStatus::TimedOut));
        if let (OnFailure::DeadLetter, Some(stage)) = (context.on_failure, broken) {
            let code = match stage.status {
                StageStatus::TimedOut => ErrorCode::StageTimedOut,
                _ => ErrorCode::StageFailed,
            };
            let reason = stage.error.clone().unwrap_or_default();
            self.fail(code, &stage.name.clone(), reason);
            return ControlFlow::Continue(());
        }
        let (value, sidecar) = match self.message.context.render(&record) {
            Ok(rendered) => rendered,
            Err(error) => {
                self.fail(ErrorCode::NotSerializable, "publish", error.to_string());
                return ControlFlow::Continue(());
            }
        };
        let bytes = value.len() + sidecar.as_ref().map_or(0, Vec::len);
        if bytes > context.most_bytes {
            let reason = format!("{bytes} bytes, the limit is {}", context.most_bytes);
            self.fail(ErrorCode::RecordTooLarge, "publish", reason);
            return ControlFlow::Continue(());
        }
        let key = (context.output_key == OutputKey::Id).then(|| record.id.into_bytes());
        let record = Parts {
            key,
            value,
            sidecar,
        };
        if !context.streams {
            return self.hold(record);
        }
        self.published += 1;
        self.made(record.product(&context.budget));
        ControlFlow::Continue(())
    }

    fn done(mut self: Box<Self>, result: Result<(), ReadError>) {
        if self.given_up {
            return;
        }
        if let Err(error) = result
            && !self.too_much
        {
            self.fail(error.code, "read", error.to_string());
        }
        let last = self.last();
        self.tell(PublisherMessage::Done(Arc::clone(&self.message), last));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::config::{Delivery, Order, Settings};
    use crate::engine::Engine;
    use crate::intake::{self, Hints};
    use crate::kafka::Exit;
    use crate::kafka::assignment::Assignment;
    use crate::kafka::headers::Headers;
    use crate::kafka::in_flight_message::Raw;
    use crate::kafka::shared::Shared;
    use crate::kafka::worker_context::WorkerContext;
    use crate::ops::Stats;
    use crate::pipeline::Deadlines;
    use crate::record::Ingest;

    fn record() -> EnrichedArticle {
        let engine = Engine::with_stages(
            Vec::new(),
            intake::Settings::default(),
            Deadlines::default(),
        );
        let mut made = None;
        let (hints, ingest) = (Hints::default(), Ingest::default());
        engine
            .unwrap()
            .enrich(b"Ferry sinks.", &hints, &ingest, &mut |record| {
                made = Some(record);
                ControlFlow::Continue(())
            })
            .unwrap();
        made.unwrap()
    }

    /// What the publisher is told of a message whose record comes when the worker has been halted, or not.
    fn told(halted: bool) -> Vec<PublisherMessage> {
        let (mut sink, inbox) = sink(true, 1 << 20);
        if halted {
            let stop = &sink.message.context.stop;
            stop.halt(Exit::Publish, "a dead letter cannot be written");
        }
        let _ = sink.record(record());
        sink.done(Ok(()));
        inbox.try_iter().collect()
    }

    /// What the publisher is told of a message with so many records that go out together: how many of them,
    /// and the reasons of its dead letters.
    fn held(records: usize, most_bytes: usize) -> (usize, Vec<Failure>) {
        let (mut sink, inbox) = sink(false, most_bytes);
        let mut record = record();
        for number in 0..records {
            record.id = number.to_string();
            if sink.record(record.clone()).is_break() {
                break;
            }
        }
        assert!(sink.message.context.budget.bytes() <= most_bytes + (1 << 20));
        assert!(inbox.is_empty(), "nothing before the end");
        sink.done(Ok(()));
        let mut ids = Vec::new();
        let mut failures = Vec::new();
        for event in inbox.try_iter() {
            let product = match event {
                PublisherMessage::Made(_, product) | PublisherMessage::Done(_, Some(product)) => {
                    product
                }
                _ => panic!("what is this?"),
            };
            let values = match product {
                Product::Record { value, .. } => vec![value],
                Product::Packed(packed) => {
                    let records = packed.unpack().unwrap().into_iter();
                    records.map(|record| record.value).collect()
                }
                Product::DeadLetter(failure) => {
                    failures.push(failure);
                    continue;
                }
                _ => panic!("what is this?"),
            };
            ids.extend(values.iter().map(|value| {
                let record: EnrichedArticle = serde_json::from_slice(value).unwrap();
                record.id
            }));
        }
        assert!(
            ids.iter()
                .eq(&(0..ids.len()).map(|n| n.to_string()).collect::<Vec<_>>())
        );
        (ids.len(), failures)
    }

    fn sink(
        streams: bool,
        most_bytes: usize,
    ) -> (
        Box<KafkaSink>,
        crossbeam_channel::Receiver<PublisherMessage>,
    ) {
        let mut settings = Settings::defaults().unwrap();
        settings.kafka.delivery = match streams {
            true => Delivery::AtLeastOnce,
            false => Delivery::ExactlyOnce,
        };
        settings.limits.output_bytes = 1 << 20;
        settings.limits.in_flight_bytes = most_bytes;
        let (shared, inbox, _) = Shared::new(settings, Arc::new(Stats::new([])), Arc::default());
        let engine = Engine::with_stages(
            Vec::new(),
            intake::Settings::default(),
            Deadlines::default(),
        );
        let context = WorkerContext::new(&shared, engine.unwrap());
        let raw = Raw {
            key: None,
            value: Some(Arc::from(&b"Ferry sinks."[..])),
            headers: Headers::default(),
            timestamp: None,
            offset: 7,
        };
        let epoch = Assignment::default().add("news", 0);
        let seq = epoch.enter(raw.offset).unwrap().seq;
        let (now, context) = (Instant::now(), Arc::new(context));
        let message = InFlightMessage::new(1, epoch, seq, Order::Key, raw, now, &context);
        (Box::new(KafkaSink::new(message)), inbox)
    }

    #[test]
    fn a_message_whose_record_was_let_go_of_has_not_finished() {
        assert!(matches!(
            told(false)[..],
            [PublisherMessage::Done(_, Some(Product::Record { .. }))]
        ));
        assert!(told(true).is_empty());
    }

    #[test]
    fn records_that_go_out_together_are_all_there_or_none_is() {
        let one = serde_json::to_vec(&record()).unwrap().len();
        // Some 20 MB in 8 MiB.
        let many = 20_000_000 / one;
        assert_eq!(held(1, 8 << 20), (1, Vec::new()));
        assert_eq!(held(many, 8 << 20), (many, Vec::new()));
        let (records, failures) = held(many, 1 << 20);
        assert_eq!(records, 0);
        let [
            Failure {
                code,
                published,
                reason,
                ..
            },
        ] = &failures[..]
        else {
            panic!("{failures:?}");
        };
        assert_eq!((*code, *published), ("too-many-records", 0));
        assert!(reason.contains("limits.in_flight_bytes"), "{reason}");
    }
}
