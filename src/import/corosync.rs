//! corosync.conf.

use super::Said;
use super::block::{Broken, Entry, Open, said};
use crate::source::Span;

/// What one text says.
#[derive(Debug, Default)]
pub(super) struct Corosync {
    pub cluster_name: Option<Said>,
    pub token: Option<Said>,
    pub transport: Option<Said>,
    pub two_node: Option<Said>,
    pub wait_for_all: Option<Said>,
    /// Where the block `quorum` begins.
    pub quorum: Option<Said>,
    pub nodes: Vec<Node>,
}

/// One entry of the node list.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub name: Option<Said>,
    pub id: Option<Said>,
    /// The addresses or host names, link 0 first.
    pub rings: Vec<Said>,
}

/// Reads a text.
pub(super) fn read(file: usize, text: &str) -> Result<Corosync, Broken> {
    let entries = entries(file, text)?;
    let value = |section: &str, key: &str| {
        let mut inside = entries.iter().filter(|entry| entry.name() == section).flat_map(Entry::inside);
        inside.rfind(|entry| entry.name() == key && entry.block.is_none())?.value().cloned()
    };
    let list = entries.iter().filter(|entry| entry.name() == "nodelist").flat_map(Entry::inside);
    let nodes = list.filter(|entry| entry.name() == "node").map(|entry| {
        let find = |key: &str| entry.inside().iter().find(|inner| inner.name() == key)?.value().cloned();
        // corosync has eight links at most.
        let rings = (0..8).filter_map(|number| find(&format!("ring{number}_addr"))).collect();
        Node { name: find("name"), id: find("nodeid"), rings }
    });
    Ok(Corosync {
        cluster_name: value("totem", "cluster_name"),
        token: value("totem", "token"),
        transport: value("totem", "transport"),
        two_node: value("quorum", "two_node"),
        wait_for_all: value("quorum", "wait_for_all"),
        quorum: entries.iter().find(|entry| entry.name() == "quorum").and_then(|entry| entry.words.first().cloned()),
        nodes: nodes.collect(),
    })
}

/// One entry a line: `NAME {`, `}` or `KEY: VALUE` (coroparse.c).
fn entries(file: usize, text: &str) -> Result<Vec<Entry>, Broken> {
    let mut open = Open::default();
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim();
        let at = start + (whole.len() - whole.trim_start().len());
        let span = Span { start: at, end: at + line.len() };
        start += whole.len();
        if line.is_empty() || line.starts_with('#') {
            continue;
        } else if let Some(name) = line.strip_suffix('{') {
            let name = name.trim_end();
            open.enter(vec![said(file, name, at, at + name.len())], span)?;
        } else if line == "}" {
            open.leave(span)?;
        } else if let Some((key, value)) = line.split_once(':') {
            let begin = span.end - value.trim_start().len();
            let (key, value) = (key.trim_end(), value.trim());
            open.push(vec![said(file, key, at, at + key.len()), said(file, value, begin, span.end)]);
        } else {
            return Err(Broken::new(span, "this line is neither `key: value` nor `name {` nor `}`"));
        }
    }
    open.end(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cluster_is() {
        let text = "totem {\n  cluster_name: c\n token : 3000\n interface {\n  linknumber: 0\n }\n}\nquorum {\n}\nnodelist {\n \
            node {\n  ring0_addr: fd00::1\n  ring1_addr: b\n  nodeid: 3\n }\n}\n";
        let found = read(0, text).unwrap();
        assert_eq!(found.cluster_name.unwrap().text, "c");
        assert_eq!(found.token.unwrap().text, "3000");
        let rings: Vec<_> = found.nodes[0].rings.iter().map(|ring| ring.text.as_str()).collect();
        assert_eq!((rings, found.nodes[0].name.is_none()), (vec!["fd00::1", "b"], true));
        assert_eq!(&text[found.nodes[0].rings[0].at.span.start..][..7], "fd00::1");
        assert!(found.quorum.is_some() && found.two_node.is_none());
    }

    #[test]
    fn what_is_broken_has_its_place() {
        assert_eq!(read(0, "totem {\n x\n}\n").unwrap_err().span, Span { start: 9, end: 10 });
        assert_eq!(read(0, "totem {\n").unwrap_err().message, "the block `totem` is never closed");
    }
}
