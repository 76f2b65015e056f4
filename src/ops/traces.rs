//! Traces of articles, sent to an OpenTelemetry collector (OTLP over HTTP, protobuf).
//!
//! Each article has a span from the taking of its message to its end, and under it one for each stage that ran. The span
//! belongs to the trace of the message's `traceparent`, as the log's `trace_id` does; without one the article begins a
//! trace of its own. Names and attributes are those of
//! <https://opentelemetry.io/docs/specs/semconv/messaging/kafka/>, beside them the record's own under `copydesk.`.
//!
//! Nothing waits for the collector: spans wait in a bounded queue, and are dropped when that is full.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Span, SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider,
};

use super::build::BUILD;
use super::events::{Event as _, TracesNotSent};
use crate::config::{Settings, Traces as Wanted};
use crate::record::{EnrichedArticle, StageReport, StageStatus};

/// Where the spans of articles go.
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    group: String,
}

/// What is told of a message.
#[derive(Debug)]
pub struct MessageSpan<'a> {
    pub topic: &'a str,
    pub partition: i32,
    pub offset: i64,
    pub key: Option<&'a [u8]>,
    pub traceparent: Option<&'a str>,
    pub tracestate: Option<&'a str>,
    /// When it was taken, and when it was done with.
    pub began: SystemTime,
    pub ended: SystemTime,
    /// Code of its dead letter, if there is one.
    pub error_code: Option<&'a str>,
}

/// What is told of an article.
#[derive(Debug)]
pub struct ArticleSpan {
    attributes: Vec<KeyValue>,
    stages: Vec<StageReport>,
}

/// Spans that wait for the collector: those of a thousand articles or so.
const QUEUE: usize = 16_384;

/// Spans in one request.
const BATCH: usize = 2_048;

/// How long spans wait for others.
const DELAY: Duration = Duration::from_secs(1);

/// Longest wait for the collector's answer, and at the worker's end for the last spans.
const ANSWER: Duration = Duration::from_secs(5);

/// Characters of a stage's error that are sent.
const ERROR: usize = 200;

impl Traces {
    /// Starts the thread that sends.
    ///
    /// # Errors
    /// When the address is none.
    pub fn start(wanted: &Wanted, settings: &Settings) -> anyhow::Result<Self> {
        let client = reqwest::blocking::Client::builder()
            .timeout(ANSWER)
            .build()?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(&wanted.endpoint)
            .with_timeout(ANSWER)
            .with_http_client(Client(client))
            .build()?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(QUEUE)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(DELAY)
            .build();
        let processor = BatchSpanProcessor::builder(exporter)
            .with_batch_config(batches)
            .build();
        let ratio = Sampler::TraceIdRatioBased(wanted.ratio);
        let resource = Resource::builder_empty().with_attributes([
            KeyValue::new("service.name", "copydesk"),
            KeyValue::new("service.version", BUILD.version),
            KeyValue::new("service.instance.id", settings.kafka.instance.to_string()),
        ]);
        let provider = SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_sampler(Sampler::ParentBased(Box::new(ratio)))
            .with_resource(resource.build())
            .build();
        Ok(Traces {
            tracer: provider.tracer("copydesk"),
            provider,
            group: settings.kafka.group.to_string(),
        })
    }

    /// Sends a span for each article of a message, or one for a message without any.
    pub fn message(&self, message: &MessageSpan<'_>, articles: &[ArticleSpan]) {
        let parent = TraceContextPropagator::new().extract(message);
        if articles.is_empty() {
            self.article(message, &parent, None);
        }
        for article in articles {
            self.article(message, &parent, Some(article));
        }
    }

