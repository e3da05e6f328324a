//! The house keeps its order: who imports whom, what is pure, what goes with each kind of mail and
//! each verb. It reads the sources as text, so that it also sees what a build leaves out.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use passerelle::compose::MailKind;

/// Modules without IO, clock or async, from the message outwards.
const PURE: &[&str] = &[
    "address", "keyed", "message", "report", "incident", "compose", "triage", "outbox", "school", "profile", "classeur",
];

/// What a pure module may not name: files, network, processes, time, threads of the runtime.
const IMPURE: &[&str] = &[
    "tokio::",
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "std::io::stdout",
    "sqlx",
    "lettre::SmtpTransport",
    "lettre::AsyncSmtpTransport",
    "lettre::transport",
    "async_imap",
    "tokio_rustls",
    "reqwest",
    "tracing::",
    "Timestamp::now",
    "Zoned::now",
    "SystemTime",
    "std::time::Instant",
    "Instant::now",
    "async fn",
    "async move",
    ".await",
    "getrandom::",
    "SystemClock",
];

/// Modules that every pure module does without.
const OUTER: &[&str] = &["config", "store", "service", "cli", "mailbox", "transport", "clock", "net", "web"];

/// What each module may import of ours. A module that is not listed here may not exist: whoever
/// adds one says where it stands.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("address", &[]),
    ("keyed", &[]),
    ("message", &["address"]),
    ("outbox", &["address", "report"]),
    ("profile", &["report"]),
    ("report", &["address", "message", "profile"]),
    ("school", &["address", "incident"]),
    ("incident", &["address", "message", "report", "profile", "school"]),
    ("triage", &["address", "message", "report", "profile", "school", "incident"]),
    ("compose", &["address", "message", "report", "profile", "school", "incident", "outbox", "triage"]),
    ("classeur", &["address", "message", "report", "incident", "school", "profile", "compose"]),
    ("clock", &[]),
    ("failpoint", &[]),
    ("net", &[]),
    ("mailbox", &["address", "net", "failpoint"]),
    ("transport", &["address", "net", "failpoint"]),
    ("config", &["address", "report", "incident", "profile", "compose", "school", "mailbox", "transport"]),
    (
        "store",
        &[
            "address",
            "keyed",
            "message",
            "report",
            "profile",
            "incident",
            "compose",
            "classeur",
            "outbox",
            "school",
            "triage",
            "mailbox",
            "failpoint",
        ],
    ),
    (
        "service",
        &[
            "address",
            "keyed",
            "message",
            "report",
            "profile",
            "school",
            "incident",
            "triage",
            "compose",
            "classeur",
            "outbox",
            "store",
            "mailbox",
            "transport",
            "clock",
            "config",
        ],
    ),
];

/// Whatever sits at the top may see everything.
const TOP: &[&str] = &["cli", "lib", "main"];

struct Source {
    path: PathBuf,
    /// Top module: `src/report/place.rs` is of `report`.
    module: String,
    /// Without comments and without what follows the first `#[cfg(test)]`.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !is_test(&path) {
                let inside = path.strip_prefix(&root).unwrap();
                let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
                let module = first.trim_end_matches(".rs").to_owned();
                let code = code_of(&std::fs::read_to_string(&path).unwrap());
                found.push(Source { path: inside.to_owned(), module, code });
            }
        }
    }
    assert!(found.len() > 30, "the sources were not found");
    found
}

/// `tests.rs` and `render_tests.rs` are unit tests in files of their own.
fn is_test(path: &Path) -> bool {
    path.file_stem().and_then(|s| s.to_str()).is_some_and(|s| s == "tests" || s.ends_with("_tests"))
}

/// `text` without line comments and unit tests.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = code.lines().map(|l| if l.trim_start().starts_with("//") { "" } else { l });
    lines.collect::<Vec<_>>().join("\n")
}

