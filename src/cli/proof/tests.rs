use super::*;
use crate::text::Span;

/// The records of a document with what it was decoded to.
fn records(document: &str, hints: &Hints) -> Vec<(EnrichedArticle, SharedText)> {
    let engine = Engine::configured(&Settings::defaults().unwrap()).unwrap();
    let mut records = Vec::new();
    engine
        .enrich(
            document.as_bytes(),
            hints,
            &Ingest::default(),
            &mut |record| {
                records.push(record);
                ControlFlow::Continue(())
            },
        )
        .unwrap();
    let raw = engine.decoded(document.as_bytes(), hints).unwrap();
    assert_eq!(records.len(), raw.len());
    records.into_iter().zip(raw).collect()
}

const ARTICLE: &str = "<html><head><title>Ferry strike ends</title></head><body><nav>Home</nav><article>\
    <h1>Ferry strike ends</h1><p>LONDON — Mayor Anna Berg said on Thursday that the city would pay $100 million for new \
    boats. “We have waited for decades,” she said.</p><p>The strike in <b>Oslo</b> began three days ago &amp; cost \
    the port 40 percent of its trade.</p></article></body></html>";

fn published() -> Hints {
    Hints {
        content_type: Some("text/html".into()),
        published_at: Some("2026-03-04".into()),
        ..Hints::default()
    }
}

#[test]
fn what_was_found_stands_on_the_page_in_words() {
    let all = records(ARTICLE, &published());
    let (record, raw) = &all[0];
    let page = page(record, Some(raw));
    for there in [
        "<title>Ferry strike ends</title>",
        "100 million USD",
        "some decades",
        "Anna Berg",
        "data-i=\"q0\"",
        "id=\"raw\"",
        "2026-03-04 (to the day, from header)",
        "class=\"pill usable\"",
    ] {
        assert!(page.contains(there), "{there} is not on the page:\n{page}");
    }
    for never in ["PXDE", "100000000.0 USD", "style=\"", "onclick"] {
        let shown = page.split("<script").next().unwrap();
        assert!(!shown.contains(never), "{never}");
    }
}

/// The text of the page's marked runs, by their pointers, without tags.
fn marked<'p>(part: &'p str, pointer: &str) -> Vec<&'p str> {
    let runs = part.split("<span ").skip(1).filter_map(|run| {
        let (tag, rest) = run.split_once('>')?;
        let items = tag.split("data-i=\"").nth(1)?.split('"').next()?;
        let text = rest.split("</span>").next()?;
        items.split(' ').any(|i| i == pointer).then_some(text)
    });
    runs.collect()
}

#[test]
fn the_same_words_are_marked_in_the_text_and_as_received() {
    let all = records(ARTICLE, &published());
    let (record, raw) = &all[0];
    let page = page(record, Some(raw));
    let (text, received) = page.split_once("id=\"raw\"").unwrap();
    let article = text
        .split("<article")
        .nth(1)
        .unwrap()
        .split("</article>")
        .next()
        .unwrap();
    let oslo = record
        .entities
        .iter()
        .position(|e| e.name == "Oslo")
        .expect("Oslo is found");
    let pointer = pointer("entities", oslo);
    assert_eq!(marked(article, &pointer), ["Oslo"]);
    assert_eq!(marked(received, &pointer), ["Oslo"]);
    assert!(
        received.contains("&lt;b&gt;<span"),
        "the document's own tags are shown as text"
    );
}

#[test]
fn hostile_text_stays_text() {
    let evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \u{202e}evil\u{0}";
    let mut all = records(ARTICLE, &published());
    let (record, _) = &mut all[0];
    record.headline = Some(evil.to_owned());
    record.content.text = format!("{evil}\n{}", record.content.text);
    record.entities[0].name = evil.to_owned();
    record.entities[0].id = evil.to_owned();
    record.url = Some("javascript:alert(3)".into());
    record.language.as_mut().unwrap().code = "\"><script>".into();
    record.quality.flags = vec![evil.to_owned()];
    let page = page(record, Some(evil));
    assert!(
        !page.contains("<img") && !page.contains("<script>alert"),
        "{page}"
    );
    assert!(!page.contains("href=\"javascript") && !page.contains('\0'));
    assert_eq!(
        page.matches("</script>").count(),
        2,
        "the items and the script end, nothing else does"
    );
}

#[test]
fn spans_that_fit_no_text_cost_nothing() {
    let mut all = records(ARTICLE, &published());
    let (record, raw) = &mut all[0];
    let far = Span {
        start: 5,
        end: u32::MAX,
    };
    record.summary = vec![far, Span { start: 9, end: 3 }];
    record.content.blocks[0].end = u32::MAX;
    record.quotes[0].content = far;
    record
        .removed
        .iter_mut()
        .for_each(|removed| removed.raw = Some(far));
    for segment in &mut record.content.segments {
        segment.1 = segment.1.saturating_add(u32::MAX - 10);
    }
    assert!(page(record, Some(raw)).ends_with("</html>"));
    record.content.blocks.clear();
    assert!(page(record, None).contains("Mayor"));
}

