//! What a record says of stretches of the text, as runs to which the same is said throughout.

use std::iter::Peekable;
use std::slice;

use super::pointer;
use crate::cli::words;
use crate::record::{EnrichedArticle, MentionKind, QuoteType, name_of};
use crate::text::Span;

/// A layer of the page: its letter in classes, its name, what of the record is in it. Keys 1 to 6 show and hide them.
pub(super) const LAYERS: [(&str, &str); 6] = [
    ("e", "entities"),
    ("q", "quotations"),
    ("u", "cues"),
    ("t", "times"),
    ("a", "amounts"),
    ("v", "events"),
];

/// Most items that one character stands in. Beyond, a record is no work of the stages but made to be slow.
const DEEPEST: usize = 16;

/// Something that the record says of a stretch of text.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// In code points.
    pub span: Span,
    /// The letter of its layer and more classes: `e place nominal`.
    pub classes: String,
    /// Where the record says it: `e3` is `entities/3`.
    pub item: String,
    /// What stands behind it, in small.
    pub value: Option<String>,
}

/// A stretch of text of which the same is said throughout.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// In code points.
    pub span: Span,
    /// The classes of all marks; of two in one layer, those of the shorter.
    pub classes: String,
    /// Pointers to the record's items, separated by spaces.
    pub items: String,
    /// What the marks that end here say in small.
    pub values: Vec<String>,
}

/// All marks of a record, by where they begin, the longer first.
pub(super) fn marks(record: &EnrichedArticle) -> Vec<Mark> {
    let mut all = Vec::new();
    let mut add = |span, classes: String, item, value| {
        all.push(Mark {
            span,
            classes,
            item,
            value,
        });
    };
    for (n, entity) in record.entities.iter().enumerate() {
        for mention in &entity.mentions {
            let mut classes = format!("e {}", name_of(entity.kind));
            if mention.kind != MentionKind::Name {
                classes = format!("{classes} {}", name_of(mention.kind));
            }
            add(mention.span(), classes, pointer("entities", n), None);
        }
    }
    for (n, quote) in record.quotes.iter().enumerate() {
        let indirect = if quote.kind == QuoteType::Indirect {
            "q indirect"
        } else {
            "q"
        };
        add(quote.content, indirect.into(), pointer("quotes", n), None);
        if let Some(cue) = quote.cue {
            add(cue, "u".into(), pointer("quotes", n), None);
        }
    }
    for (n, time) in record.times.iter().enumerate() {
        let span = Span {
            start: time.start,
            end: time.end,
        };
        add(span, "t".into(), pointer("times", n), words::time(time));
    }
    for (n, amount) in record.amounts.iter().enumerate() {
        let span = Span {
            start: amount.start,
            end: amount.end,
        };
        add(span, "a".into(), pointer("amounts", n), None);
    }
    for (n, event) in record.events.iter().enumerate() {
        add(event.trigger, "v".into(), pointer("events", n), None);
    }
    all.retain(|mark| mark.span.start < mark.span.end);
    sort(&mut all);
    all
}

pub(super) fn sort(marks: &mut [Mark]) {
    marks.sort_by_key(|mark| (mark.span.start, std::cmp::Reverse(mark.span.end)));
}

/// Makes runs of sorted marks, once through the text.
pub(super) struct Sweep<'m> {
    coming: Peekable<slice::Iter<'m, Mark>>,
    /// Those that have begun and have not ended.
    open: Vec<&'m Mark>,
}

impl<'m> Sweep<'m> {
    pub(super) fn new(marks: &'m [Mark]) -> Self {
        Sweep {
            coming: marks.iter().peekable(),
            open: Vec::new(),
        }
    }

