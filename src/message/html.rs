//! HTML -> plain text.
//!
//! The text has the form that [`super::trim`] reads: lists as `- item` and `1) item`, table rows as
//! lines with ` | ` between cells, quoted passages behind `> `, and private marks round what the
//! client itself declares to be a signature. The tokeniser follows the HTML standard; no tree is built,
//! so nothing recurses and time is linear.

use std::convert::Infallible;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use super::text::{MARK_SIGNATURE, MARK_SIGNATURE_END, clean};

/// Open elements remembered; deeper ones are read but cannot hide, quote or number.
const MAX_OPEN: usize = 128;

/// Quote marks written; deeper quotes are all the same.
const MAX_QUOTE: usize = 20;

/// Turns HTML into text. Styles, scripts, comments and hidden passages are dropped, entities decoded.
pub fn to_text(html: &str) -> String {
    let text = render(html, true);
    if text.trim().is_empty() && html.len() > 40 {
        // An unclosed <title/> or <style> swallows all that follows where the standard is obeyed.
        return render(html, false);
    }
    text
}

fn render(html: &str, switch_states: bool) -> String {
    let mut writer = Writer::default();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| -> Option<Infallible> {
        writer.event(&event);
        None
    });
    emitter.naively_switch_states(switch_states);
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    writer.finish()
}

/// What an open element does to its content.
#[derive(Debug, Default)]
struct Open {
    name: Vec<u8>,
    hides: bool,
    quotes: bool,
    signs: bool,
    preformatted: bool,
    list: Option<List>,
}

#[derive(Debug)]
struct List {
    /// The next number; `None` for bullets.
    next: Option<u32>,
}

/// A start tag under way: the attributes that matter.
#[derive(Debug, Default)]
struct Tag {
    name: Vec<u8>,
    attribute: Attribute,
    /// class, id, name and data-marker, joined by spaces, lower case.
    labels: String,
    style: String,
    start: Option<u32>,
    hidden: bool,
    cites: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Attribute {
    Label,
    Style,
    Start,
    Cite,
    #[default]
    Other,
}

#[derive(Debug, Default)]
struct Writer {
    out: String,
    line: String,
    /// Whether white space is due before the next word.
    space: bool,
    /// List marker due before the next word.
    marker: String,
    /// Whether an empty line is due before the next text.
    paragraph: bool,
    blank: bool,
    tag: Tag,
    open: Vec<Open>,
    hidden: usize,
    quoted: usize,
    signed: usize,
    preformatted: usize,
}

impl Writer {
    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag { name: name.to_ascii_lowercase(), ..Tag::default() };
            }
            CallbackEvent::AttributeName { name } => {
                self.tag.attribute = match *name {
                    b"class" | b"id" | b"name" | b"data-marker" | b"data-smartmail" => Attribute::Label,
                    b"style" => Attribute::Style,
                    b"start" => Attribute::Start,
                    b"type" | b"cite" => Attribute::Cite,
                    b"hidden" => {
                        self.tag.hidden = true;
                        Attribute::Other
                    }
                    _ => Attribute::Other,
                };
            }
            CallbackEvent::AttributeValue { value } => self.tag.value(value),
            CallbackEvent::CloseStartTag { self_closing } => {
                let tag = std::mem::take(&mut self.tag);
                self.start(tag, *self_closing);
            }
            CallbackEvent::EndTag { name } => self.end(&name.to_ascii_lowercase()),
            CallbackEvent::String { value } => {
                if self.hidden == 0 {
                    self.text(&String::from_utf8_lossy(value));
                }
            }
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn start(&mut self, tag: Tag, self_closing: bool) {
        let name = tag.name.as_slice();
        match name {
            b"br" => {
                if self.hidden == 0 {
                    self.new_line(true);
                }
                return;
            }
            b"hr" => {
                if self.hidden == 0 {
                    self.new_line(false);
                    self.text("________________________________");
                    self.new_line(false);
                }
                return;
            }
            b"img" | b"input" | b"meta" | b"link" | b"area" | b"base" | b"col" | b"embed" | b"wbr" | b"source"
            | b"track" | b"param" => return,
            // These end their open sibling (HTML, 13.1.2.4).
            b"p" | b"li" | b"td" | b"th" | b"tr" | b"dd" | b"dt" | b"option"
                if self.open.last().is_some_and(|o| o.name == name) =>
            {
                self.pop();
            }
            _ => {}
        }
        if is_block(name) && self.hidden == 0 {
            self.new_line(false);
            self.paragraph |= tag.spaced() && self.marker.is_empty();
        }
        if matches!(name, b"td" | b"th") && !self.line.trim().is_empty() && self.hidden == 0 {
            self.line.push_str(" |");
            self.space = true;
        }
        if name == b"li" && self.hidden == 0 {
            self.item();
        }
        if (self_closing && name.contains(&b':')) || self.open.len() >= MAX_OPEN {
            return;
        }
        let open = Open {
            hides: tag.hides(),
            quotes: tag.quotes(),
            signs: tag.signs(),
            preformatted: name == b"pre" || tag.style.contains("white-space:pre"),
            list: match name {
                b"ul" | b"menu" | b"dir" => Some(List { next: None }),
                b"ol" => Some(List { next: Some(tag.start.unwrap_or(1)) }),
                _ => None,
            },
            name: tag.name,
        };
        if open.signs && self.signed == 0 && self.quoted == 0 && self.hidden == 0 && !open.hides {
            self.new_line(false);
            self.mark(MARK_SIGNATURE);
        }
        if open.quotes {
            self.new_line(false);
        }
        self.hidden += usize::from(open.hides);
        self.quoted += usize::from(open.quotes);
        self.signed += usize::from(open.signs);
        self.preformatted += usize::from(open.preformatted);
        self.open.push(open);
    }