/// Names of our modules that `code` reaches by `crate::name`, also within `crate::{a, b}`.
fn imports(code: &str) -> Vec<String> {
    let mut all = Vec::new();
    for after in code.split("crate::").skip(1) {
        if let Some(group) = after.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => all.push(std::mem::take(&mut name)),
                    _ if depth == 0 => name.push(c),
                    _ => {}
                }
            }
            all.push(name);
        } else {
            all.push(after.to_owned());
        }
    }
    let first =
        |path: &String| path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    all.iter().map(first).filter(|n| !n.is_empty()).collect()
}

#[test]
fn pure_modules_do_no_io_and_read_no_clock() {
    let mut broken = Vec::new();
    for s in sources().iter().filter(|s| PURE.contains(&s.module.as_str())) {
        for word in IMPURE.iter().filter(|w| s.code.contains(**w)) {
            broken.push(format!("src/{} names `{word}`", s.path.display()));
        }
    }
    assert!(broken.is_empty(), "pure modules take `now`, bytes and randomness as arguments:\n{}", broken.join("\n"));
}

#[test]
fn imports_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut broken = Vec::new();
    for s in sources().iter().filter(|s| !TOP.contains(&s.module.as_str())) {
        let Some(may) = allowed.get(s.module.as_str()) else {
            broken.push(format!("src/{}: module `{}` has no place in MAY_IMPORT", s.path.display(), s.module));
            continue;
        };
        for name in imports(&s.code) {
            let ours = allowed.contains_key(name.as_str()) || TOP.contains(&name.as_str());
            // `crate::report::names!` is a macro, of use everywhere.
            let macro_only = name == "report" && !s.code.replace("crate::report::names!", "").contains("crate::report");
            if ours && name != s.module && !may.contains(&name.as_str()) && !macro_only {
                broken.push(format!("src/{} imports crate::{name}", s.path.display()));
            }
        }
    }
    broken.dedup();
    assert!(broken.is_empty(), "imports against the direction of lib.rs:\n{}", broken.join("\n"));
}

#[test]
fn no_pure_module_may_import_an_outer_one() {
    for (module, may) in MAY_IMPORT.iter().filter(|(m, _)| PURE.contains(m)) {
        for outer in OUTER {
            assert!(!may.contains(outer), "{module} may import {outer}");
        }
    }
}

#[test]
fn the_guard_sees_what_it_guards_against() {
    let code = "use crate::{a::B, c::{d, e}, f};\nlet x = crate::store::open();";
    assert_eq!(imports(code), ["a", "c", "f", "store"]);
    assert!(!code_of("// tokio::spawn\nfn f() {}\n#[cfg(test)]\nmod tests { use std::fs; }").contains("fs"));
}

#[test]
fn the_time_is_read_in_one_place() {
    let readers: Vec<PathBuf> = sources()
        .into_iter()
        .filter(|s| ["Timestamp::now", "Zoned::now", "SystemTime::now"].iter().any(|w| s.code.contains(w)))
        .map(|s| s.path)
        .collect();
    assert_eq!(readers, [Path::new("clock.rs")]);
}

#[test]
fn nothing_prints_by_the_macros_that_panic_on_a_closed_pipe() {
    for s in sources().iter().filter(|s| s.path != Path::new("cli/out.rs")) {
        for word in ["println!", "print!(", "eprintln!", "eprint!("] {
            assert!(!s.code.contains(word), "src/{} writes by `{word}`; use cli::out", s.path.display());
        }
    }
}

#[test]
fn every_kind_of_mail_has_its_text() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let entry = entry.unwrap();
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.file_name().into_string().unwrap());
            }
        }
    }
    for kind in MailKind::ALL {
        let stem = format!("{kind}.");
        assert!(files.iter().any(|f| f.starts_with(&stem)), "no template for {kind}; there are {files:?}");
    }
}

#[test]
fn the_readme_names_every_verb() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for verb in passerelle::cli::Cli::command().get_subcommands() {
        let name = verb.get_name();
        assert!(readme.contains(&format!("passerelle {name}")), "README.md does not name `passerelle {name}`");
    }
}
