//! Text for a terminal, and for whoever follows it at night.

use super::commands::{commands, place};
use super::{lines, summary};
use crate::change::Change;
use crate::change::steps::What;
use crate::render::RenderError;

/// As text for a terminal. What fails is a bug of ours.
pub fn human(change: &Change) -> Result<String, RenderError> {
    let mut text = format!("{}\n", summary(change));
    for (position, meant) in change.edits.iter().enumerate() {
        text.push_str(&format!("\n{}. {}\n", position + 1, meant.edit.headline()));
        for (word, said) in lines(meant) {
            text.push_str(&wrapped(word, &said));
        }
    }
    if !change.steps.is_empty() {
        text.push_str(
            "\nSteps, in this order; go on only when what a step's line says is so. Every command as root.\n",
        );
    }
    for (position, step) in change.steps.iter().enumerate() {
        let (place, title) = (place(step, &change.names), &step.title);
        text.push_str(&format!("\n{:2}. {place}: {title}\n", position + 1));
        if let What::Hand(lines) = &step.what {
            lines.iter().for_each(|line| text.push_str(&format!("      by hand: {line}\n")));
        }
        for command in commands(step, &change.names)? {
            text.push_str(&format!("      {command}\n"));
        }
    }
    Ok(text)
}

/// How wide a line of text is.
const WIDTH: usize = 110;

/// `word: text`, indented, on as many lines as it needs.
fn wrapped(word: &str, text: &str) -> String {
    let mut line = format!("   {word}:");
    let mut out = String::new();
    for part in text.split_whitespace() {
        if line.chars().count() + 1 + part.chars().count() > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = "     ".to_owned();
        }
        line.push(' ');
        line.push_str(part);
    }
    out + &line + "\n"
}
