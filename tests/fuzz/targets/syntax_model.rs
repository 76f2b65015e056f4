//! A file of the models of syntax: any bytes behind a digest that is right. Whatever is read parses a sentence.
#![no_main]

use copydesk::stages::syntax::Model;
use copydesk::text::Span;
use copydesk::text::tokens::tokenize;
use libfuzzer_sys::fuzz_target;

const TEXT: &str = "The 3 ships left Lundby's port, \u{201c}Ada\u{201d} last.";

fuzz_target!(|bytes: &[u8]| {
    let digest = &blake3::hash(bytes).as_bytes()[..8];
    let file = [b"cdsyntx3", digest, bytes].concat();
    // a model borrows its bytes for ever: they are left until the run ends
    let Some(model) = Model::from_bytes(file.leak()) else {
        return;
    };
    let tokens = tokenize(TEXT, std::iter::once(Span::new(0, TEXT.len())));
    let parse = model.parse(&tokens, TEXT);
    assert_eq!(parse.map(|p| p.len()), Some(tokens.len()));
});
