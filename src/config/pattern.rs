//! The pattern of `kafka.input`, compiled as librdkafka compiles it: a POSIX extended regular expression.

use std::ffi::{CStr, CString, c_char};
use std::mem::MaybeUninit;

/// What is wrong with a pattern, as a sentence without its full stop; `None` when it holds.
pub(super) fn fault(pattern: &str) -> Option<String> {
    if let Some(class) = foreign_class(pattern) {
        return Some(format!(
            "there is no {class} in a POSIX extended regular expression, which topics are chosen by: write [0-9] for a digit, [^0-9] for what is none"
        ));
    }
    compile(pattern).err().map(|said| {
        format!("is no POSIX extended regular expression ({said}): topics are chosen by one, such as ^news\\.(raw|wire)$")
    })
}

/// `\d` or `\D`, which other kinds of expressions have: here it is the letter, and matches no digit.
fn foreign_class(pattern: &str) -> Option<&'static str> {
    let mut signs = pattern.chars();
    while let Some(sign) = signs.next() {
        match (sign, if sign == '\\' { signs.next() } else { None }) {
            ('\\', Some('d')) => return Some("\\d"),
            ('\\', Some('D')) => return Some("\\D"),
            _ => {}
        }
    }
    None
}

/// Compiles a pattern as librdkafka does (`rd_regex_comp` in rdregex.c).
fn compile(pattern: &str) -> Result<(), String> {
    let Ok(pattern) = CString::new(pattern) else {
        return Err("it has a NUL in it".to_owned());
    };
    let mut compiled = MaybeUninit::<libc::regex_t>::zeroed();
    let flags = libc::REG_EXTENDED | libc::REG_NOSUB;
    // SAFETY: both pointers are valid for the call, the pattern ends with NUL, and the call fills in the
    // expression.
    let code = unsafe { libc::regcomp(compiled.as_mut_ptr(), pattern.as_ptr(), flags) };
    if code == 0 {
        // SAFETY: regcomp() has succeeded, so there is an expression, and it is freed once.
        unsafe { libc::regfree(compiled.as_mut_ptr()) };
        return Ok(());
    }
    let mut text: [c_char; 256] = [0; 256];
    // SAFETY: the code is regcomp()'s, the expression the one it was called with; at most the buffer's length
    // is written, with a NUL at the end.
    let said = unsafe {
        libc::regerror(code, compiled.as_ptr(), text.as_mut_ptr(), text.len());
        CStr::from_ptr(text.as_ptr())
    };
    Err(said.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_librdkafka_would_not_compile_are_told() {
        for (pattern, says) in [
            (r"^news\.(raw", "Unmatched ( or \\("),
            (r"^news[z-a]", "Invalid range end"),
            (r"^(?<wire>news)", "Invalid preceding regular expression"),
            (r"^news\.\d+$", r"there is no \d in"),
        ] {
            let told = fault(pattern).unwrap_or_else(|| panic!("{pattern} passes"));
            assert!(told.contains(says), "{pattern}: {told}");
        }
    }

    #[test]
    fn patterns_that_hold_pass() {
        for pattern in [
            r"^news\.(raw|wire)$",
            "^news-[0-9]{1,3}",
            "^",
            r"^a\\d",
            "^ütf",
        ] {
            assert_eq!(fault(pattern), None, "{pattern}");
        }
    }
}
