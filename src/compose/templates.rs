//! The texts: embedded, replaceable by the operator, compiled once.
//!
//! A text is a file `KIND.txt`: a first line `Objet : …`, a blank line, the body. Files whose name
//! begins with `_` are parts that others include (`{{> _pied}}`). What people wrote reaches the
//! texts as data only, so braces in it are braces.

use std::collections::BTreeMap;
use std::sync::Arc;

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use serde_json::Value;

use super::french::{self, typography};
use super::{MailKind, Rendered, parts, wrap};
use crate::address::is_unseen;

macro_rules! embedded {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/ile-de-france/mail/", $name, ".txt")))),+]
    };
}

/// The texts of Île-de-France. Other profiles use them too, with their own desk's name.
const EMBEDDED: &[(&str, &str)] = embedded![
    "_fiche",
    "_pied",
    "_relance",
    "acknowledgement",
    "proposal",
    "ticket",
    "ticket_copy",
    "follow_up",
    "follow_up_copy",
    "outcome_copy",
    "progress",
    "resolution_check",
    "reminder",
    "digest",
    "binder",
    "answer",
    "stranger",
    "help",
    "alert",
];

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct TemplateError {
    /// The file, as its owner knows it.
    pub file: String,
    /// Line in it, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub what: String,
}

/// All texts of a profile, compiled. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Templates {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    own: Set,
    /// The embedded texts alone, where `own` holds replacements.
    fallback: Option<Set>,
}

/// One compiled set of texts.
#[derive(Debug)]
struct Set {
    registry: Handlebars<'static>,
    /// Name -> file shown in errors, line on which the body begins.
    files: BTreeMap<String, (String, usize)>,
}

impl Templates {
    /// The texts that come with the program, for `profile`. Every profile has all kinds.
    ///
    /// # Errors
    /// None that the tests let pass: the embedded texts compile.
    pub fn builtin(profile: &str) -> Result<Self, TemplateError> {
        let set = Set::compile(&embedded_texts(profile))?;
        Ok(Self { inner: Arc::new(Inner { own: set, fallback: None }) })
    }

    /// The same, with an operator's files in place of some: (path, text), the path's last part
    /// being `KIND.txt` or a part such as `_pied.txt`.
    ///
    /// # Errors
    /// The first text that does not compile, fails with sample data, or has a name that is none.
    pub fn load(profile: &str, replacements: &[(String, String)]) -> Result<Self, TemplateError> {
        if replacements.is_empty() {
            return Self::builtin(profile);
        }
        let mut texts = embedded_texts(profile);
        for (path, text) in replacements {
            let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
            let name = file.strip_suffix(".txt").unwrap_or(file);
            let Some(slot) = texts.get_mut(name) else {
                let known: Vec<&str> = EMBEDDED.iter().map(|(n, _)| *n).collect();
                let what = format!("`{file}` is no mail text; the names are {}", known.join(".txt, ") + ".txt");
                return Err(TemplateError { file: path.clone(), line: 1, what });
            };
            *slot = (path.clone(), text.clone());
        }
        let own = Set::compile(&texts)?;
        let fallback = Some(Set::compile(&embedded_texts(profile))?);
        let templates = Self { inner: Arc::new(Inner { own, fallback }) };
        templates.check()?;
        Ok(templates)
    }

    /// Renders every kind with several samples.
    ///
    /// # Errors
    /// The first text that fails, with file and line.
    pub fn check(&self) -> Result<(), TemplateError> {
        for (kind, data) in super::samples::data() {
            self.inner.own.render(kind, &Context::from(data))?;
        }
        Ok(())
    }

    /// Subject and text of one kind. A replacement that fails on unforeseen data gives way to the
    /// embedded text, so that no mail is lost to it.
    pub(super) fn render(&self, kind: MailKind, data: Value) -> Result<Rendered, TemplateError> {
        let data = Context::from(data);
        match (self.inner.own.render(kind, &data), &self.inner.fallback) {
            (Err(_), Some(fallback)) => fallback.render(kind, &data),
            (result, _) => result,
        }
    }
}

