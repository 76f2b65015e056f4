//! Plain text: one article, a paragraph a line or a paragraph between blank lines.

use std::sync::Arc;

use super::{Draft, DraftBlock, ErrorCode, Form, ReadError, Reading};
use crate::record::BlockKind;

pub fn read(bytes: &[u8], reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let raw: Arc<str> = String::from_utf8_lossy(bytes).into();
    if raw.trim().is_empty() {
        return Err(ReadError::new(ErrorCode::Empty, "nothing but white space"));
    }
    let mut draft = Draft::new(Form::Text, "utf-8", raw.clone());
    let mut at = 0;
    for line in raw.split_inclusive('\n') {
        let lead = line.len() - line.trim_start().len();
        let text = line.trim();
        if !text.is_empty() {
            draft
                .blocks
                .push(DraftBlock::verbatim(BlockKind::Paragraph, text, at + lead));
        }
        at += line.len();
    }
    let _ = (reading.emit)(draft);
    Ok(())
}
