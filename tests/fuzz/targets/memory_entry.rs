//! An entry of the memory's log: any bytes; what is read is written the same again, and can be decided.
#![no_main]

use copydesk::memory::{Bounds, Entry, Memory};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(entry) = Entry::from_bytes(bytes) else {
        return;
    };
    assert_eq!(entry.to_bytes(), bytes);
    let mut memory = Memory::new(Bounds {
        window_days: 30,
        bytes: 1 << 20,
    });
    for position in 0..3 {
        let decided = memory.apply(position, 0, &position.to_le_bytes(), &entry, None);
        assert!(decided.is_some());
    }
});