/// Without characters that are not seen or turn the writing direction: words of strangers and of mail
/// servers are quoted in every kind of mail. What joins an emoji stays.
fn visible(text: String) -> String {
    let hidden = |c: char| is_unseen(c) && c != '\u{200d}';
    if text.contains(hidden) { text.replace(hidden, "") } else { text }
}

/// Name -> (file, text).
fn embedded_texts(profile: &str) -> BTreeMap<String, (String, String)> {
    let file = |name: &str| format!("templates/{profile}/mail/{name}.txt");
    EMBEDDED.iter().map(|(name, text)| ((*name).to_owned(), (file(name), (*text).to_owned()))).collect()
}

impl Set {
    fn compile(texts: &BTreeMap<String, (String, String)>) -> Result<Self, TemplateError> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(handlebars::no_escape);
        registry.register_helper("row", Box::new(row));
        registry.register_helper("quote", Box::new(quote));
        registry.register_helper("plural", Box::new(plural));
        registry.register_helper("typo", Box::new(typo));
        registry.register_helper("capital", Box::new(capital));
        parts::check(texts)?;
        let mut files = BTreeMap::new();
        for (name, (file, text)) in texts {
            let (subject, body, line) = if name.starts_with('_') {
                (None, text.as_str(), 1)
            } else {
                let (subject, body, line) =
                    split(text).map_err(|(line, what)| TemplateError { file: file.clone(), line, what })?;
                (Some(subject), body, line)
            };
            let mut register = |key: String, source: &str, first_line: usize| {
                registry.register_template_string(&key, typeset(source)).map_err(|e| TemplateError {
                    file: file.clone(),
                    line: first_line + e.pos().map_or(1, |(l, _)| l).saturating_sub(1),
                    what: format!("{}; the text is not valid here", e.reason()),
                })
            };
            if let Some(subject) = subject {
                register(format!("{name}/objet"), subject, 1)?;
            }
            register(name.clone(), body, line)?;
            files.insert(name.clone(), (file.clone(), line));
        }
        Ok(Self { registry, files })
    }

    fn render(&self, kind: MailKind, data: &Context) -> Result<Rendered, TemplateError> {
        let name = kind.as_str();
        let subject = visible(self.one(&format!("{name}/objet"), data)?);
        let text = wrap::wrap(&visible(self.one(name, data)?));
        Ok(Rendered { subject: french::one_line(&subject, 200), text })
    }

    fn one(&self, key: &str, data: &Context) -> Result<String, TemplateError> {
        self.registry.render_with_context(key, data).map_err(|e| {
            // An error inside a part names the part.
            let at = e.template_name.as_deref().unwrap_or(key);
            let (file, first) = match at.strip_suffix("/objet") {
                Some(name) => (self.files.get(name).map(|f| f.0.clone()), 1),
                None => self.files.get(at).map_or((None, 1), |(f, l)| (Some(f.clone()), *l)),
            };
            TemplateError {
                file: file.unwrap_or_else(|| at.to_owned()),
                line: first + e.line_no.unwrap_or(1).saturating_sub(1),
                what: e.reason().to_string(),
            }
        })
    }
}

/// Subject, body and the body's first line number.
fn split(text: &str) -> Result<(&str, &str, usize), (usize, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let refuse = || (1, "the first line must be `Objet : …`, followed by a blank line".to_owned());
    let (first, rest) = text.split_once('\n').ok_or_else(refuse)?;
    let subject = first.trim().strip_prefix("Objet").ok_or_else(refuse)?;
    let subject = subject.trim_start_matches([' ', '\u{a0}']).strip_prefix(':').ok_or_else(refuse)?.trim();
    if subject.is_empty() {
        return Err(refuse());
    }
    let (blank, body) = rest.split_once('\n').ok_or_else(refuse)?;
    if blank.trim().is_empty() { Ok((subject, body, 3)) } else { Err((2, refuse().1)) }
}

