//! Reads bytes as a form and holds what comes of them against what every draft promises.

use std::ops::ControlFlow;

use copydesk::desk;
use copydesk::intake::{Draft, Form, Hints, Settings, read as read_any, read_as};

/// Reads `bytes` as `form`, or as whatever they look like. Panics where a promise is broken.
pub fn read(form: Option<Form>, bytes: &[u8]) {
    let settings = Settings::default();
    let hints = Hints::default();
    let mut emit = |draft: Draft| {
        hold(&draft);
        let article = desk::finish(draft, &hints, &settings.outlets);
        for block in &article.blocks {
            assert!(article.text.get(block.span().range()).is_some());
        }
        ControlFlow::Continue(())
    };
    let _ = match form {
        Some(form) => read_as(form, bytes, &hints, &settings, &mut emit),
        None => read_any(bytes, &hints, &settings, &mut emit),
    };
}

/// Every piece of a block is the same in the document, byte for byte.
fn hold(draft: &Draft) {
    for block in &draft.blocks {
        for piece in &block.pieces {
            let (at, raw, len) = (piece.at as usize, piece.raw as usize, piece.len as usize);
            assert_eq!(block.text.get(at..at + len), draft.raw.get(raw..raw + len));
        }
    }
    for removed in &draft.removed {
        if let Some(span) = removed.raw {
            assert!(span.end as usize <= draft.raw.len());
        }
    }
}