    /// The runs of `within`, without gaps. To be asked for one stretch after the other, in their order.
    pub(super) fn runs(&mut self, within: Span) -> Vec<Run> {
        let mut out = Vec::new();
        let mut at = within.start;
        while at < within.end {
            self.open.retain(|mark| mark.span.end > at);
            while let Some(mark) = self.coming.next_if(|mark| mark.span.start <= at) {
                if mark.span.end > at && self.open.len() < DEEPEST {
                    self.open.push(mark);
                }
            }
            let ends = self.open.iter().map(|mark| mark.span.end);
            let begins = self.coming.peek().map(|mark| mark.span.start);
            let end = ends.chain(begins).fold(within.end, u32::min);
            out.push(run(&self.open, Span { start: at, end }));
            at = end;
        }
        out
    }
}

fn run(open: &[&Mark], span: Span) -> Run {
    let mut shortest: Vec<&Mark> = open.to_vec();
    shortest.sort_by_key(|mark| mark.span.len());
    let mut classes: Vec<&str> = Vec::new();
    for (layer, _) in LAYERS.iter().chain([&("x", "removed")]) {
        let of_layer = |mark: &&&Mark| mark.classes.split(' ').next() == Some(*layer);
        classes.extend(
            shortest
                .iter()
                .find(of_layer)
                .map(|mark| mark.classes.as_str()),
        );
    }
    let mut items: Vec<&str> = Vec::new();
    for mark in open {
        if !items.contains(&mark.item.as_str()) {
            items.push(&mark.item);
        }
    }
    let ending = open.iter().filter(|mark| mark.span.end == span.end);
    Run {
        span,
        classes: classes.join(" "),
        items: items.join(" "),
        values: ending.filter_map(|mark| mark.value.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(start: u32, end: u32, classes: &str, item: &str) -> Mark {
        Mark {
            span: Span { start, end },
            classes: classes.into(),
            item: item.into(),
            value: (classes == "t").then(|| format!("till {end}")),
        }
    }

    fn told(marks: &[Mark], start: u32, end: u32) -> Vec<(u32, u32, String, String, String)> {
        let runs = Sweep::new(marks).runs(Span { start, end });
        let told = runs.into_iter().map(|run| {
            let Span { start, end } = run.span;
            (start, end, run.classes, run.items, run.values.join())
        });
        told.collect()
    }

    trait Joined {
        fn join(self) -> String;
    }

    impl Joined for Vec<String> {
        fn join(self) -> String {
            <[String]>::join(&self, ",")
        }
    }

    #[test]
    fn what_overlaps_is_cut_where_something_begins_or_ends() {
        let mut marks = vec![
            mark(2, 8, "q", "quotes/0"),
            mark(6, 10, "t", "times/0"),
            mark(4, 8, "e place", "entities/1"),
            mark(6, 7, "e person nominal", "entities/2"),
        ];
        sort(&mut marks);
        let row =
            |a, b, c: &str, i: &str, v: &str| (a, b, c.to_owned(), i.to_owned(), v.to_owned());
        assert_eq!(
            told(&marks, 0, 12),
            [
                row(0, 2, "", "", ""),
                row(2, 4, "q", "quotes/0", ""),
                row(4, 6, "e place q", "quotes/0 entities/1", ""),
                row(
                    6,
                    7,
                    "e person nominal q t",
                    "quotes/0 entities/1 times/0 entities/2",
                    ""
                ),
                row(7, 8, "e place q t", "quotes/0 entities/1 times/0", ""),
                row(8, 10, "t", "times/0", "till 10"),
                row(10, 12, "", "", ""),
            ]
        );
        // A block in the middle of a mark has its own part, and no value that belongs behind the end.
        assert_eq!(told(&marks, 8, 9), [row(8, 9, "t", "times/0", "")]);
        assert_eq!(told(&marks, 5, 5), []);
    }

    #[test]
    fn a_thousand_marks_on_one_word_stay_bounded() {
        let marks: Vec<_> = (0..1000)
            .map(|n| mark(0, 5, "e place", &format!("entities/{n}")))
            .collect();
        let runs = Sweep::new(&marks).runs(Span { start: 0, end: 5 });
        assert_eq!(runs.len(), 1);
        assert_eq!(runs[0].items.split(' ').count(), DEEPEST);
    }
}