/// French spacing for the text around the tags; what is inside of `{{…}}` is code.
fn typeset(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 64);
    let mut rest = source;
    while let Some(start) = rest.find("{{") {
        let (text, tag) = rest.split_at(start);
        push_typeset(&mut out, text);
        let Some(end) = tag.find("}}") else { return out + tag };
        let (tag, after) = tag.split_at(end + 2);
        out.push_str(tag);
        rest = after;
    }
    push_typeset(&mut out, rest);
    out
}

/// [`typography`] of a piece between two tags: its neighbours count as letters, so that the space
/// of `{{name}} ?` and of `« {{name}} »` becomes unbreakable.
fn push_typeset(out: &mut String, text: &str) {
    let fixed = typography(&format!("x{text}"));
    let fixed = fixed.strip_prefix('x').unwrap_or(&fixed);
    out.push_str(fixed);
}

/// `{{row "Lieu" value}}`: a line of a form.
fn row(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let (label, value) = (text_param(h, "row", 0)?, text_param(h, "row", 1)?);
    out.write(wrap::row(&label, &value).trim_end_matches('\n'))?;
    Ok(())
}

/// `{{quote words}}`: a person's text, every line behind `> `.
fn quote(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(wrap::quote(&text_param(h, "quote", 0)?).trim_end_matches('\n'))?;
    Ok(())
}

/// `{{plural n "photo" "photos"}}`: the number and the noun that fits it.
fn plural(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let n = h.param(0).and_then(|p| p.value().as_i64()).ok_or(RenderErrorReason::ParamNotFoundForIndex("plural", 0))?;
    let (one, many) = (text_param(h, "plural", 1)?, text_param(h, "plural", 2)?);
    out.write(&format!("{n}\u{a0}{}", french::plural(n, &one, &many)))?;
    Ok(())
}

/// `{{typo text}}`: French spacing for a text that is data.
fn typo(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&typography(&text_param(h, "typo", 0)?))?;
    Ok(())
}

/// `{{capital text}}`: with its first letter in upper case.
fn capital(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&french::capital(&text_param(h, "capital", 0)?))?;
    Ok(())
}

fn text_param(h: &Helper<'_>, helper: &'static str, i: usize) -> Result<String, RenderErrorReason> {
    let param =
        h.param(i).filter(|p| !p.is_value_missing()).ok_or(RenderErrorReason::ParamNotFoundForIndex(helper, i))?;
    Ok(match param.value() {
        Value::String(s) => s.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_name_no_region_and_no_desk() {
        for (name, text) in EMBEDDED {
            assert!(
                !text.contains("CESAME") && !text.contains("Île-de-France"),
                "{name}: a profile's label belongs there"
            );
        }
    }

    #[test]
    fn french_spacing_reaches_text_but_not_tags() {
        assert_eq!(
            typeset("« {{x}} » : {{#if (eq a \"b ?\")}}l'{{y}} ?{{/if}}"),
            "«\u{a0}{{x}}\u{a0}»\u{a0}: {{#if (eq a \"b ?\")}}l’{{y}}\u{a0}?{{/if}}"
        );
    }

    #[test]
    fn a_text_begins_with_its_subject_and_a_blank_line() {
        assert_eq!(split("Objet : a\n\nb\n"), Ok(("a", "b\n", 3)));
        assert_eq!(split("\u{feff}Objet\u{a0}: a\r\n\r\nb\n"), Ok(("a", "b\n", 3)));
        assert_eq!(split("Objet : a\nb\n").map_err(|(line, _)| line), Err(2));
        assert_eq!(split("Objet :\n\nb").map_err(|(line, _)| line), Err(1));
    }
}
