//! The parser's complaints one by one, where the words do not depend on the text around them.

use granit_parser::ErrorKind as E;

/// Message, label and help.
type Phrase = (&'static str, &'static str, &'static str);

const UNCLOSED_QUOTE: Phrase = (
    "a quoted text is not closed",
    "the quote opened here has no partner",
    "write the closing quote; inside single quotes a quote is written twice",
);
const AFTER_QUOTE: Phrase = (
    "text after a closing quote",
    "the quoted text has ended before this",
    "put everything inside the quotes; inside single quotes a quote is written twice",
);
const UNKNOWN_ESCAPE: Phrase = (
    "an unknown escape in a text in double quotes",
    "holds a `\\` that begins no escape",
    "use single quotes, or write `\\\\` for a backslash",
);
const NOT_OPENED: Phrase =
    ("a closing bracket without an opening one", "closes nothing", "delete it, or put the text in quotes");
const NO_COMMA: Phrase =
    ("a comma is missing", "`,` or the closing bracket expected before this", "put `, ` between the entries");
const NO_VALUE: Phrase =
    ("a value is missing", "a value expected before this", "write the value, or delete a comma that is too many");
const MISPLACED: Phrase = (
    "this line does not fit the lines above it",
    "not where an entry of the block above can begin",
    "entries of one block begin in the same column, all with `- ` or all with a key",
);
const LIST_IN_LINE: Phrase =
    ("a list entry cannot begin here", "`- ` inside a line", "begin a new line, or write the list as `[a, b]`");
const COMMENT: Phrase = (
    "a comment where none can stand",
    "this begins a comment",
    "put a space before `#`; a text that goes on in the next line holds no comment",
);
const DIRECTIVE: Phrase =
    ("directives are not part of the language", "directive", "delete this line; the language is that of YAML 1.2");
const TEXT_BLOCK: Phrase =
    ("text after `|` or `>`", "a text block begins in the next line", "begin a new line, or put the value in quotes");
const TAB: Phrase = ("a tab where YAML wants a space", "near this", "replace the tab by spaces");
const NO_SPACE: Phrase = (
    "a space is missing",
    "a space expected near this",
    "put a space after `:` and after `-`, or put the text in quotes",
);
const DASH: Phrase = (
    "a value cannot begin with `-` and a bracket or comma",
    "reserved characters",
    "put the value in quotes, or a space after the dash of a list entry",
);
const MARK: Phrase = ("a byte order mark inside the text", "before this", "delete it");
const OTHER: (&str, &str) =
    ("the reader stumbled here", "see the lines around this place; texts with special characters need quotes");

/// Message, label and help for a complaint.
pub(super) fn of(kind: &E) -> (String, &'static str, &'static str) {
    match kind {
        E::MismatchedFlowCollectionEnd { open, close } => {
            let message = format!("`{open}` is closed by `{close}`");
            let help = "lists are written `[a, b]` and mappings `{ a: 1, b: 2 }`";
            (message, "opened here", help)
        }
        E::UnexpectedCharacter { character } => {
            let message = format!("a value cannot begin with `{character}`");
            (message, "reserved character", "put the value in quotes")
        }
        _ => match fixed(kind) {
            Some((message, label, help)) => (message.to_owned(), label, help),
            // Rare ones: the parser's own words are better than none.
            None => (kind.to_string(), OTHER.0, OTHER.1),
        },
    }
}

fn fixed(kind: &E) -> Option<Phrase> {
    let phrase = match kind {
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar | E::InvalidQuotedScalarIndent => UNCLOSED_QUOTE,
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => AFTER_QUOTE,
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => UNKNOWN_ESCAPE,
        E::MisplacedFlowCollectionEnd => NOT_OPENED,
        E::ExpectedFlowMappingSeparator | E::ExpectedFlowSequenceSeparator | E::InvalidColonPlacement => NO_COMMA,
        E::ExpectedNodeContent => NO_VALUE,
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection => LIST_IN_LINE,
        E::CommentNotSeparated | E::CommentInterceptedScalar => COMMENT,
        E::DirectiveDisallowed | E::MissingDocumentEndBeforeDirective => DIRECTIVE,
        E::InvalidBlockScalarHeader | E::ZeroBlockScalarIndent => TEXT_BLOCK,
        E::TabNotAllowed
        | E::TabInPlainScalar
        | E::TabAtBlockScalarStart
        | E::TabInBlockIndentation
        | E::TabInIndentation => TAB,
        E::InvalidMappingValueWhitespace
        | E::InvalidBlockEntryWhitespace
        | E::ExpectedWhitespace
        | E::FlowMappingValueAdjacentCollection => NO_SPACE,
        E::PlainScalarStartsWithDashFlowIndicator => DASH,
        E::BomInsideDocument => MARK,
        _ if is_misplaced(kind) => MISPLACED,
        _ => return None,
    };
    Some(phrase)
}

/// Whether it is the line as a whole that stands in a wrong place.
pub(super) fn is_misplaced(kind: &E) -> bool {
    matches!(
        kind,
        E::InvalidIndentation
            | E::ExpectedBlockMappingKey
            | E::ExpectedBlockSequenceEntry
            | E::InvalidBlockScalarIndent
            | E::InvalidFlowScalarIndent
            | E::ExpectedDocumentStart
    )
}