#[test]
fn records_are_told_from_articles() {
    let all = records(ARTICLE, &published());
    let line = serde_json::to_string(&all[0].0).unwrap();
    let of = |text: &str| {
        records_of(text.as_bytes(), 1 << 20).map(|all| (all.len(), all.iter().all(Result::is_ok)))
    };
    assert_eq!(of(&line), Some((1, true)));
    assert_eq!(of(&format!("{line}\n{line}\n")), Some((2, true)));
    assert_eq!(
        of(&serde_json::to_string_pretty(&all[0].0).unwrap()),
        Some((1, true))
    );
    assert_eq!(
        of(&format!("{line}\n{{\"schema\": 1}}\n")),
        Some((2, false))
    );
    assert_eq!(of("{\"schema\": \"other/1\"}"), None);
    assert_eq!(of(ARTICLE), None);
    assert_eq!(of(""), None);
}

#[test]
fn an_article_of_several_finds_its_own_document() {
    let mail = |n: u32| {
        format!("From: a@b.example\nSubject: Story {n}\n\nThe boat number {n} sank off Oslo.\n")
    };
    let feed = "<rss version=\"2.0\"><channel><title>F</title><item><title>One</title><guid>1</guid><description>Boat \
                one.</description></item><item><title>Two</title><guid>2</guid><description>Boat two.</description>\
                </item></channel></rss>";
    let engine = Engine::configured(&Settings::defaults().unwrap()).unwrap();
    let all = records(feed, &Hints::default());
    assert_eq!(all.len(), 2);
    let found = decoded_for(&engine, &all[1].0, feed.as_bytes(), &Hints::default()).unwrap();
    assert_eq!(found.as_deref(), Some(feed));
    let one = records(&mail(1), &Hints::default());
    let found = decoded_for(&engine, &one[0].0, mail(1).as_bytes(), &Hints::default()).unwrap();
    assert!(found.is_some());
}

/// On the embedded broker: the record is taken from its place, and the article it was made of from where it came from.
#[test]
fn a_record_of_a_topic_has_the_article_as_received() {
    use rdkafka::message::{Header, OwnedHeaders};
    use rdkafka::mocking::MockCluster;
    use rdkafka::producer::{BaseRecord, Producer};

    use crate::cli::topic::BROKER_TIMEOUT;
    use crate::kafka::client::operator::{self, ErrorCollector};

    let cluster = MockCluster::new(1).unwrap();
    for topic in ["news.raw", "news.enriched"] {
        cluster.create_topic(topic, 1, 1).unwrap();
    }
    let settings = crate::cli::demo::settings(&cluster.bootstrap_servers()).unwrap();
    let owner = ErrorCollector::new(&settings.kafka.security);
    let producer = operator::producer(&settings, owner).unwrap();
    let (mut record, raw) = records(ARTICLE, &published()).remove(0);
    record.ingest.topic = Some("news.raw".into());
    (record.ingest.partition, record.ingest.offset) = (Some(0), Some(0));
    let kind = OwnedHeaders::new().insert(Header {
        key: "content-type",
        value: Some("text/html"),
    });
    let bytes = serde_json::to_vec(&record).unwrap();
    for (topic, value) in [("news.raw", ARTICLE.as_bytes()), ("news.enriched", &bytes)] {
        let message = BaseRecord::<str, [u8]>::to(topic)
            .partition(0)
            .headers(kind.clone())
            .payload(value);
        producer.send(message).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(BROKER_TIMEOUT).unwrap();
    let engine = Engine::configured(&settings).unwrap();
    let (found, received) = of_topic(&settings, &engine, "news.enriched", (0, 0)).unwrap();
    assert_eq!(
        (found.id, received.unwrap().as_deref()),
        (record.id.clone(), Some(&*raw))
    );
    let none = of_topic(&settings, &engine, "news.enriched", (0, 7));
    assert!(none.is_err(), "there is no such record");

    // Without its article the record has its page all the same.
    record.ingest.offset = Some(99);
    let bytes = serde_json::to_vec(&record).unwrap();
    let message = BaseRecord::<str, [u8]>::to("news.enriched")
        .partition(0)
        .payload(&bytes);
    producer.send(message).map_err(|(error, _)| error).unwrap();
    producer.flush(BROKER_TIMEOUT).unwrap();
    let (_, received) = of_topic(&settings, &engine, "news.enriched", (0, 1)).unwrap();
    assert!(received.is_err());
}
