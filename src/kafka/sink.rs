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
use crate::config::{OnFailure, OnNotArticle, OutputKey};
use crate::engine::{Room, Sink};
use crate::intake::ReadError;
use crate::memory::RecordedLink;
use crate::ops::Event as _;
use crate::ops::events::{ArticleFailed, NotArticle};
use crate::record::{EnrichedArticle, ErrorCode, Genre, StageStatus};

/// Turns the records of one message into products for the publisher.
pub(super) struct KafkaSink {
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
    /// Why articles of the message are none, where these go to the dead letters.
    not_article: Option<String>,
    /// Whether there was too much to hold: nothing but its dead letter goes out.
    too_much: bool,
    /// Key of the article at hand, where it is remembered.
    article: Option<String>,
    /// Whether a record was let go of because the worker halts or the partition has gone: then the
    /// message has not finished, whatever the engine says, and comes again.
    given_up: bool,
}

/// Records of a message that are held as they are, in bytes; those that follow are held compressed. Most
/// messages have no more, and cost nothing.
const PLAIN_BYTES: usize = 1 << 20;

/// Records that are compressed together, in bytes: fewer have less in common.
const PACK_BYTES: usize = 256 << 10;

impl KafkaSink {
    pub(super) fn new(message: Arc<InFlightMessage>) -> Self {
        KafkaSink {
            message,
            last: None,
            held: Vec::new(),
            held_bytes: 0,
            unpacked: Vec::new(),
            published: 0,
            failed: 0,
            not_article: None,
            too_much: false,
            article: None,
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
        self.message.void();
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

    /// Says that a page is no article, and counts it.
    fn note_not_article(&self, record: &EnrichedArticle) {
        NotArticle {
            scope: self.message.scope(),
            action: self.message.context.not_article.name().into(),
            flags: record.quality.flags.clone(),
            url: record.url.clone(),
        }
        .emit();
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
        // Nothing comes of the article at hand that others could be copies of.
        if let (Some(key), Some(memory)) = (self.article.take(), &self.message.context.memory) {
            memory.void(key);
        }
        self.made(Product::DeadLetter(failure));
    }

    /// Passes the message on as it came: the way through the worker without any work on the article, to
    /// be measured.
    #[cfg(feature = "failpoints")]
    pub(super) fn relay(mut self: Box<Self>) {
        self.made(Product::Unread);
        self.done(Ok(()));
    }
}

/// Whether nothing more of a message counts: the worker halts, or the partition has gone.
fn is_void(message: &InFlightMessage) -> bool {
    message.context.stop.is_halted() || !message.epoch.is_current()
}

impl Sink for KafkaSink {
    fn record(&mut self, record: EnrichedArticle, link: Option<RecordedLink>) -> ControlFlow<()> {
        if is_void(&self.message) {
            self.given_up = true;
            return ControlFlow::Break(());
        }
        self.note_stages(&record);
        #[cfg(feature = "otlp")]
        self.message.traced(&record);
        self.article = link.as_ref().map(|link| link.key.clone());
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
        if record.genre == Some(Genre::NotArticle) {
            self.note_not_article(&record);
            match context.not_article {
                OnNotArticle::Publish => {}
                OnNotArticle::Drop => return ControlFlow::Continue(()),
                OnNotArticle::DeadLetter => {
                    let reasons = || record.quality.flags.join(", ");
                    self.not_article.get_or_insert_with(reasons);
                    return ControlFlow::Continue(());
                }
            }
        }
        let (value, sidecar) = match self.message.context.render(&record) {
            Ok(rendered) => rendered,
            Err(error) => {
                self.fail(ErrorCode::NotSerializable, "publish", format!("{error:#}"));
                return ControlFlow::Continue(());
            }
        };
        let bytes = value.len() + sidecar.as_ref().map_or(0, Vec::len);
        if bytes > context.most_bytes {
            let reason = format!("{bytes} bytes, the limit is {}", context.most_bytes);
            self.fail(ErrorCode::RecordTooLarge, "publish", reason);
            return ControlFlow::Continue(());
        }
        context.stats.made(&record);
        let wants_id = context.output_key == OutputKey::Id || context.cloudevents;
        let id = wants_id.then(|| record.id.into_bytes());
        let record = Parts { id, value, sidecar };
        if let Some(key) = self.article.take() {
            self.message.remembered(&key);
        }
        if !context.streams {
            self.hold(record)?;
        } else {
            self.published += 1;
            self.made(record.product(&context.budget));
        }
        if let Some(link) = link {
            let link = Product::Link(link);
            self.held_bytes += link.bytes();
            self.made(link);
        }
        ControlFlow::Continue(())
    }

    /// Holds a message with many records back while it is not its turn and memory is short.
    ///
    /// The message whose turn it is never waits here, and has a thread, as messages are started in their
    /// order, or waits for something outside, and then the threads that wait here give way: so somebody
    /// always goes on.
    fn full(&self) -> Option<Room> {
        let free = |message: &InFlightMessage| {
            !message.context.budget.is_full_by_bytes() || message.is_head() || is_void(message)
        };
        if !self.message.context.streams || self.published == 0 || free(&self.message) {
            return None;
        }
        let message = Arc::clone(&self.message);
        Some(Box::new(move |time| {
            message.context.budget.wait(time, || free(&message))
        }))
    }

    fn done(mut self: Box<Self>, result: Result<(), ReadError>) {
        if self.given_up {
            return;
        }
        // One letter has the whole message, whatever is wrong with it.
        match (result, self.not_article.take()) {
            _ if self.too_much => {}
            (Err(error), _) => self.fail(error.code, "read", error.to_string()),
            (Ok(()), Some(flags)) if self.failed == 0 => {
                let reason = format!("a page that is no article: {flags}");
                self.fail(ErrorCode::NotArticle, "read", reason);
            }
            (Ok(()), _) => {}
        }
        self.message.decided();
        let last = self.last();
        self.tell(PublisherMessage::Done(Arc::clone(&self.message), last));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Instant;

    use proptest::prelude::*;

    use super::*;
    use crate::config::{Delivery, Order, Settings};
    use crate::engine::Engine;
    use crate::engine::tests::awaiting::{Awaits, feed, with};
    use crate::engine::tests::{bare_record, pool_that_parks};
    use crate::intake;
    use crate::kafka::Exit;
    use crate::kafka::assignment::{Assignment, PartitionEpoch};
    use crate::kafka::headers::Headers;
    use crate::kafka::in_flight_message::Raw;
    use crate::kafka::key_queues::Release;
    use crate::kafka::message_metadata;
    use crate::kafka::publisher::SharedKeyQueues;
    use crate::kafka::shared::Shared;
    use crate::kafka::worker_context::WorkerContext;
    use crate::ops::Stats;
    use crate::pipeline::{Deadlines, Pool};

    /// What the publisher is told of a message whose record comes when the worker has been halted, or not.
    fn told(halted: bool) -> Vec<PublisherMessage> {
        let (mut sink, inbox) = sink(true, 1 << 20);
        if halted {
            let stop = &sink.message.context.stop;
            stop.halt(Exit::Publish, "a dead letter cannot be written");
        }
        let _ = sink.record(bare_record(), None);
        sink.done(Ok(()));
        inbox.try_iter().collect()
    }

    /// What the publisher is told of a message with so many records that go out together: how many of them,
    /// and the reasons of its dead letters.
    fn held(records: usize, most_bytes: usize) -> (usize, Vec<Failure>) {
        let (mut sink, inbox) = sink(false, most_bytes);
        let mut record = bare_record();
        for number in 0..records {
            record.id = number.to_string();
            if sink.record(record.clone(), None).is_break() {
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

    /// What messages of a worker with this engine share, and where the publisher's news come.
    fn context(
        engine: Engine,
        streams: bool,
        most_bytes: usize,
    ) -> (
        Arc<WorkerContext>,
        crossbeam_channel::Receiver<PublisherMessage>,
    ) {
        context_with(Settings::defaults().unwrap(), engine, streams, most_bytes)
    }

    fn context_with(
        mut settings: Settings,
        engine: Engine,
        streams: bool,
        most_bytes: usize,
    ) -> (
        Arc<WorkerContext>,
        crossbeam_channel::Receiver<PublisherMessage>,
    ) {
        settings.kafka.delivery = match streams {
            true => Delivery::AtLeastOnce,
            false => Delivery::ExactlyOnce,
        };
        settings.limits.output_bytes = 1 << 20;
        settings.limits.in_flight_bytes = most_bytes;
        let (shared, inbox, _) = Shared::new(settings, Arc::new(Stats::new([])), Arc::default());
        (Arc::new(WorkerContext::new(&shared, engine)), inbox)
    }

    fn raw(key: Option<Vec<u8>>, value: &str, offset: i64) -> Raw {
        Raw {
            key,
            value: Some(Arc::from(value.as_bytes())),
            headers: Headers::default(),
            timestamp: None,
            offset,
        }
    }

    fn sink(
        streams: bool,
        most_bytes: usize,
    ) -> (
        Box<KafkaSink>,
        crossbeam_channel::Receiver<PublisherMessage>,
    ) {
        sink_with(Settings::defaults().unwrap(), streams, most_bytes)
    }

    fn sink_with(
        settings: Settings,
        streams: bool,
        most_bytes: usize,
    ) -> (
        Box<KafkaSink>,
        crossbeam_channel::Receiver<PublisherMessage>,
    ) {
        let engine = Engine::with_stages(
            Vec::new(),
            intake::Settings::default(),
            Deadlines::default(),
        );
        let (context, inbox) = context_with(settings, engine.unwrap(), streams, most_bytes);
        let raw = raw(None, "Ferry sinks.", 7);
        let epoch = Assignment::default().add("news", 0);
        let seq = epoch.enter(raw.offset).unwrap().seq;
        let message =
            InFlightMessage::new(1, epoch, seq, Order::Key, raw, Instant::now(), &context);
        (Box::new(KafkaSink::new(message)), inbox)
    }

    /// Messages of one partition on their way through a pool and their queues, with the publisher's part done here.
    struct Worker {
        epoch: Arc<PartitionEpoch>,
        queues: SharedKeyQueues,
        inbox: crossbeam_channel::Receiver<PublisherMessage>,
        /// Numbers of the messages whose records went out, by queue.
        came: BTreeMap<u64, Vec<u64>>,
        finished: BTreeSet<i64>,
    }

    impl Worker {
        /// Takes the messages in, each a key and a document, and sends them on their way.
        fn take(
            messages: &[(u8, String)],
            (order, streams, most_bytes): (Order, bool, usize),
            engine: Engine,
            pool: &Pool,
        ) -> Self {
            let (context, inbox) = context(engine, streams, most_bytes);
            let epoch = Assignment::default().add("news", 0);
            epoch.note_beginning(None);
            let queues = SharedKeyQueues::default();
            for (offset, (key, document)) in (0..).zip(messages) {
                let raw = raw(Some(vec![*key]), document, offset);
                let seq = epoch.enter(offset).unwrap().seq;
                let (number, now) = (offset as u64 + 1, Instant::now());
                let epoch = Arc::clone(&epoch);
                let in_flight = InFlightMessage::new(number, epoch, seq, order, raw, now, &context);
                queues.enter(&in_flight);
                pool.submit(Box::new(move |pool| {
                    if in_flight.begin() {
                        let message = message_metadata::message(&in_flight).unwrap();
                        let engine = Arc::clone(&in_flight.context).engine.clone();
                        engine.work(pool, message, Box::new(KafkaSink::new(in_flight)));
                    }
                }));
            }
            Worker {
                epoch,
                queues,
                inbox,
                came: BTreeMap::new(),
                finished: BTreeSet::new(),
            }
        }

        /// Does what the publisher does with the next thing that is made.
        fn publish(&mut self) {
            let event = self.inbox.recv_timeout(Duration::from_secs(60));
            let mut released = Vec::new();
            self.queues
                .release(event.expect("nothing comes"), &mut released);
            for release in released {
                match release {
                    Release::Item(in_flight, _) => {
                        self.came
                            .entry(in_flight.queue)
                            .or_default()
                            .push(in_flight.number);
                    }
                    Release::Head(in_flight) => in_flight.set_head(),
                    Release::Finished(in_flight) => {
                        self.finished.insert(in_flight.raw.offset);
                        in_flight.close();
                    }
                }
            }
        }

        /// The first offset that has not finished.
        fn first_unfinished(&self) -> i64 {
            (0..)
                .find(|offset| !self.finished.contains(offset))
                .unwrap_or(0)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// With a stage that waits: whatever waits how long, each lane comes out in input order, no position is
        /// committed past a message that has not finished, and a partition that closes finishes what was begun.
        #[test]
        fn lanes_and_positions_hold_whatever_waits(
            messages in prop::collection::vec((0u8..4, 0u8..5, 0u64..12), 1..60),
            threads in 1usize..4,
            most in 1usize..20,
            order in prop::sample::select(vec![Order::Key, Order::Partition, Order::None]),
            streams in any::<bool>(),
            most_in_flight in prop::sample::select(vec![1, 1 << 24]),
            parked in prop::sample::select(vec![1, 30_000, 1 << 24]),
            close_after in prop::option::of(0usize..40),
        ) {
            let documents: Vec<(u8, String)> = messages
                .iter()
                .map(|(key, kind, ms)| {
                    let document = match kind {
                        0 => "plain".to_owned(),
                        1 | 2 => format!("w{ms}"),
                        3 => format!("w{ms} fail"),
                        _ => feed(&[format!("w{ms}"), "plain".into(), format!("w{ms} fail")]),
                    };
                    (*key, document)
                })
                .collect();
            // What goes out together must fit.
            let most_in_flight = if streams { most_in_flight } else { 1 << 24 };
            let pool = pool_that_parks(threads, 2, parked).0;
            let engine = with(Awaits::new(most), vec![], Deadlines::default());
            let mut worker = Worker::take(&documents, (order, streams, most_in_flight), engine, &pool);
            let count = documents.len();
            let epoch = Arc::clone(&worker.epoch);
            while worker.finished.len() < count {
                if close_after.is_some_and(|n| worker.finished.len() >= n) {
                    epoch.close();
                    if epoch.is_drained() {
                        break;
                    }
                }
                worker.publish();
                prop_assert_eq!(epoch.to_commit().unwrap_or(0), worker.first_unfinished());
            }
            prop_assert_eq!(epoch.begun(), 0);
            let done = worker.finished.len();
            prop_assert_eq!(worker.first_unfinished(), done as i64, "what is left comes last");
            let mut records = 0;
            for came in worker.came.values() {
                prop_assert!(came.is_sorted(), "{:?}", came);
                records += came.len();
            }
            let expected = messages[..done].iter().map(|(_, kind, _)| if *kind == 4 { 3 } else { 1 });
            prop_assert_eq!(records, expected.sum::<usize>());
        }
    }

    /// What goes out of a message with an article between two pages that are none: how many records, and the codes of
    /// its dead letters.
    fn sent(
        setting: OnNotArticle,
        streams: bool,
        end: Result<(), ReadError>,
    ) -> (usize, Vec<&'static str>) {
        let mut settings = Settings::defaults().unwrap();
        settings.not_article = setting;
        let (mut sink, inbox) = sink_with(settings, streams, 1 << 20);
        let none = EnrichedArticle {
            genre: Some(Genre::NotArticle),
            ..bare_record()
        };
        for record in [none.clone(), bare_record(), none] {
            assert!(sink.record(record, None).is_continue());
        }
        let message = Arc::clone(&sink.message);
        sink.done(end);
        let (mut records, mut letters) = (0, Vec::new());
        for event in inbox.try_iter() {
            match event {
                PublisherMessage::Made(_, product) | PublisherMessage::Done(_, Some(product)) => {
                    match product {
                        Product::DeadLetter(failure) => letters.push(failure.code),
                        product => records += product.records(),
                    }
                }
                PublisherMessage::Done(_, None) => {}
                _ => panic!("what is this?"),
            }
        }
        assert_eq!(message.dead_lettered("another"), letters.is_empty());
        (records, letters)
    }

    #[test]
    fn pages_that_are_no_article_go_where_the_configuration_says() {
        for streams in [true, false] {
            assert_eq!(sent(OnNotArticle::Publish, streams, Ok(())), (3, vec![]));
            assert_eq!(sent(OnNotArticle::Drop, streams, Ok(())), (1, vec![]));
            let letter = sent(OnNotArticle::DeadLetter, streams, Ok(()));
            assert_eq!(letter, (1, vec!["not-article"]), "one letter a message");
            let broken = || Err(ReadError::new(ErrorCode::Malformed, "it breaks off"));
            let letter = sent(OnNotArticle::DeadLetter, streams, broken());
            assert_eq!(letter, (1, vec!["malformed"]), "one letter a message");
        }
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
        let one = serde_json::to_vec(&bare_record()).unwrap().len();
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
