//! How fast text wires and RTF are read, conventions applied: bytes a second on one core.

use std::hint::black_box;
use std::ops::ControlFlow;

use copydesk::intake::{Hints, Settings, read};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Messages in one transmission.
const MESSAGES: usize = 200;
/// Paragraphs in a message: some 500 words, as agencies send them.
const PARAGRAPHS: usize = 12;

fn transmission(head: &str, paragraph: &str, tail: &str) -> String {
    let message = format!("{head}{}{tail}", paragraph.repeat(PARAGRAPHS));
    message.repeat(MESSAGES)
}

fn text_wires(c: &mut Criterion) {
    let settings = Settings::default();
    let hints = Hints::default();
    let iptc = transmission(
        "\u{1}wst0157 3 pl 41  dpa 0456\r\n\r\nBridges/Council/Westmere/\r\n\u{2}Westmere closes its old bridge for a year\r\nBy Jane Roe, dpa =\r\n\r\nWestmere (dpa) - ",
        "The council of Westmere voted on Monday to close the\r\nold bridge for a year of repairs, a decision that shops have fought\r\nsince the plan became known; traffic will be led round the harbour,\r\nwhere a second lane is to open by June, the mayor told reporters.\r\n\r\n",
        "\u{3}251037 GMT Sep 24\r\n\u{7f}\u{4}\r\n",
    );
    let anpa = transmission(
        "\u{16}\u{16}\u{1}a0573\u{1f}apnf-\r\nr a\u{13}\u{11} BC-Ferry  3Ld 12-04 0240\r\n\u{2}BC-Ferry Sinking,3rd Ld-Writethru,0240<\r\n^Ferry sinks off Westmere<\r\n^By JANE ROE=\r\n   WESTMERE (AP) _ ",
        "The ferry Anna sank on Monday off the harbour, and its\r\ncaptain said ``nobody was hurt'' in what he called a lucky end to\r\nthe day, while the mayor said 4,000 people used the line each week.\r\n   ",
        "\r\n\u{3}AP-WF-12-04-25 1012GMT<\r\n\u{4}",
    );
    // One document, as the format has no transmissions: as long as the others, with a paragraph a line.
    let paragraph = r"The council of Westmere voted on Monday to close the old bridge for {\b a year} of repairs, a decision that shops have fought since the plan became known\'97 \ldblquote nobody was asked\rdblquote , the mayor told reporters in \u268?\'f3d\'9f.\par ";
    let rtf = format!(
        r"{{\rtf1\ansi\ansicpg1252\deff0{{\fonttbl{{\f0 Arial;}}}}{{\info{{\title Westmere closes its old bridge for a year}}}}\pard {}}}",
        paragraph.repeat(MESSAGES * PARAGRAPHS)
    );
    let mut group = c.benchmark_group("text_wires");
    for (name, text, articles) in [
        ("iptc-7901", &iptc, MESSAGES),
        ("anpa-1312", &anpa, MESSAGES),
        ("rtf", &rtf, 1),
    ] {
        group.throughput(Throughput::BytesDecimal(text.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut drafts = 0;
                let result = read(black_box(text.as_bytes()), &hints, &settings, &mut |_| {
                    drafts += 1;
                    ControlFlow::Continue(())
                });
                assert!(result.is_ok() && drafts == articles);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, text_wires);
criterion_main!(benches);