    fn end(&mut self, name: &[u8]) {
        if name == b"br" && self.hidden == 0 {
            // `</br>` is a line break to every browser.
            self.new_line(true);
            return;
        }
        let Some(depth) = self.open.iter().rposition(|o| o.name == name) else { return };
        // An inline end tag does not close the blocks that stand open above it.
        if !is_block(name) && !matches!(name, b"td" | b"th") {
            let blocks = self.open.iter().skip(depth + 1).any(|o| is_block(&o.name));
            if blocks {
                return;
            }
        }
        while self.open.len() > depth {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if (is_block(&open.name) || open.quotes || open.signs) && self.hidden == 0 {
            self.new_line(false);
        }
        self.hidden -= usize::from(open.hides);
        self.quoted -= usize::from(open.quotes);
        self.signed -= usize::from(open.signs);
        self.preformatted -= usize::from(open.preformatted);
        if open.signs && self.signed == 0 && self.quoted == 0 && self.hidden == 0 {
            self.mark(MARK_SIGNATURE_END);
        }
        if self.hidden == 0 && matches!(open.name.as_slice(), b"h1" | b"h2" | b"h3" | b"h4" | b"ul" | b"ol" | b"table")
        {
            self.paragraph |= open.name != b"table" && self.lists() == 0;
        }
    }

    fn lists(&self) -> usize {
        self.open.iter().filter(|o| o.list.is_some()).count()
    }

    fn item(&mut self) {
        let depth = self.lists().saturating_sub(1).min(8);
        let list = self.open.iter_mut().rev().find_map(|o| o.list.as_mut());
        let mark = match list.and_then(|l| l.next.as_mut()) {
            Some(next) => {
                let number = *next;
                *next = next.saturating_add(1);
                format!("{number}) ")
            }
            None => "- ".to_owned(),
        };
        self.marker = format!("{}{mark}", "  ".repeat(depth));
    }

    fn text(&mut self, text: &str) {
        let keep = self.preformatted > 0;
        for c in text.chars() {
            match c {
                '\n' if keep => self.new_line(true),
                ' ' | '\t' if keep => {
                    self.begin();
                    self.line.push(c);
                }
                ' ' | '\t' | '\n' | '\r' | '\x0C' => self.space = true,
                '\u{A0}' => {
                    // A hard space makes a line of its own where it stands alone.
                    if self.space && !self.line.is_empty() {
                        self.line.push(' ');
                    }
                    self.space = false;
                    self.line.push('\u{A0}');
                }
                MARK_SIGNATURE | MARK_SIGNATURE_END => {}
                _ => {
                    self.begin();
                    self.line.push(c);
                }
            }
        }
    }

    /// What is due before a visible character: list marker or space.
    fn begin(&mut self) {
        if !self.marker.is_empty() && self.line.trim().is_empty() {
            self.line.clear();
            self.line.push_str(&std::mem::take(&mut self.marker));
        } else if self.space && !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
        self.space = false;
    }

    /// Ends the line under way; an empty one is written only where it is `wanted`.
    fn new_line(&mut self, wanted: bool) {
        self.space = false;
        if self.line.is_empty() && !wanted {
            return;
        }
        let line = std::mem::take(&mut self.line);
        let line = line.trim_end();
        if line.is_empty() {
            if !self.out.is_empty() {
                self.paragraph = true;
            }
            return;
        }
        if self.paragraph && !self.out.is_empty() && !self.blank {
            self.prefix();
            self.out.push('\n');
        }
        self.paragraph = false;
        self.blank = false;
        self.prefix();
        if self.quoted > 0 {
            self.out.push(' ');
        }
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn prefix(&mut self) {
        self.out.extend(std::iter::repeat_n('>', self.quoted.min(MAX_QUOTE)));
    }

    fn mark(&mut self, mark: char) {
        self.out.push(mark);
        self.out.push('\n');
    }

    fn finish(mut self) -> String {
        self.new_line(false);
        // The marks are ours: they are put back after the cleaning that takes foreign ones away.
        let mut clean_text = String::with_capacity(self.out.len());
        for line in self.out.split_inclusive('\n') {
            match line.trim_end() {
                "\u{E000}" | "\u{E001}" => clean_text.push_str(line),
                _ => clean_text.push_str(&clean(line)),
            }
        }
        clean_text
    }
}

impl Tag {
    fn value(&mut self, value: &[u8]) {
        let value = || String::from_utf8_lossy(value.get(..value.len().min(2_000)).unwrap_or_default());
        match self.attribute {
            Attribute::Label => {
                self.labels.push(' ');
                self.labels.push_str(&value().to_lowercase());
            }
            Attribute::Style => {
                self.style = value().chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
            }
            Attribute::Start => self.start = value().trim().parse().ok(),
            Attribute::Cite => self.cites = self.name == b"blockquote",
            Attribute::Other => {}
        }
    }

    /// Whether an empty line stands before and after by default.
    fn spaced(&self) -> bool {
        match self.name.as_slice() {
            b"p" => {
                !self.labels.contains("mso") && !self.style.contains("margin:0") && !self.style.contains("margin-top:0")
            }
            b"h1" | b"h2" | b"h3" | b"h4" => true,
            _ => false,
        }
    }

    fn hides(&self) -> bool {
        let never_shown = matches!(
            self.name.as_slice(),
            b"style" | b"script" | b"title" | b"template" | b"svg" | b"math" | b"noscript" | b"xml"
        );
        let style = &self.style;
        never_shown
            || self.hidden
            || style.contains("display:none")
            || style.contains("mso-hide:all")
            || style.contains("visibility:hidden")
            || (style.contains("max-height:0") && style.contains("overflow:hidden"))
            || style.split(';').any(|rule| matches!(rule, "font-size:0" | "font-size:0px" | "opacity:0"))
    }

    /// Whether this element holds somebody else's words.
    fn quotes(&self) -> bool {
        if self.name == b"blockquote" {
            // Indenting in Gmail and WebKit makes blockquotes too.
            let indents = self.style.contains("border:none") || self.labels.contains("indent-blockquote");
            return self.cites || self.labels.contains("quote") && !self.labels.contains("indent") || !indents;
        }
        ["yahoo_quoted", "protonmail_quote", "zmail_extra", "tutanota_quote", "ymail_android_quote"]
            .iter()
            .any(|label| self.labels.contains(label))
    }

    /// Whether the client declares this to be the signature.
    fn signs(&self) -> bool {
        self.labels.split(' ').any(|label| {
            matches!(
                label.trim_start_matches("x_"),
                "gmail_signature"
                    | "moz-signature"
                    | "ms-outlook-mobile-signature"
                    | "signature"
                    | "__sig_pre__"
                    | "__sig_post__"
                    | "protonmail_signature_block"
                    | "tutanota_signature"
                    | "ymail_signature"
            )
        })
    }
}

fn is_block(name: &[u8]) -> bool {
    matches!(
        name,
        b"address"
            | b"article"
            | b"aside"
            | b"blockquote"
            | b"body"
            | b"caption"
            | b"center"
            | b"dd"
            | b"details"
            | b"dialog"
            | b"dir"
            | b"div"
            | b"dl"
            | b"dt"
            | b"fieldset"
            | b"figure"
            | b"figcaption"
            | b"footer"
            | b"form"
            | b"h1"
            | b"h2"
            | b"h3"
            | b"h4"
            | b"h5"
            | b"h6"
            | b"head"
            | b"header"
            | b"html"
            | b"legend"
            | b"li"
            | b"main"
            | b"menu"
            | b"nav"
            | b"ol"
            | b"p"
            | b"pre"
            | b"section"
            | b"summary"
            | b"table"
            | b"tbody"
            | b"tfoot"
            | b"thead"
            | b"tr"
            | b"ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        to_text(html).trim_end().to_owned()
    }

    #[test]
    fn lists_and_paragraphs_keep_their_shape() {
        let html = "<p>Bonjour,</p><p>Deux soucis&nbsp;:</p><ol><li>l&#39;&eacute;cran<li><p>la souris</p></ol><ul><li>a<ul><li>b</ul></ul>fin";
        assert_eq!(text(html), "Bonjour,\n\nDeux soucis :\n1) l'écran\n2) la souris\n\n- a\n  - b\n\nfin");
    }

    #[test]
    fn word_paragraphs_stand_line_by_line() {
        let html = "<style>p{x}</style><p class=MsoNormal>A<o:p></o:p></p><p class=MsoNormal>&nbsp;<o:p/></p><p class=MsoNormal>B</p>";
        assert_eq!(text(html), "A\n\nB");
    }

    #[test]
    fn quotes_are_told_from_indentation() {
        let html = "<div>ok</div><div class=gmail_quote>Le lun. X a écrit&nbsp;:<br><blockquote class=gmail_quote style='margin:0 0 0 .8ex'>vieux<blockquote type=cite>plus vieux</blockquote></blockquote></div><blockquote style='margin:0 0 0 40px;border:none;padding:0px'>retrait</blockquote>";
        assert_eq!(text(html), "ok\nLe lun. X a écrit :\n> vieux\n>> plus vieux\nretrait");
    }

    #[test]
    fn what_is_not_shown_is_not_read() {
        let html = "<head><title>T</title><script>if (a<b) {}</script></head><body><div style='display: none'>caché</div><!-- c --><span hidden>h</span>vu</body>";
        assert_eq!(text(html), "vu");
    }

    #[test]
    fn rows_become_lines_and_cells_stay_apart() {
        assert_eq!(
            text("<table><tr><td>B204<td>vidéo</tr><tr><td>CDI</td><td>souris</td></tr></table>"),
            "B204 | vidéo\nCDI | souris"
        );
    }

    #[test]
    fn an_unclosed_title_does_not_swallow_the_letter() {
        assert_eq!(
            text("<html><head><title/></head><body><p>Le PC de B12 est mort</p></body></html>"),
            "Le PC de B12 est mort"
        );
    }

    #[test]
    fn deep_nesting_stays_cheap() {
        let html = format!("{}mot{}", "<div><span>".repeat(50_000), "</i></div>".repeat(50_000));
        assert_eq!(text(&html), "mot");
    }
}
