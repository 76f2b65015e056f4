use super::*;
use crate::record::Flag;

fn tree_text(xml: &str) -> (Option<String>, Option<ReadError>) {
    let mut source = Source::new(xml, 32);
    while !matches!(source.step(), Step::Start { .. } | Step::Eof) {}
    let tree = source.element();
    let text = tree.root().and_then(Element::text);
    (text, source.error().cloned())
}

#[test]
fn references_and_cdata() {
    let (text, error) = tree_text(
        "<?xml version='1.0'?><a>Caf&eacute; &#8211; &lt;b&gt; AT&T; x&nbsp;y <![CDATA[<i>&amp;</i>]]></a>",
    );
    assert_eq!(text.as_deref(), Some("Café – <b> AT&T; x y <i>&amp;</i>"));
    assert!(error.is_none());
}

#[test]
fn own_entities_are_expanded_once_and_external_ones_never() {
    let (text, _) = tree_text(
        "<!DOCTYPE a [<!ENTITY co 'Acme Wire'><!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY b '&co;&co;'>]><a>&co; &x; &b;</a>",
    );
    assert_eq!(text.as_deref(), Some("Acme Wire &x; &b;"));
    let bomb = format!(
        "<!DOCTYPE a [<!ENTITY e '{}'>]><a>{}</a>",
        "x".repeat(1000),
        "&e;".repeat(100_000)
    );
    let (text, _) = tree_text(&bomb);
    assert!(text.is_some_and(|t| t.len() < EXPANSION_BYTES + 400_000));
}

#[test]
fn a_document_that_breaks_off_keeps_what_was_read() {
    let (text, error) = tree_text("<a><b>First</b><c>Second half of a wo");
    assert_eq!(text.as_deref(), Some("FirstSecond half of a wo"));
    let error = error.unwrap();
    assert_eq!((error.code, error.byte), (ErrorCode::Malformed, Some(37)));
    let (text, error) = tree_text("<a><b>First</b><c attr='unclosed");
    assert_eq!(text.as_deref(), Some("First"));
    let error = error.unwrap();
    assert_eq!((error.code, error.byte), (ErrorCode::Malformed, Some(15)));
}

/// A reader that begins anew at a byte order mark must not lose its place.
#[test]
fn a_byte_order_mark_behind_a_stray_sign_moves_nothing() {
    let (text, error) = tree_text("<a>1 <\u{feff}\u{feff}2 <b>два</b><c>3</c> </a>");
    assert_eq!(text.as_deref(), Some("1 <2 два3"));
    assert!(error.is_none());
}

#[test]
fn stray_signs_and_wrong_end_tags() {
    let (text, error) = tree_text("<a><p>5 < 6 & 7</p><b>x<i>y</b>z</q></a>");
    assert_eq!(text.as_deref(), Some("5 < 6 & 7xyz"));
    assert!(error.is_none());
}

#[test]
fn nesting_is_bounded() {
    let deep = "<d>".repeat(100_000);
    let mut source = Source::new(&deep, 64);
    source.step();
    let _ = source.element();
    assert_eq!(source.error().map(|e| e.code), Some(ErrorCode::TooDeep));
}

#[test]
fn attributes_of_all_sorts() {
    let mut source = Source::new(
        "<x:a one='1' two=2 three x:four=\"a &amp; b\" five='x>y'>t</x:a>",
        8,
    );
    source.step();
    let tree = source.element();
    let a = tree.root().unwrap();
    assert_eq!(a.name(), "a");
    for (name, want) in [
        ("one", "1"),
        ("two", "2"),
        ("three", ""),
        ("four", "a & b"),
        ("five", "x>y"),
    ] {
        assert_eq!(a.attribute(name).as_deref(), Some(want), "{name}");
    }
    assert_eq!(a.inner().0, "t");
}

#[test]
fn a_reference_that_means_nothing_is_flagged_once() {
    let mut source = Source::new("<r><a>5 &bogus; &amp; &eacute;</a><b>&lt;</b></r>", 32);
    let mut flags = Vec::new();
    while source.step() != Step::Eof {
        if source.depth() == 2 {
            let _ = source.element();
            flags.push(source.flags().collect::<Vec<_>>());
        }
    }
    assert_eq!(flags, [vec![Flag::UNRESOLVED_ENTITY], vec![]]);
}
