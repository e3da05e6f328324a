//! The program as it is called: exit codes, what goes to which output, what is said.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

const SCHOOL: &str = r#"[[school]]
name = "Lycée Jean-Moulin"
uai = "0941234F"
city = "Torcy"
mailbox = "panne@lycee.test"
staff_domains = ["lycee.test"]
referent = "referent@lycee.test"
support = "desk@region.test"
[school.intake]
maildir = "in"
[school.delivery]
maildir = "out"
"#;

/// Runs the program in `folder`, without any terminal.
fn passerelle(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Exit code, standard output, standard error.
fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_configuration_that_is_nowhere_is_one_clear_line() {
    if Path::new("/etc/passerelle/passerelle.toml").exists() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (code, out, err) = told(&passerelle(dir.path(), &["check"]));
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "error: no configuration: neither passerelle.toml (in this folder) nor /etc/passerelle/passerelle.toml is \
         there; print one with `passerelle init > passerelle.toml` and fill it in, or name yours with `-c FILE`\n"
    );
}

#[test]
fn check_says_ok_line_by_line() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("passerelle.toml"), SCHOOL).unwrap();
    let (code, out, err) = told(&passerelle(dir.path(), &["check"]));
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let ok = out.lines().filter(|l| l.starts_with("ok     ")).count();
    assert_eq!(ok, 5, "{out}");
    assert!(out.ends_with("All is well.\n"), "{out}");
    assert!(dir.path().join("passerelle.db").is_file());
}

#[test]
fn check_ends_with_one_where_a_server_does_not_answer() {
    let dir = tempfile::tempdir().unwrap();
    // Port 1 of this machine: nobody listens there.
    let unreachable = "[school.intake.imap]\nurl = \"imap://127.0.0.1:1\"\nuser = \"u\"\npassword = \"hunter2\"\n";
    let text = SCHOOL.replace("[school.intake]\nmaildir = \"in\"\n", unreachable);
    std::fs::write(dir.path().join("other.toml"), text).unwrap();
    let (code, out, err) = told(&passerelle(dir.path(), &["check", "-c", "other.toml"]));
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.lines().any(|l| l.starts_with("WRONG  0941234F intake, TCP: 127.0.0.1:1")), "{out}");
    assert!(out.ends_with("One thing needs you.\n"), "{out}");
    assert!(!format!("{out}{err}").contains("hunter2"));
}

#[test]
fn check_names_file_and_line_of_a_wrong_mail_text() {
    let dir = tempfile::tempdir().unwrap();
    let mail = dir.path().join("texts/ile-de-france/mail");
    std::fs::create_dir_all(&mail).unwrap();
    std::fs::write(mail.join("ticket.txt"), "Objet : panne\n\n{{nonesuch}}\n").unwrap();
    std::fs::write(dir.path().join("passerelle.toml"), format!("templates = \"texts\"\n{SCHOOL}")).unwrap();
    let (code, out, _) = told(&passerelle(dir.path(), &["check"]));
    assert_eq!(code, 1, "{out}");
    let line = out.lines().find(|l| l.starts_with("WRONG")).unwrap();
    assert!(line.starts_with("WRONG  0941234F templates: ") && line.contains("mail/ticket.txt:3"), "{line}");
}

#[test]
fn mistakes_in_the_configuration_end_with_two() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("passerelle.toml"), SCHOOL.replace("city", "citty")).unwrap();
    let (code, out, err) = told(&passerelle(dir.path(), &["check"]));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("passerelle.toml:4: school.citty: unknown key `citty`; did you mean `city`?\n"), "{err}");
}

#[test]
fn wrong_use_ends_with_two_and_help_with_nought() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(told(&passerelle(dir.path(), &["chek"])).0, 2);
    assert_eq!(told(&passerelle(dir.path(), &[])).0, 2);
    assert_eq!(told(&passerelle(dir.path(), &["incident", "--json"])).0, 2);
    assert_eq!(told(&passerelle(dir.path(), &["--help"])).0, 0);
    assert_eq!(told(&passerelle(dir.path(), &["check", "--help"])).0, 0);
}

#[test]
fn init_prints_what_check_then_asks_to_be_filled_in() {
    let dir = tempfile::tempdir().unwrap();
    let output = passerelle(dir.path(), &["init"]);
    assert_eq!(output.status.code(), Some(0));
    std::fs::write(dir.path().join("passerelle.toml"), &output.stdout).unwrap();
    let (code, _, err) = told(&passerelle(dir.path(), &["check"]));
    assert_eq!(code, 2);
    assert!(err.contains("school.name: is still the sample's text; fill it in"), "{err}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_error() {
    // The shell's `head` closes the pipe after one line; the rest of the sample finds nobody.
    let script = format!(
        "for i in $(seq 50); do '{}' init; echo \"$?\" >&2; done | head -n 1",
        env!("CARGO_BIN_EXE_passerelle")
    );
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.lines().all(|l| l == "0" || l.contains("Broken pipe") && l.contains("echo")), "{err}");
    assert!(err.lines().filter(|l| *l == "0").count() > 1, "{err}");
}

#[test]
fn a_full_disk_is_told() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let output = Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .arg("init")
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let (code, _, err) = told(&output);
    assert_eq!(code, 2);
    assert!(err.starts_with("error: cannot write to standard output: No space left"), "{err}");
}
