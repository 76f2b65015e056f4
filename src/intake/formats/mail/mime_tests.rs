//! Odd mail: what senders make of the rules, and what is to be read of it.

use super::mime::{parse, unflow};

/// An odd message and what is in it.
struct Odd {
    what: &'static str,
    mail: &'static [u8],
    /// Headers, decoded.
    headers: &'static [(&'static str, &'static str)],
    /// Media type, character set and bytes of the parts that are no containers.
    parts: &'static [(&'static str, &'static str, &'static [u8])],
    /// A part breaks off.
    truncated: bool,
}

const fn headers(
    what: &'static str,
    mail: &'static [u8],
    headers: &'static [(&'static str, &'static str)],
) -> Odd {
    Odd {
        what,
        mail,
        headers,
        parts: &[("text/plain", "", b"x")],
        truncated: false,
    }
}

const fn parts(
    what: &'static str,
    mail: &'static [u8],
    parts: &'static [(&'static str, &'static str, &'static [u8])],
) -> Odd {
    Odd {
        what,
        mail,
        headers: &[],
        parts,
        truncated: false,
    }
}

const ODD: &[Odd] = &[
    // RFC 5322
    headers(
        "a header folded with blanks and tabs",
        b"Subject: Ferry\r\n sinks\r\n\toff Westmere\r\n\r\nx",
        &[("subject", "Ferry sinks off Westmere")],
    ),
    headers(
        "no blank behind the colon, names in capitals, bare line feeds",
        b"SUBJECT:Ferry sinks\nMessage-ID:<1@x.example>\n\nx",
        &[("subject", "Ferry sinks"), ("message-id", "<1@x.example>")],
    ),
    headers(
        "a blank in front of the colon (obsolete syntax, 4.5.8)",
        b"Subject : Ferry sinks\r\nFrom : a@x.example\r\n\r\nx",
        &[("subject", "Ferry sinks"), ("from", "a@x.example")],
    ),
    headers(
        "a header that comes twice",
        b"Subject: first\r\nSubject: second\r\n\r\nx",
        &[("subject", "first")],
    ),
    headers(
        "a header without a value",
        b"Subject:\r\nFrom: a@x.example\r\n\r\nx",
        &[("subject", ""), ("from", "a@x.example")],
    ),
    headers(
        "a line of blanks ends the headers",
        b"Subject: Ferry sinks\r\n \r\nx",
        &[("subject", "Ferry sinks")],
    ),
    headers(
        "the body begins without its blank line",
        b"Subject: Ferry sinks\r\nx",
        &[("subject", "Ferry sinks")],
    ),
    // RFC 2047
    headers(
        "encoded words across a fold: what is between them is not text (6.2)",
        b"Subject: =?utf-8?Q?Caf=C3=A9?=\r\n =?utf-8?Q?_au_lait?=\r\n\r\nx",
        &[("subject", "Café au lait")],
    ),
    headers(
        "a character split between two encoded words",
        b"Subject: =?utf-8?Q?Caf=C3?= =?utf-8?Q?=A9?= noir\r\n\r\nx",
        &[("subject", "Café noir")],
    ),
    headers(
        "encoded words of two character sets and both encodings",
        b"Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?UTF-8?b?IGF1cyBaw7xyaWNo?=\r\n\r\nx",
        &[("subject", "Grüße aus Zürich")],
    ),
    headers(
        "an encoded word beside plain text keeps its blanks",
        b"Subject: Re: =?utf-8?q?caf=C3=A9?= (2)\r\n\r\nx",
        &[("subject", "Re: café (2)")],
    ),
    headers(
        "an encoded word in quotation marks, where none may be (5)",
        b"From: \"=?utf-8?Q?Ren=C3=A9?=\" <r@x.example>\r\n\r\nx",
        &[("from", "\"René\" <r@x.example>")],
    ),
    headers(
        "an encoded word with blanks in it, where none may be (2)",
        b"Subject: =?utf-8?Q?Caf=C3=A9 au lait?=\r\n\r\nx",
        &[("subject", "Café au lait")],
    ),
    headers(
        "an encoded word with its language (RFC 2231, 5)",
        b"Subject: =?utf-8*fr?Q?Caf=C3=A9?=\r\n\r\nx",
        &[("subject", "Café")],
    ),
    headers(
        "base64 in an encoded word without its padding",
        b"Subject: =?utf-8?B?Q2Fmw6k?=\r\n\r\nx",
        &[("subject", "Café")],
    ),
    headers(
        "what looks like encoded words and is none",
        b"Subject: a =? b ?= c =?utf-8?X?d?=\r\n\r\nx",
        &[("subject", "a =? b ?= c =?utf-8?X?d?=")],
    ),
    headers(
        "UTF-8 in a header without being encoded (RFC 6532)",
        "Subject: Zoë’s café\r\n\r\nx".as_bytes(),
        &[("subject", "Zoë’s café")],
    ),
    headers(
        "windows-1252 in a header without being encoded",
        b"Subject: Gr\xFC\xDFe aus Z\xFCrich\r\n\r\nx",
        &[("subject", "Grüße aus Zürich")],
    ),
    // RFC 2046
    parts(
        "preamble and epilogue are not for reading (5.1.1)",
        b"Content-Type: multipart/mixed; boundary=A\r\n\r\nFor old programs.\r\n--A\r\n\r\none\r\n--A\r\n\r\ntwo\r\n--A--\r\nAn end.\r\n",
        &[("text/plain", "", b"one"), ("text/plain", "", b"two")],
    ),
    parts(
        "a boundary that another begins with, in quotation marks, blanks behind it",
        b"Content-Type: multipart/mixed; boundary=\"=_a b\"\r\n\r\n--=_a b \r\nContent-Type: multipart/alternative;\r\n boundary=\"=_a bc\"\r\n\r\n--=_a bc\r\n\r\none\r\n--=_a bc\r\nContent-Type: text/html\r\n\r\n<p>two\r\n--=_a bc--\r\n\r\n--=_a b--\r\n",
        &[("text/plain", "", b"one"), ("text/html", "", b"<p>two")],
    ),
    Odd {
        what: "no closing boundary: all is read, and said to be cut",
        mail: b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\n\r\none\r\n--A\r\n\r\ntw",
        headers: &[],
        parts: &[("text/plain", "", b"one"), ("text/plain", "", b"tw")],
        truncated: true,
    },
    parts(
        "a container without its boundary is one part that is not taken apart",
        b"Content-Type: multipart/mixed\r\n\r\n--A\r\n\r\none\r\n--A--",
        &[("multipart/mixed", "", b"--A\r\n\r\none\r\n--A--")],
    ),
    parts(
        "lines that begin with two hyphens are text",
        b"Content-Type: multipart/mixed; boundary=A\r\n\r\n--A\r\n\r\none\r\n-- \r\nAna\r\n--AB\r\n--A--",
        &[("text/plain", "", b"one\r\n-- \r\nAna\r\n--AB")],
    ),
    parts(
        "a mail within a mail is a part, unread",
        b"Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nz",
        &[("message/rfc822", "", b"Subject: y\r\n\r\nz")],
    ),
    // RFC 2045
    parts(
        "soft breaks, blanks added on the way, small hexadecimal figures (6.7)",
        b"Content-Transfer-Encoding: Quoted-Printable\r\n\r\nThe fer=\r\nry sank= \r\n in a caf=c3=a9. \t\r\nEnd=",
        &[("text/plain", "", b"The ferry sank in a caf\xc3\xa9.\r\nEnd")],
    ),
    parts(
        "an equals sign that escapes nothing stays",
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=b =ZZ =4",
        &[("text/plain", "", b"a=b =ZZ =4")],
    ),
    parts(
        "base64 in lines, with foreign signs (6.8) and without its padding",
        b"Content-Transfer-Encoding: BASE64\r\n\r\nVGhl IGZl\r\ncnJ5!IHNh\r\nbmsuIQ",
        &[("text/plain", "", b"The ferry sank.!")],
    ),
    parts(
        "a media type without its second half, or none, is plain text (5.2)",
        b"Content-Type: text; charset=utf-8\r\n\r\nx",
        &[("text/plain", "utf-8", b"x")],
    ),
    parts(
        "comments beside media type and character set",
        b"Content-Type: text/html (a page); charset=utf-8 (Unicode)\r\n\r\nx",
        &[("text/html", "utf-8", b"x")],
    ),
    parts(
        "a quotation mark that is never closed, a semicolon too many, blanks around the sign",
        b"Content-Type: TEXT/Plain; ; charset = \"iso-8859-1\r\n\r\nx",
        &[("text/plain", "iso-8859-1", b"x")],
    ),
    parts(
        "a semicolon and an escaped quotation mark in a value that is quoted",
        b"Content-Type: text/plain; name=\"a;\\\";charset=b\"; charset=utf-8\r\n\r\nx",
        &[("text/plain", "utf-8", b"x")],
    ),
];

