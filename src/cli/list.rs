//! `gfs2gen list`.

use super::options::Listed;
use crate::artifact::FAMILIES;
use crate::compile;
use crate::diag::Code;
use crate::platform::PLATFORMS;

/// A list, one line for each, in columns.
pub(super) fn text(what: Listed) -> String {
    match what {
        Listed::Rules => rules(),
        Listed::Platforms => columns(
            PLATFORMS
                .iter()
                .map(|platform| {
                    let note = platform.note.map(|note| format!(" ({note})")).unwrap_or_default();
                    vec![platform.name.to_owned(), format!("{}{note}", platform.title)]
                })
                .collect(),
        ),
        Listed::Artifacts => columns(FAMILIES.iter().map(|f| vec![f.name.to_owned(), f.about.to_owned()]).collect()),
    }
}

fn rules() -> String {
    let row = |code: Code| {
        [code.code, code.severity.word(), code.name, code.summary].map(str::to_owned).into_iter().collect()
    };
    columns(compile::codes().into_iter().map(row).collect())
}

/// Rows with every column but the last as wide as its widest cell.
pub(super) fn columns(rows: Vec<Vec<String>>) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            if column + 1 < row.len() {
                text += &format!("{cell:<width$}  ", width = width(column));
            } else {
                text += cell;
            }
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}
