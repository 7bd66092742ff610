//! For a comment on a pull request: GitHub's Markdown, one fold for each file, not longer than a comment may be.

use super::{range, sign, verdict, visible};
use crate::bundle::MANIFEST;
use crate::diff::{Body, FileDiff, TreeDiff};
use crate::output::Change;

/// What stands in the place of details that do not fit.
const TOO_LONG: &str = "Too long to be shown here.\n";

/// The differences of all trees, in at most `limit` characters: what does not fit is said.
pub fn markdown(trees: &[TreeDiff], limit: usize) -> String {
    let note = "\n_Not all is shown: the whole is longer than a comment may be. `gfs2gen diff` shows it._\n";
    // All that must be said comes first; details share what is left, in their order.
    let mut left = limit.saturating_sub(size(note));
    let mut cut = false;
    let mut take = |text: &str| {
        let fits = size(text) <= left;
        if fits {
            left -= size(text);
        }
        cut |= !fits;
        fits
    };
    let mut shown: Vec<Shown> = Vec::new();
    for tree in trees {
        let heading = heading(tree);
        if take(&heading) {
            let heads = tree.files.iter().filter(|file| take(&fold(&head(file), TOO_LONG))).map(|file| (file, None));
            shown.push((heading, heads.collect()));
        }
    }
    for (_, files) in &mut shown {
        for (file, details) in files {
            *details = Some(self::details(file))
                .filter(|details| take(&details.chars().skip(TOO_LONG.len()).collect::<String>()));
        }
    }
    let mut text = String::new();
    for (heading, files) in shown {
        text += &heading;
        for (file, details) in files {
            text += &fold(&head(file), details.as_deref().unwrap_or(TOO_LONG));
        }
    }
    if cut {
        text += note;
    }
    text
}

/// A heading, and the files below it with their details where these fit.
type Shown<'a> = (String, Vec<(&'a FileDiff, Option<String>)>);

fn size(text: &str) -> usize {
    text.chars().count()
}

fn heading(tree: &TreeDiff) -> String {
    let cluster = code(&tree.cluster);
    if tree.files.is_empty() {
        return format!("### {cluster}: the tree is up to date\n\n");
    }
    let stop = match tree.files.iter().any(is_stop) {
        true => "\nA build stops: files that are not as it left them are in the tree.\n",
        false => "",
    };
    format!("### {cluster}: {}\n{stop}\n", tree.summary())
}

fn is_stop(file: &FileDiff) -> bool {
    matches!(file.change, Change::Edited | Change::Foreign | Change::Refused(_))
}

/// The line of a file that is always to be seen.
fn head(file: &FileDiff) -> String {
    let (added, removed) = file.counts();
    let counts = if added + removed == 0 { String::new() } else { format!(", +{added} −{removed}") };
    let words = file.words_once();
    let words = if words.is_empty() { String::new() } else { format!(": {}", html_code(&words.join("; "))) };
    let mark = if is_stop(file) { "⚠ " } else { "" };
    format!("{mark}{} {}{counts}{words}", html_code(&file.path), html(&verdict(file)))
}

fn fold(head: &str, details: &str) -> String {
    // The blank lines end and begin what is read as HTML.
    format!("<details><summary>{head}</summary>\n\n{details}\n</details>\n")
}

fn details(file: &FileDiff) -> String {
    let reload =
        file.reload.as_ref().map(|reload| format!("Then on the node: {}\n\n", code(reload))).unwrap_or_default();
    match (&file.body, &file.same_as) {
        (_, Some(other)) => format!("{reload}The same lines as in {}.\n", code(other)),
        (Body::None, _) => "What is there is not looked into.\n".to_owned(),
        (Body::NotShown, _) => "What is there is not shown.\n".to_owned(),
        (Body::Lines(hunks), _) if hunks.is_empty() => format!("{reload}Only permissions change.\n"),
        _ if file.path == MANIFEST => "The list of all files with their hashes; it follows from the rest.\n".to_owned(),
        (Body::Lines(hunks), _) => {
            let mut diff = String::new();
            for hunk in hunks {
                diff +=
                    format!("@@ -{} +{} @@ {}", range(hunk.old), range(hunk.new), visible(&hunk.section)).trim_end();
                diff.push('\n');
                for line in &hunk.lines {
                    diff += &format!("{}{}\n", sign(line.side), visible(&line.text()));
                    if !line.ended {
                        diff += "\\ No newline at end of file\n";
                    }
                }
            }
            let fence = fence(&diff);
            format!("{reload}{fence}diff\n{diff}{fence}\n")
        }
    }
}

/// A fence that nothing in the text ends.
fn fence(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A code span, in Markdown.
fn code(text: &str) -> String {
    let text = visible(text);
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A code span, in HTML: in it GitHub makes no links, mentions or emoji of the text.
fn html_code(text: &str) -> String {
    format!("<code>{}</code>", html(text))
}

fn html(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_fence_or_a_span() {
        assert_eq!(fence("a"), "```");
        assert_eq!(fence("a ```` b"), "`````");
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(html_code("<b>&`"), "<code>&lt;b&gt;&amp;`</code>");
    }
}
