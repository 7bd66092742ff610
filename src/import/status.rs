//! What `pcs status` and `pcs constraint` print, where there is no CIB: names, and who comes after whom.

use super::{Said, block};

/// What can be told from it.
#[derive(Debug, Default)]
pub(super) struct Status {
    pub cluster: Option<Said>,
    pub nodes: Vec<Said>,
    /// Resources with what stands in their parentheses, such as `stonith:fence_ipmilan`.
    pub resources: Vec<(Said, String)>,
    /// Whether the services start at boot.
    pub autostart: Option<bool>,
    /// Orders as (first action, first, then).
    pub orders: Vec<(String, Said, String)>,
    /// Colocations as (resource, with, role).
    pub colocations: Vec<(Said, String, Option<String>)>,
}

/// Whether a text is one.
pub(super) fn is_one(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("Cluster name:"))
        && text.lines().any(|line| line.contains("Online: ["))
}

/// Reads a text.
pub(super) fn read(file: usize, text: &str) -> Status {
    let mut status = Status::default();
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        line(file, start, whole, &mut status);
        start += whole.len();
    }
    status
}

fn line(file: usize, start: usize, whole: &str, status: &mut Status) {
    let text = whole.trim_start_matches([' ', '\t', '*']).trim_end();
    let from = |word: &str| start + (word.as_ptr() as usize - whole.as_ptr() as usize);
    let mark = |word: &str| block::said(file, word, from(word), from(word) + word.len());
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain = |word: &str| word.trim_matches(['\'', '(', ')']).to_owned();
    if let Some(name) = text.strip_prefix("Cluster name:") {
        status.cluster = Some(mark(name.trim())).filter(|name| !name.text.is_empty());
    } else if let Some(rest) = text.strip_prefix("Online: [") {
        status.nodes = rest.trim_end_matches(']').split_whitespace().map(mark).collect();
    } else if let Some(state) = text.strip_prefix("corosync: ") {
        status.autostart = Some(state.ends_with("/enabled"));
    } else if let [action, first, "then", _, then, ..] = words[..] {
        status.orders.push((action.to_owned(), mark(first), plain(then)));
    } else if let [resource, "with", with, rest @ ..] = &words[..] {
        let role = rest.iter().find_map(|word| word.strip_prefix("(with-rsc-role:")).map(plain);
        status.colocations.push((mark(resource), plain(with), role));
    } else if let Some((kind, _)) = text.split_once('(').and_then(|(_, rest)| rest.split_once(')'))
        && let Some(id) = words.first().filter(|_| kind.contains("::") || kind.starts_with("stonith:"))
    {
        status.resources.push((mark(id), kind.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_as_pcs_prints_it() {
        let text = "Cluster name: c\nOnline: [ aha bha ]\n\n f1   (stonith:fence_ipmilan):   Started bha\n\
            Disabled on: aha (score:-INFINITY)\n Clone Set: dlm-clone [dlm]\n\
            promote d_clone then start dlm-clone (kind:Mandatory)\n  dlm-clone with d_clone (score:INFINITY)\n\
            corosync: active/disabled\n";
        assert!(is_one(text));
        let status = read(0, text);
        let nodes: Vec<&str> = status.nodes.iter().map(|node| node.text.as_str()).collect();
        assert_eq!((status.cluster.unwrap().text.as_str(), nodes), ("c", vec!["aha", "bha"]));
        assert_eq!((status.resources.len(), status.resources[0].1.as_str()), (1, "stonith:fence_ipmilan"));
        assert_eq!((status.orders[0].0.as_str(), status.orders[0].2.as_str()), ("promote", "dlm-clone"));
        assert_eq!((status.colocations[0].1.as_str(), status.autostart), ("d_clone", Some(false)));
    }
}
