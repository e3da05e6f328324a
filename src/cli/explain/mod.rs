//! `passerelle explain`: what it understands of one message, and why.

mod reply;
mod words;

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Done, out};
use crate::message::authenticated::authenticated;
use crate::message::{Forwarded, Message};
use crate::profile::Profile;
use crate::report::extract::{Extracted, extract};
use crate::report::place::Places;
use crate::school::{Role as Standing, School};

pub use reply::answer_json;

/// Bytes of a file that are read; more is no mail that anybody wrote.
const MAX_FILE: u64 = 64 << 20;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The school's file; without it a school of which nothing is known
    #[arg(long, value_name = "S.toml")]
    pub school: Option<PathBuf>,
    /// Take the message as this person's answer to a mail of ours
    #[arg(long = "as", value_name = "WHO", value_enum)]
    pub role: Option<Role>,
    /// Messages, as .eml files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// One JSON object per file instead of words
    #[arg(long)]
    pub json: bool,
}

/// Whose answer a message is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A colleague who reported.
    Reporter,
    /// The school's IT referent.
    Referent,
    /// The region's desk or its contractor.
    Support,
}

/// One message with what was understood of it.
struct Reading<'a> {
    file: String,
    school: &'a School,
    profile: &'a Profile,
    places: &'a Places,
    message: Message,
    told: Extracted,
}

/// Reads each file and tells what it means.
///
/// # Errors
/// A file cannot be read, or the school's file is wrong.
pub fn run(args: &Args) -> anyhow::Result<Done> {
    let school = match &args.school {
        Some(path) => crate::config::load_school_file(path)?,
        None => neutral_school()?,
    };
    let profile = Profile::builtin(&school.profile)?.with_words(&school.words)?;
    let places = Places::new(&school.rooms, &school.room_aliases);
    for (i, path) in args.files.iter().enumerate() {
        let message = crate::message::parse::parse(&read(path)?);
        let told = extract(&message, &profile, &places);
        let file = path.file_name().map_or_else(|| path.to_string_lossy(), |n| n.to_string_lossy()).into_owned();
        let reading = Reading { file, school: &school, profile: &profile, places: &places, message, told };
        if args.json {
            out::json(&object(&reading, args.role))?;
        } else {
            out::text(if i > 0 { "\n" } else { "" })?;
            out::text(&words::words(&reading, args.role))?;
        }
    }
    Ok(Done::Well)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut raw = Vec::new();
    let shown = || format!("cannot read {}", path.display());
    std::fs::File::open(path).and_then(|f| f.take(MAX_FILE).read_to_end(&mut raw)).with_context(shown)?;
    Ok(raw)
}

/// A school of which nothing is known: nobody is staff, no room is listed.
fn neutral_school() -> anyhow::Result<School> {
    let text = "name = \"Lycée\"\nuai = \"0750000T\"\ncity = \"?\"\nmailbox = \"mailbox@school.invalid\"\n\
                staff_domains = [\"school.invalid\"]\nreferent = \"referent@school.invalid\"\n\
                support = \"support@support.invalid\"\n";
    let mut school = crate::config::school_from_text(text, Path::new("(built in)"))?;
    school.profile = "ile-de-france".to_owned();
    school.timezone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    Ok(school)
}

/// The date in the school's zone, RFC 3339.
fn date(reading: &Reading<'_>) -> Option<String> {
    let at = reading.message.date?.to_zoned(reading.school.timezone.clone());
    Some(at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// Is the author known to be from outside? Without a school nobody is judged.
fn is_stranger(reading: &Reading<'_>) -> bool {
    let known = !reading.school.mailbox.domain().ends_with(".invalid");
    known && reading.message.from_address().is_none_or(|a| reading.school.role_of(a) == Standing::Stranger)
}

fn forwarded(all: &[Forwarded]) -> Value {
    if all.is_empty() { Value::Null } else { json!(all) }
}

/// The JSON object of one file.
fn object(reading: &Reading<'_>, role: Option<Role>) -> Map<String, Value> {
    let message = &reading.message;
    let from =
        message.from.as_ref().map(|p| p.address.as_ref().map_or_else(|| p.name.clone(), |a| a.as_str().to_owned()));
    let reports: Vec<Value> = reading
        .told
        .reports
        .iter()
        .map(|r| {
            json!({
                "place": r.place, "equipment": r.equipment, "responsible": r.responsible, "count": r.count,
                "span": r.span, "equipment_said": r.equipment_said, "passing": r.passing, "symptom": r.symptom, "stance": r.stance, "machines": r.machines,
                "labels": r.labels, "serials": r.serials, "since": r.since, "effect": r.effect, "tried": r.tried,
                "urgent": r.urgent, "doubts": r.doubts,
            })
        })
        .collect();
    let verdict = authenticated(&message.authentication_results, reading.school.policy.trusted_authserv.as_deref());
    let fields = [
        ("file", json!(reading.file)),
        ("message_id", json!(message.message_id)),
        ("from", json!(from)),
        ("date", json!(date(reading))),
        ("subject", json!(message.subject)),
        ("kind", json!(reading.told.kind)),
        ("new_text", json!(message.body.new_text)),
        ("quoted_text", json!(message.body.quoted_text)),
        ("signature", json!(message.body.signature)),
        ("forwarded", forwarded(&message.body.forwarded)),
        ("reports", Value::Array(reports)),
        ("bounce", json!(message.bounce)),
        ("authenticated", json!(verdict)),
    ];
    let mut object: Map<String, Value> = fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    if is_stranger(reading) {
        object.insert("stranger".to_owned(), Value::Bool(true));
    }
    if let Some(role) = role {
        // The answer's fields have a `date` too, that of a visit. Whoever reads an answer must not
        // take the message's own date for it.
        object.insert("date".to_owned(), Value::Null);
        object.extend(answer_json(role, message, reading.profile, reading.places, &reading.school.timezone));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(raw: &str, role: Option<Role>) -> Map<String, Value> {
        let school = neutral_school().unwrap();
        let profile = Profile::builtin(&school.profile).unwrap();
        let places = Places::new(&school.rooms, &school.room_aliases);
        let message = crate::message::parse::parse(raw.as_bytes());
        let told = extract(&message, &profile, &places);
        let file = "a.eml".to_owned();
        object(&Reading { file, school: &school, profile: &profile, places: &places, message, told }, role)
    }

    #[test]
    fn every_field_of_the_contract_is_there_whatever_the_bytes() {
        for raw in ["", "\u{0}\u{1}", "From: a@b.test\nSubject: x\n\nBonjour"] {
            let object = explained(raw, None);
            for field in [
                "file",
                "message_id",
                "from",
                "date",
                "subject",
                "kind",
                "new_text",
                "quoted_text",
                "signature",
                "forwarded",
                "reports",
                "bounce",
                "authenticated",
            ] {
                assert!(object.contains_key(field), "{field} of {raw:?}");
            }
            assert_eq!(object["authenticated"], "none");
        }
    }

    #[test]
    fn dates_are_told_in_the_schools_zone() {
        let object = explained("From: a@b.test\nDate: Mon, 3 Nov 2025 07:31:00 +0000\n\nx", None);
        assert_eq!(object["date"], "2025-11-03T08:31:00+01:00");
    }

    #[test]
    fn an_answer_names_its_role_and_intent() {
        for (role, name) in [(Role::Referent, "referent"), (Role::Support, "support"), (Role::Reporter, "reporter")] {
            let object = explained("From: a@b.test\nSubject: x\n\n", Some(role));
            assert_eq!(object["role"], name);
            assert!(object["intent"].is_string());
        }
    }
}
