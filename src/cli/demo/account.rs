//! The account of the play on the terminal: who wrote what to whom, day by day.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;

use jiff::Zoned;

use super::script::{Person, Play, Scene};
use super::stage::Moment;
use crate::cli::out;

/// Columns that lines fill at most.
const WIDTH: usize = 98;
/// Where the text of a scene begins.
const INDENT: &str = "       ";
/// Lines that a person's words take at most.
const LINES: usize = 3;

/// Bold, dim or coloured text on a terminal, plain text elsewhere.
pub(super) struct Account {
    colour: bool,
    names: BTreeMap<String, String>,
    day: String,
}

/// A person's mail as it was sent.
pub(super) struct Written<'a> {
    pub(super) subject: &'a str,
    pub(super) text: &'a str,
}

/// How a piece of text is set.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ink {
    Bold,
    Dim,
    Green,
    Cyan,
}

impl Account {
    pub(super) fn new(play: &Play) -> Self {
        let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        let names = play.cast.values().map(|p| (p.address.clone(), p.name.clone())).collect();
        Self { colour, names, day: String::new() }
    }

    pub(super) fn ink(&self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Green => "32",
            Ink::Cyan => "36",
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// The name that belongs to an address.
    pub(super) fn name<'a>(&'a self, address: &'a str) -> &'a str {
        self.names.get(address).map_or(address, String::as_str)
    }

    /// A line across, with a title in it.
    pub(super) fn heading(&self, title: &str) -> anyhow::Result<()> {
        let rule = "─".repeat(WIDTH.saturating_sub(title.chars().count() + 4));
        out::coloured(format_args!("\n{}", self.ink(Ink::Bold, &format!("── {title} {rule}"))))
    }

    fn day(&mut self, at: &Zoned) -> anyhow::Result<()> {
        let day = at.strftime("%A %-d %B %Y").to_string();
        if day != self.day {
            self.heading(&day)?;
            self.day = day;
        }
        Ok(())
    }

    /// What somebody wrote, and what came of it.
    pub(super) fn scene(
        &mut self,
        at: &Zoned,
        scene: &Scene,
        author: &Person,
        written: &Written<'_>,
        moment: &Moment,
    ) -> anyhow::Result<()> {
        self.day(at)?;
        let role = if author.role.is_empty() { String::new() } else { format!(" ({})", author.role) };
        let who =
            if scene.bounces.is_some() { "Mail Delivery System".to_owned() } else { format!("{}{role}", author.name) };
        let room = WIDTH.saturating_sub(INDENT.len() + who.chars().count() + 2);
        let who = self.ink(Ink::Bold, &who);
        out::line(format_args!("\n{}  {who}  {}", at.strftime("%H:%M"), fit(written.subject, room)))?;
        let mut words = without_greeting(written.text);
        if let Some(forwarded) = &scene.forwards {
            words = format!("{words} [forwarded:] {}", without_greeting(&forwarded.text));
        }
        if scene.photo {
            words.push_str(" [with a photo]");
        }
        for line in wrap(&words) {
            out::coloured(format_args!("{INDENT}{} {line}", self.ink(Ink::Dim, "│")))?;
        }
        if !scene.note.is_empty() {
            for line in wrap(&format!("# {}", scene.note)) {
                out::coloured(format_args!("{INDENT}{}", self.ink(Ink::Cyan, &line)))?;
            }
        }
        self.moment(moment)
    }

    /// What came of the mere passing of time.
    pub(super) fn clock(&mut self, at: &Zoned, moment: &Moment) -> anyhow::Result<()> {
        self.day(at)?;
        out::coloured(format_args!("\n{}  {}", at.strftime("%H:%M"), self.ink(Ink::Bold, "Time passes")))?;
        self.moment(moment)
    }

    fn moment(&self, moment: &Moment) -> anyhow::Result<()> {
        for (to, kind, subject) in &moment.mails {
            let head = format!("→ {:<20} {kind:<16} ", fit(self.name(to), 20));
            let room = WIDTH.saturating_sub(INDENT.len() + head.chars().count());
            out::coloured(format_args!("{INDENT}{}{}", self.ink(Ink::Green, &head), fit(subject, room)))?;
        }
        for end in &moment.ends {
            out::line(format_args!("{INDENT}= {end}"))?;
        }
        for (reference, state) in &moment.changes {
            out::line(format_args!("{INDENT}= {reference} is {state}"))?;
        }
        Ok(())
    }
}

/// A person's words on one line, without the greeting that every mail begins with.
fn without_greeting(text: &str) -> String {
    let text = text.trim();
    let greeting = |line: &str| line.starts_with("Bonjour") && line.split_whitespace().count() <= 2;
    let rest = text.split_once('\n').filter(|(first, _)| greeting(first)).map_or(text, |(_, rest)| rest);
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines of words that fit beside the margin.
fn wrap(text: &str) -> Vec<String> {
    let most = WIDTH - INDENT.len() - 2;
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let many = lines.len();
        let Some(line) = lines.last_mut() else { break };
        if line.chars().count() + word.chars().count() + 2 <= most {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else if many < LINES {
            lines.push(word.to_owned());
        } else {
            line.push_str(" …");
            break;
        }
    }
    lines
}

/// `text`, cut to `most` characters.
pub(super) fn fit(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_set_in_few_lines_that_fit() {
        let lines = wrap(&"quelques mots ".repeat(60));
        assert_eq!(lines.len(), LINES);
        assert!(lines.iter().all(|l| l.chars().count() <= WIDTH - INDENT.len() - 2));
        assert!(lines.last().unwrap().ends_with('…'));
        assert_eq!(without_greeting("Bonjour,\n\nLe projecteur\nest mort."), "Le projecteur est mort.");
        assert_eq!(fit("ééééé", 3), "éé…");
    }
}
