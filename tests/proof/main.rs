//! Proof pages in a real browser: opened, layers toggled, walked through by keys, hovered over, and hostile text in them.
//!
//! Where no Chromium is installed the tests say so and do nothing; `COPYDESK_REQUIRE_BROWSER=1` makes that a failure.
//! Pictures of the pages are kept in `target/proof/`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that panics has failed, as it should; its processes end by themselves"
)]

mod browser;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use browser::{Browser, installed};
use serde_json::{Value, json};
use tempfile::TempDir;

const ARTICLE: &str = "<html><head><title>Macron visits China</title></head><body><nav><a href='/'>Home</a></nav>\
<article><h1>Macron visits China</h1>\
<p>BEIJING (AP) — China and France pledged deeper cooperation on the war in Ukraine as France prepares to take on the \
presidency of the Group of Seven next year.</p>\
<p>“We are facing the risk of the disintegration of the international order that brought peace to the world for \
decades,” President Emmanuel Macron said Thursday morning. He met with Xi Jinping.</p>\
<p>Xi announced that China will provide $100 million to help Gaza, and that it will buy 12 aircraft.</p>\
<p>The European Union runs a trade deficit with China of over 300 billion euros ($348 billion).</p></article>\
<aside class='related'><h2>Related</h2><a href='/1'>Other story</a></aside></body></html>";

/// A browser, unless there is none and none is demanded.
fn browser(folder: &TempDir) -> Option<Browser> {
    let Some(name) = installed() else {
        let demanded = std::env::var("COPYDESK_REQUIRE_BROWSER").is_ok();
        assert!(
            !demanded,
            "there is no Chromium, and COPYDESK_REQUIRE_BROWSER demands one"
        );
        eprintln!(
            "\n!! SKIPPED: no Chromium is installed; the proof page was opened in no browser\n"
        );
        return None;
    };
    Some(Browser::start(name, folder.path()))
}

fn copydesk(folder: &Path, words: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn kept(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .join("proof");
    fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// How many elements there are.
fn count(browser: &mut Browser, selector: &str) -> u64 {
    let of = format!("document.querySelectorAll({selector:?}).length");
    browser.run(&of).as_u64().unwrap()
}

#[test]
fn the_page_of_an_article_works_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("macron.html"), ARTICLE).unwrap();
    let words = [
        "proof",
        "macron.html",
        "--content-type",
        "text/html",
        "--published-at",
        "2025-12-04",
    ];
    copydesk(folder.path(), &words);
    let Some(mut browser) = browser(&folder) else {
        return;
    };
    let page = folder.path().join("macron.proof.html");
    browser.open(&page);

    // The layers: each by its key and by its box.
    let style =
        |of: &str, what: &str| format!("getComputedStyle(document.querySelector('{of}')).{what}");
    let layers = [
        ("1", "#article .e", "borderBottomStyle"),
        ("2", "#article .q", "backgroundColor"),
        ("3", "#article .u", "fontStyle"),
        ("4", "#article .t", "textDecorationLine"),
        ("5", "#article .a", "outlineStyle"),
    ];
    for (key, of, what) in layers {
        let shown = browser.run(&style(of, what));
        browser.press(key);
        let hidden = browser.run(&style(of, what));
        assert_ne!(shown, hidden, "layer {key}");
        let checked = browser.run(&format!(
            "document.querySelectorAll('[data-layer]')[{key} - 1].checked"
        ));
        assert_eq!(checked, json!(false));
        browser.run(&format!(
            "document.querySelectorAll('[data-layer]')[{key} - 1].click()"
        ));
        assert_eq!(browser.run(&style(of, what)), shown, "layer {key}");
    }

    // Hovering over China lights every China, the row beside it and the place as received.
    let china = browser.run("[...document.querySelectorAll('.row')].find(e => e.textContent.includes('China')).dataset.i");
    let china = china.as_str().unwrap().to_owned();
    browser.hover(&format!("#article [data-i~='{china}']"));
    let (lit, all) = (
        count(&mut browser, ".lit"),
        count(&mut browser, &format!("[data-i~='{china}']")),
    );
    assert!(lit == all && all >= 5, "{lit} of {all}");
    let status = browser.run("document.getElementById('status').textContent");
    assert!(
        status.as_str().unwrap().contains("China, place"),
        "{status}"
    );

    // The keyboard alone: to the second item, its JSON, and back to the first.
    browser.press("n");
    browser.press("n");
    let second = browser.run("document.activeElement.dataset.i");
    browser.press("Enter");
    assert_eq!(
        browser.run("document.querySelector('dialog').open"),
        json!(true)
    );
    let shown = browser.run("document.querySelector('dialog pre').textContent");
    assert!(shown.as_str().unwrap().contains("\"type\""), "{shown}");
    browser.press("Escape");
    assert_eq!(
        browser.run("document.querySelector('dialog').open"),
        json!(false)
    );
    browser.press("p");
    assert_ne!(browser.run("document.activeElement.dataset.i"), second);

    // As received.
    assert_eq!(
        browser.run("document.getElementById('raw').open"),
        json!(false)
    );
    browser.press("r");
    assert_eq!(
        browser.run("document.getElementById('raw').open"),
        json!(true)
    );
    assert!(count(&mut browser, "#raw [data-i]") > 10);
    let named = "[...document.querySelectorAll('input,button,meter')].every(e => e.labels?.length || e.ariaLabel || \
                 e.textContent.trim())";
    assert_eq!(browser.run(named), json!(true), "every control has a name");
    browser.run("window.scrollTo(0, 0)");
    browser.screenshot(&kept("article.png"), 1900);
    browser.media("dark", "screen");
    browser.screenshot(&kept("article-dark.png"), 1900);
    browser.media("light", "print");
    assert_eq!(browser.run(&style("fieldset", "display")), json!("none"));
    assert_eq!(browser.complaints(&page), [Value::Null; 0]);
}