    fn article(&self, message: &MessageSpan<'_>, parent: &Context, article: Option<&ArticleSpan>) {
        let mut attributes = vec![
            KeyValue::new("messaging.system", "kafka"),
            KeyValue::new("messaging.operation.type", "process"),
            KeyValue::new("messaging.operation.name", "process"),
            KeyValue::new("messaging.consumer.group.name", self.group.clone()),
            KeyValue::new("messaging.destination.name", message.topic.to_owned()),
            KeyValue::new(
                "messaging.destination.partition.id",
                message.partition.to_string(),
            ),
            KeyValue::new("messaging.kafka.offset", message.offset),
        ];
        if let Some(key) = message.key {
            let key = String::from_utf8_lossy(key).into_owned();
            attributes.push(KeyValue::new("messaging.kafka.message.key", key));
        }
        let found = article.map(|article| article.attributes.clone());
        attributes.extend(found.unwrap_or_default());
        let code = message.error_code.map(str::to_owned);
        attributes.extend(code.map(|code| KeyValue::new("error.type", code)));
        let span = self
            .tracer
            .span_builder(format!("process {}", message.topic))
            .with_kind(SpanKind::Consumer)
            .with_start_time(message.began)
            .with_attributes(attributes)
            .start_with_context(&self.tracer, parent);
        let context = parent.with_span(span);
        if !context.span().is_recording() {
            return;
        }
        for stage in article.iter().flat_map(|article| &article.stages) {
            self.stage(stage, &context);
        }
        if let Some(code) = message.error_code {
            context.span().set_status(Status::error(code.to_owned()));
        }
        context.span().end_with_timestamp(message.ended);
    }

    fn stage(&self, stage: &StageReport, article: &Context) {
        let Some(began) = stage.began else { return };
        let status = match stage.status {
            StageStatus::Skipped => return,
            StageStatus::Ok => "ok",
            StageStatus::Failed => "failed",
            StageStatus::TimedOut => "timed-out",
        };
        let mut span = self
            .tracer
            .span_builder(format!("stage {}", stage.name))
            .with_start_time(began)
            .with_attributes([
                KeyValue::new("copydesk.stage", stage.name.clone()),
                KeyValue::new("copydesk.stage.status", status),
            ])
            .start_with_context(&self.tracer, article);
        if stage.status != StageStatus::Ok {
            let error = stage.error.as_deref().unwrap_or(status);
            span.set_status(Status::error(error.chars().take(ERROR).collect::<String>()));
        }
        let took = Duration::from_secs_f32((stage.ms / 1000.0).max(0.0));
        span.end_with_timestamp(began + took);
    }

    /// Sends what waits, as far as the collector takes it in time.
    pub fn stop(&self) {
        // What does not go out has been told by the client.
        let _ = self.provider.shutdown_with_timeout(ANSWER);
    }
}

impl ArticleSpan {
    pub fn of(record: &EnrichedArticle) -> Self {
        let mut attributes = vec![
            KeyValue::new("copydesk.article.id", record.id.clone()),
            KeyValue::new("copydesk.format", record.ingest.format.clone()),
            KeyValue::new("copydesk.status", record.status.as_str()),
            KeyValue::new("copydesk.words", i64::from(record.content.words)),
        ];
        let language = record.language.as_ref().map(|l| l.code.clone());
        attributes.extend(language.map(|code| KeyValue::new("copydesk.language", code)));
        ArticleSpan {
            attributes,
            stages: record.stages.clone(),
        }
    }
}

impl Extractor for MessageSpan<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => self.traceparent,
            "tracestate" => self.tracestate,
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

/// The way to the collector. It blocks the thread that sends, which has nothing else to do.
#[derive(Debug)]
struct Client(reqwest::blocking::Client);

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = self.send(request);
        let error = match &sent {
            Ok(answer) if answer.status().is_success() => return Ok(sent?),
            Ok(answer) => format!("the collector answers {}", answer.status()),
            Err(error) => format!("{error:#}"),
        };
        TracesNotSent { error }.emit();
        Ok(sent?)
    }
}

impl Client {
    fn send(&self, request: Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
        let answer = self.0.execute(request.try_into()?)?;
        let status = answer.status();
        let mut response = Response::new(answer.bytes()?);
        *response.status_mut() = status;
        Ok(response)
    }
}