#[test]
fn odd_mail_is_read_as_it_was_meant() {
    for odd in ODD {
        let message = parse(odd.mail, 1 << 20);
        for (name, want) in odd.headers {
            let value = message.root.header(name);
            assert_eq!(value.as_deref(), Some(*want), "{}: {name}", odd.what);
        }
        let parts: Vec<_> = message
            .parts
            .iter()
            .map(|p| {
                let charset = p.charset.as_deref().unwrap_or_default();
                (p.media_type.as_str(), charset, p.body.as_ref())
            })
            .collect();
        assert_eq!(parts, odd.parts, "{}", odd.what);
        assert_eq!(message.truncated, odd.truncated, "{}", odd.what);
        assert!(message.flags.is_empty(), "{}", odd.what);
    }
}

#[test]
fn names_of_files_in_every_form() {
    for (disposition, want) in [
        ("attachment; filename=a.txt", "a.txt"),
        (
            "attachment; filename=\"a \\\"b\\\"; c.txt\"",
            "a \"b\"; c.txt",
        ),
        // Programs that do not escape what they quote.
        (
            "attachment; filename=\"C:\\temp\\a.txt\"",
            "C:\\temp\\a.txt",
        ),
        (
            "attachment; filename=\"=?utf-8?Q?na=C3=AFve.txt?=\"",
            "naïve.txt",
        ),
        ("attachment; filename*=utf-8'fr'na%C3%AFve.txt", "naïve.txt"),
        // RFC 6266, 4.3: the extended form is the better one, wherever it stands.
        (
            "attachment; filename=\"naive.txt\"; filename*=utf-8''na%C3%AFve.txt",
            "naïve.txt",
        ),
        // RFC 2231, 3 and 4.1: in pieces, in any order, encoded or not.
        (
            "attachment; filename*1=\"name.txt\"; filename*0=\"a long \"",
            "a long name.txt",
        ),
        (
            "attachment; filename*0*=iso-8859-1'fr'na%EF; filename*1*=ve%20; filename*2=\"%41.txt\"",
            "naïve %41.txt",
        ),
        // The second piece is missing: what follows it belongs elsewhere.
        ("attachment; filename*0=a; filename*2=b", "a"),
    ] {
        let mail = format!("Content-Disposition: {disposition}\r\n\r\nx");
        let message = parse(mail.as_bytes(), 1 << 20);
        let part = &message.parts[0];
        assert_eq!(part.file_name.as_deref(), Some(want), "{disposition}");
        assert!(part.attached, "{disposition}");
    }
}

#[test]
fn flowed_lines_are_joined() {
    for (content_type, want) in [
        (
            "text/plain; format=flowed",
            "The ferry sank.\n stuffed\n>> quoted\n-- \nAna\n",
        ),
        // RFC 3676, 4.1: the blank that flows is not part of the text.
        (
            "text/plain; format=\"Flowed\"; delsp=yes",
            "The ferrysank.\n stuffed\n>> quoted\n-- \nAna\n",
        ),
        (
            "text/plain",
            "The ferry \nsank.\n  stuffed\n>> quoted\n-- \nAna\n",
        ),
    ] {
        let text = "The ferry \nsank.\n  stuffed\n>> quoted\n-- \nAna\n";
        let mail = format!("Content-Type: {content_type}\r\n\r\n{text}");
        let message = parse(mail.as_bytes(), 1 << 20);
        let part = &message.parts[0];
        let got = match part.flow {
            Some(flow) => unflow(text, flow),
            None => text.to_owned(),
        };
        assert_eq!(got, want, "{content_type}");
    }
}
