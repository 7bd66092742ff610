//! From the events of the parser to the tree and its places.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span as EventSpan, StructureStyle, Tag};
use serde_json::{Map, Value};

use super::{Place, codes, extent, fold, gate, refuse, scalar, words};
use crate::diag::Diagnostic;
use crate::path::Path;
use crate::source::{Source, Span};

/// No description needs more levels; every later stage may recurse.
pub(super) const DEEPEST: usize = 64;

/// The tree and the place of every value in it.
pub(super) type Built = (Value, HashMap<Path, Place>);

/// Reads the whole text. With any finding the tree is thrown away, so it may be wrong from there on.
pub(super) fn build(source: &Source) -> Result<Built, Vec<Diagnostic>> {
    let text = &source.text()[source.bom_len()..];
    let options = granit_parser::options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        disallow_directives: true,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut builder = Builder::new(source);
    for event in Parser::new_from_str_with_options(text, options) {
        let more = match event {
            Ok((event, span)) => builder.event(event, &span),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0) + source.bom_len();
                builder.syntax_error(error.kind(), at);
                false
            }
        };
        if !more {
            break;
        }
    }
    builder.finish()
}

struct Builder<'s> {
    source: &'s Source,
    frames: Vec<Frame>,
    root: Option<Value>,
    places: HashMap<Path, Place>,
    found: Vec<Diagnostic>,
    /// How far the events have come.
    read: usize,
    /// The last plain scalar: broken lines are often swallowed by it.
    last_plain: Option<Span>,
    documents: usize,
}

/// A mapping or list that is still open.
struct Frame {
    path: Path,
    span: Span,
    block: bool,
    /// Whether it stands where a key should.
    is_key: bool,
    key_span: Option<Span>,
    kind: Kind,
}

enum Kind {
    Mapping { entries: Map<String, Value>, first: HashMap<String, Span>, key: Option<(String, Span)> },
    List(Vec<Value>),
}

impl<'s> Builder<'s> {
    fn new(source: &'s Source) -> Self {
        Builder {
            source,
            frames: Vec::new(),
            root: None,
            places: HashMap::new(),
            found: Vec::new(),
            read: source.bom_len(),
            last_plain: None,
            documents: 0,
        }
    }

    /// Takes one event; false when reading on is pointless.
    fn event(&mut self, event: Event<'_>, span: &EventSpan) -> bool {
        let at = self.span(span);
        match event {
            Event::DocumentStart(..) => return self.document(at),
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.alias(at),
            Event::Anchor(..) => self.found.push(refuse::anchor(at)),
            Event::Scalar(text, style, _, tag) => {
                self.tag(tag.as_deref(), span);
                self.scalar(&text, style, at);
            }
            Event::SequenceStart(style, _, tag) => {
                self.tag(tag.as_deref(), span);
                return self.open(Kind::List(Vec::new()), style, at);
            }
            Event::MappingStart(style, _, tag) => {
                self.tag(tag.as_deref(), span);
                let kind = Kind::Mapping { entries: Map::new(), first: HashMap::new(), key: None };
                return self.open(kind, style, at);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(at),
            _ => {}
        }
        self.read = self.read.max(at.end);
        true
    }

    /// The byte range of an event in the source, kept inside it whatever the parser says.
    fn span(&self, span: &EventSpan) -> Span {
        let bom = self.source.bom_len();
        let range = span.byte_range().unwrap_or(0..0);
        self.source.clamp(Span { start: range.start + bom, end: range.end + bom })
    }

    fn document(&mut self, at: Span) -> bool {
        self.documents += 1;
        if self.documents == 1 {
            return true;
        }
        let at = if self.source.slice(at) == "---" {
            at
        } else {
            let line = self.source.line(at.start);
            Span { start: at.start, end: line.end.max(at.start) }
        };
        self.found.push(refuse::second_document(at));
        false
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, at: Span) {
        let plain = style == ScalarStyle::Plain;
        let at = extent::trimmed(self.source, at);
        if plain {
            self.found.extend(gate::foreign_space(self.source, at));
            self.last_plain = Some(at);
        }
        if self.awaits_key() {
            return self.key(text, plain, at);
        }
        // The parser's text for a value that was not written is `~`.
        let value = match (plain, at.start == at.end) {
            (true, true) => Value::Null,
            (true, false) => scalar::plain(text),
            (false, _) => Value::String(text.to_owned()),
        };
        let at = if value.is_null() { self.dash(at) } else { at };
        let (path, key) = self.here();
        self.put(path, key, at, value);
    }

    /// The dash of a list element that is empty, so that there is something to underline.
    fn dash(&self, at: Span) -> Span {
        match self.frames.last() {
            Some(frame) if frame.block && matches!(frame.kind, Kind::List(_)) => extent::dash(self.source, at),
            _ => at,
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { kind: Kind::Mapping { key: None, .. }, .. }))
    }

