//! The HTML parser: any text to a tree that is one, and the lines a reader sees of it.
#![no_main]

use copydesk::intake::html::tree::{ROOT, Tree};
use copydesk::intake::html::{DEPTH, fragment_blocks};
use libfuzzer_sys::fuzz_target;

#[path = "../held.rs"]
mod held;

/// Most nodes a byte of a document may become.
const NODES_A_BYTE: usize = 1;

fuzz_target!(|bytes: &[u8]| {
    let html = String::from_utf8_lossy(bytes);
    let tree = Tree::parse(&html, DEPTH);
    assert!(tree.len() <= NODES_A_BYTE * html.len() + 1);
    assert_eq!(tree.end(ROOT) as usize, tree.len());
    let mut text_end = 0;
    for id in 1..tree.len() as u32 {
        let parent = tree.parent(id);
        assert!(parent < id && id < tree.end(id) && tree.end(id) <= tree.end(parent));
        if tree.is_element(id) {
            assert!(!tree.name(id).is_empty());
            for (name, _) in tree.attributes(id) {
                assert!(!name.is_empty());
            }
        } else {
            let (text, at) = tree.raw_text(id);
            assert!(text_end <= at, "text out of order");
            text_end = at + text.len();
        }
    }
    assert!(tree.text_of(ROOT).len() <= 2 * html.len());
    for block in fragment_blocks(&html) {
        held::hold_block(&block, &html);
    }
});