#[test]
fn hostile_text_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let evil = "</script><script>window.hit=1</script><img src=http://127.0.0.1:9/x onerror=window.hit=2> \u{202e}reversed";
    let filler = "China met France in Paris on Thursday, said Anna Berg. ".repeat(40_000);
    assert!(filler.len() > 2 << 20);
    let envelope = json!({
        "content_type": "text/plain", "published_at": "2026-03-04", "source": evil, "url": "https://a.example/\"><script>",
        "body": format!("{evil}\n\nLONDON (AP) - {evil} said {evil}.\n\n{filler}"),
    });
    fs::write(folder.path().join("evil.json"), envelope.to_string()).unwrap();
    copydesk(folder.path(), &["proof", "evil.json"]);
    let Some(mut browser) = browser(&folder) else {
        return;
    };
    let page = folder.path().join("evil.proof.html");
    browser.open(&page);
    assert_eq!(browser.run("typeof window.hit"), json!("undefined"));
    assert_eq!(
        count(
            &mut browser,
            "img, iframe, object, embed, [style], script[src]"
        ),
        0
    );
    assert_eq!(count(&mut browser, "script"), 2);
    let isolated = "[...document.querySelectorAll('#article p')].every(e => \
                    getComputedStyle(e).unicodeBidi.includes('isolate') && e.dir === 'auto')";
    assert_eq!(browser.run(isolated), json!(true));
    let text = browser.run(
        "document.querySelector('#article').textContent.includes('<script>window.hit=1</script>')",
    );
    assert_eq!(text, json!(true), "it is shown as text");
    browser.press("2");
    assert_eq!(browser.run("document.body.className"), json!("no-q"));
    browser.screenshot(&kept("hostile.png"), 1200);
    assert_eq!(browser.complaints(&page), [Value::Null; 0]);
}

#[test]
fn the_index_of_several_filters() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/1.html"), ARTICLE).unwrap();
    let german = "Der Minister hat am Donnerstag den Plan der Stadt für neue Schulen und mehr Lehrer verteidigt.";
    fs::write(
        folder.path().join("in/2.txt"),
        format!("Minister verteidigt Plan\n\n{german}\n"),
    )
    .unwrap();
    copydesk(folder.path(), &["proof", "in", "-o", "pages"]);
    let Some(mut browser) = browser(&folder) else {
        return;
    };
    let index = folder.path().join("pages/index.html");
    browser.open(&index);
    assert_eq!(count(&mut browser, "tbody tr:not([hidden])"), 2);
    browser.run("(() => { const e = document.getElementById('language'); e.value = 'de'; e.dispatchEvent(new Event('input')) })()");
    assert_eq!(count(&mut browser, "tbody tr:not([hidden])"), 1);
    assert_eq!(
        browser.run("document.getElementById('count').textContent"),
        json!("1 of 2")
    );
    browser.run("(() => { const e = document.getElementById('text'); e.value = 'macron'; e.dispatchEvent(new Event('input')) })()");
    assert_eq!(count(&mut browser, "tbody tr:not([hidden])"), 0);
    browser.screenshot(&kept("index.png"), 300);
    assert_eq!(browser.complaints(&index), [Value::Null; 0]);
    assert!(folder.path().join("pages/0002.html").is_file());
}