    fn key(&mut self, text: &str, plain: bool, at: Span) {
        if plain && at.start == at.end {
            let colon =
                Span { start: at.start, end: at.start + usize::from(self.source.text()[at.start..].starts_with(':')) };
            self.found.push(refuse::no_key(colon));
        }
        if plain && text == "<<" {
            self.found.push(refuse::merge_key(at));
        }
        self.set_key(text.to_owned(), at);
    }

    fn set_key(&mut self, text: String, at: Span) {
        let Some(Frame { kind: Kind::Mapping { first, key, .. }, span, .. }) = self.frames.last_mut() else {
            return;
        };
        span.end = span.end.max(at.end);
        if let Some(&earlier) = first.get(&text) {
            // A second merge key or missing key has been reported as what it is.
            if text != "<<" && earlier.start != earlier.end {
                self.found.push(refuse::duplicate_key(&text, at, earlier));
            }
        } else {
            first.insert(text.clone(), at);
        }
        *key = Some((text, at));
    }

    fn open(&mut self, kind: Kind, style: StructureStyle, at: Span) -> bool {
        if self.frames.len() == DEEPEST {
            self.found.push(refuse::too_deep(at));
            return false;
        }
        let is_key = self.awaits_key();
        let (path, key_span) = self.here();
        self.read = self.read.max(at.end);
        let span = match (&kind, key_span) {
            (Kind::List(_), Some(key)) => extent::from_first_dash(self.source, key, at),
            _ => at,
        };
        self.frames.push(Frame { path, span, block: style == StructureStyle::Block, is_key, key_span, kind });
        true
    }

    fn close(&mut self, at: Span) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        // A block ends with its last child: the parser's end is the beginning of what follows.
        if !frame.block {
            frame.span.end = frame.span.end.max(at.end);
        }
        if frame.is_key {
            let what = match frame.kind {
                Kind::List(_) => "list",
                Kind::Mapping { .. } => "mapping",
            };
            self.found.push(refuse::complex_key(what, frame.span));
            // Two complex keys are not the same key: the position keeps them apart.
            return self.set_key(format!("?{}", frame.span.start), frame.span);
        }
        let value = match frame.kind {
            Kind::List(items) => Value::Array(items),
            Kind::Mapping { entries, .. } => Value::Object(entries),
        };
        self.put(frame.path, frame.key_span, frame.span, value);
    }

    /// Where the next value goes.
    fn here(&self) -> (Path, Option<Span>) {
        match self.frames.last() {
            None => (Path::root(), None),
            Some(frame) => match &frame.kind {
                Kind::List(items) => (frame.path.index(items.len()), None),
                Kind::Mapping { key: Some((text, at)), .. } => (frame.path.key(text.as_str()), Some(*at)),
                Kind::Mapping { key: None, .. } => (frame.path.clone(), None),
            },
        }
    }

    fn put(&mut self, path: Path, key_span: Option<Span>, at: Span, value: Value) {
        self.places.insert(path, Place { key: key_span, value: at });
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(value);
            return;
        };
        frame.span.end = frame.span.end.max(at.end);
        match &mut frame.kind {
            Kind::List(items) => items.push(value),
            Kind::Mapping { entries, key, .. } => {
                if let Some((text, _)) = key.take() {
                    entries.insert(text, value);
                }
            }
        }
    }

    fn alias(&mut self, at: Span) {
        self.found.push(refuse::alias(at));
        if self.awaits_key() {
            return self.set_key(format!("?{}", at.start), at);
        }
        let (path, key) = self.here();
        self.put(path, key, at, Value::Null);
    }

    fn tag(&mut self, tag: Option<&Tag>, span: &EventSpan) {
        if tag.is_some() {
            let at = span.tag_span().map_or_else(|| self.span(span), |span| self.span(&span));
            self.found.push(refuse::tag(self.source, at));
        }
    }

    fn syntax_error(&mut self, kind: &granit_parser::ErrorKind, at: usize) {
        // A look-alike of a space is what broke the syntax; the parser only sees the consequence.
        let foreign = |finding: &Diagnostic| finding.code == codes::FOREIGN_SPACE.code;
        if self.found.iter().any(foreign) {
            return;
        }
        let error = words::SyntaxError {
            kind,
            at: self.source.clamp(Span { start: at, end: at }).start,
            read: self.read,
            last_plain: self.last_plain,
            open: self.frames.iter().rfind(|frame| !frame.block).map(|frame| frame.span.start),
        };
        self.found.push(error.diagnostic(self.source));
    }

    fn finish(self) -> Result<Built, Vec<Diagnostic>> {
        let mut found = fold::fold(self.source, self.found);
        let nothing = self.places.get(&Path::root()).is_none_or(|place| place.value.start == place.value.end);
        if found.is_empty() && nothing {
            found.push(refuse::empty(self.source));
        }
        match (self.root, found.is_empty()) {
            (Some(root), true) => Ok((root, self.places)),
            _ => Err(found),
        }
    }
}
