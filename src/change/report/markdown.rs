//! A plan as a comment in a pull request: Markdown as GitHub shows it.

use super::commands::{commands, place};
use super::{lines, summary};
use crate::change::Change;
use crate::change::steps::What;
use crate::render::{Format, RenderError, escape};

/// As GitHub's Markdown. What fails is a bug of ours.
pub fn markdown(change: &Change) -> Result<String, RenderError> {
    let mut text = format!("### {}\n", plain(&summary(change))?);
    if !change.edits.is_empty() {
        text.push_str("\n| edit | class | why, and what must hold before |\n|---|---|---|\n");
    }
    for meant in &change.edits {
        let mut said = Vec::new();
        for (word, line) in lines(meant) {
            let word = if word == meant.row.class.word() { String::new() } else { format!("**{word}:** ") };
            said.push(format!("{word}{}", plain(&line)?));
        }
        let headline = plain(&meant.edit.headline())?;
        text.push_str(&format!("| {headline} | **{}** | {} |\n", meant.row.class, said.join("<br>")));
    }
    if !change.steps.is_empty() {
        text.push_str(&format!("\n<details><summary>{} steps</summary>\n", change.steps.len()));
    }
    for (index, step) in change.steps.iter().enumerate() {
        let title = format!("{}: {}", place(step, &change.names), step.title);
        text.push_str(&format!("\n{}. {}\n", index + 1, plain(&title)?));
        if let What::Hand(by_hand) = &step.what {
            for line in by_hand {
                text.push_str(&format!("    - by hand: {}\n", plain(line)?));
            }
        }
        let commands = commands(step, &change.names)?;
        if !commands.is_empty() {
            // As long as no line of it can end it.
            let fence = "`".repeat(longest_run(&commands).max(2) + 1);
            text.push_str(&format!("    {fence}sh\n"));
            commands.iter().for_each(|line| text.push_str(&format!("    {line}\n")));
            text.push_str(&format!("    {fence}\n"));
        }
    }
    if !change.steps.is_empty() {
        text.push_str("\n</details>\n");
    }
    Ok(text)
}

fn longest_run(lines: &[String]) -> usize {
    let runs = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len);
    runs.max().unwrap_or_default()
}

fn plain(text: &str) -> Result<String, RenderError> {
    let failed = |refused: crate::render::Refused| RenderError {
        template: String::new(),
        line: 0,
        message: refused.to_string(),
    };
    escape(Format::Markdown, text.trim()).map_err(failed)
}
