//! What the text wires ANPA 1312 and IPTC 7901 share: messages one after the other, parted by the
//! transmission controls of ISO 646.
//!
//! ```text
//! line noise SOH header STX copy ETX trailer, line noise SOH …
//! ```

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use crate::intake::{Decoded, Document, Draft, ErrorCode, Outlets, ReadError, Reading};
use crate::record::Flag;

/// Start of header.
const SOH: u8 = 1;
/// Start of text.
const STX: u8 = 2;
/// End of text.
const ETX: u8 = 3;

/// One message of a transmission.
pub(super) struct WireMessage<'d> {
    /// The transmission.
    pub decoded: &'d Decoded,
    /// What stands between SOH and STX.
    pub header: &'d str,
    /// Where in the decoded transmission the copy is, in bytes.
    pub copy: Range<usize>,
    /// What stands behind ETX; `None` where the message breaks off before it.
    pub trailer: Option<&'d str>,
}

impl<'d> WireMessage<'d> {
    /// The message at `range`, its SOH left out. Without STX its first `header_lines` are the header.
    fn of(decoded: &'d Decoded, range: Range<usize>, header_lines: usize) -> Self {
        let text = &decoded.text[range.clone()];
        let bytes = text.as_bytes();
        let (stx, etx) = (memchr(STX, bytes), memchr(ETX, bytes));
        let copy_end = etx.unwrap_or(text.len());
        let first_lines = || memchr_iter(b'\n', bytes).nth(header_lines - 1).unwrap_or(0);
        let header_end = stx.unwrap_or_else(first_lines).min(copy_end);
        let copy_start = stx.map_or(header_end, |at| at + 1).min(copy_end);
        WireMessage {
            decoded,
            header: &text[..header_end],
            copy: range.start + copy_start..range.start + copy_end,
            trailer: etx.map(|at| &text[at + 1..]),
        }
    }
}

/// Reads a transmission, emitting the draft of each message in which `read_message` finds copy; one
/// that breaks off is flagged. `header_lines` is how many lines the format's header has.
///
/// # Errors
/// [`ErrorCode::NoArticle`] when no message has a headline or copy, [`ErrorCode::TooMany`] past the limit of items.
pub(super) fn read(
    document: &Document<'_>,
    reading: &mut Reading<'_>,
    header_lines: usize,
    read_message: fn(&WireMessage<'_>, &mut Draft, &Outlets),
) -> Result<(), ReadError> {
    let decoded = document.decode();
    let bytes = decoded.text.as_bytes();
    let has_controls = memchr::memchr2(SOH, STX, bytes).is_some();
    let mut found = 0;
    // Without SOH all of it is one message.
    let mut start = memchr(SOH, bytes).map_or(0, |at| at + 1);
    while start < bytes.len() {
        let end = memchr(SOH, &bytes[start..]).map_or(bytes.len(), |n| start + n);
        if found >= reading.limits.items {
            return Err(ReadError::too_many(reading.limits, "messages").at(start as u64));
        }
        let message = WireMessage::of(&decoded, start..end, header_lines);
        let mut draft = decoded.draft(document.format);
        read_message(&message, &mut draft, reading.outlets);
        // Where no control is left there is none to end it.
        if message.trailer.is_none() && has_controls {
            draft.flags.insert(Flag::TRUNCATED);
        }
        if !draft.blocks.is_empty() {
            found += 1;
            if (reading.emit)(draft).is_break() {
                return Ok(());
            }
        }
        start = end + 1;
    }
    if found == 0 {
        return Err(ReadError::new(
            ErrorCode::NoArticle,
            "no message has a headline or copy",
        ));
    }
    Ok(())
}
