//! The codes of the reading stage, GFS0xx.

use crate::diag::codes;

codes! {
    /// The file is not UTF-8.
    NOT_UTF8 = "GFS001", "not-utf8", "the file is not UTF-8 text";
    /// The file is too long to be a description.
    TOO_LARGE = "GFS002", "too-large", "the file is larger than 1 MiB";
    /// Nothing is described.
    EMPTY = "GFS003", "empty", "the file is empty or holds comments only";
    /// A character that no text should hold.
    CONTROL_CHARACTER = "GFS004", "control-character", "the file holds a control character";
    /// White space that is none for YAML.
    FOREIGN_SPACE = "GFS005", "foreign-space", "a no-break space or another look-alike of a space outside quotes";
    /// Not YAML.
    INVALID_SYNTAX = "GFS006", "invalid-syntax", "the file is not valid YAML";
    /// A tab where YAML wants spaces.
    TAB_INDENTATION = "GFS007", "tab-indentation", "a line is indented with a tab";
    /// One key twice in one mapping.
    DUPLICATE_KEY = "GFS008", "duplicate-key", "a key stands twice in one mapping";
    /// `&name` or `*name`.
    ANCHOR = "GFS009", "anchor", "anchors and aliases are not part of the language";
    /// `!name`.
    TAG = "GFS010", "tag", "tags are not part of the language";
    /// `<<`.
    MERGE_KEY = "GFS011", "merge-key", "merge keys are not part of the language";
    /// A second `---`.
    SECOND_DOCUMENT = "GFS012", "second-document", "the file holds more than one document";
    /// A key that is a list, a mapping or nothing.
    KEY_NOT_TEXT = "GFS013", "key-not-text", "a key is a list, a mapping or missing";
    /// Too many levels.
    TOO_DEEP = "GFS014", "too-deep", "values are nested deeper than 64 levels";
}
