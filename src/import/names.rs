//! Which two nodes there are, and what each is called in each place.

use super::Said;
use super::gather::{Node, Seen, nowhere};

/// The two nodes.
#[derive(Debug)]
pub(super) struct Names {
    /// Their names, in the order of the description; shorter where fewer are known.
    pub nodes: Vec<String>,
    /// What each is called by corosync, Pacemaker and DRBD.
    pub called: Vec<Vec<Called>>,
    /// Names that were more than two.
    pub more: Vec<Said>,
}

/// A name in one place.
#[derive(Debug, Clone)]
pub(super) struct Called {
    pub by: &'static str,
    pub name: Said,
}

impl Names {
    /// Which of the two a name means.
    pub fn index(&self, name: &str) -> Option<usize> {
        let own = self.nodes.iter().position(|node| node == name);
        own.or_else(|| self.called.iter().position(|names| names.iter().any(|called| called.name.text == name)))
    }

    /// What the node at a position says, where its folder is known; else what stands in no folder.
    pub fn seen<'a>(&self, seen: &'a Seen, index: usize) -> Option<&'a Node> {
        let name = self.nodes.get(index)?;
        seen.of(name).or_else(|| seen.nodes.iter().find(|node| node.folder.is_none()))
    }
}

/// Names from one place, each once.
fn each_once(all: impl IntoIterator<Item = Said>) -> Vec<Said> {
    let mut names: Vec<Said> = Vec::new();
    for name in all {
        if !names.iter().any(|known| known.text == name.text) {
            names.push(name);
        }
    }
    names
}

/// Where names come from, with the place's name: DRBD first, because it takes only what `uname -n` says.
fn places(seen: &Seen) -> Vec<(&'static str, Vec<Said>)> {
    let all = || seen.nodes.iter();
    let sides = all().flat_map(|node| node.resources().flat_map(|resource| &resource.sides));
    let corosync = seen.first(|node| node.corosync.as_ref());
    let corosync = corosync.iter().flat_map(|corosync| &corosync.nodes).filter_map(|node| node.name.clone());
    let pacemaker = seen.cib().map(|cib| cib.nodes.clone()).filter(|nodes| !nodes.is_empty());
    let status = || seen.first(|node| node.status.as_ref()).map(|status| status.nodes.clone());
    vec![
        ("DRBD", each_once(sides.map(|side| side.name.clone()))),
        ("corosync", each_once(corosync)),
        ("Pacemaker", each_once(pacemaker.or_else(status).unwrap_or_default())),
    ]
}

/// Works out the two nodes.
pub(super) fn names(seen: &Seen) -> Names {
    let places = places(seen);
    let folders: Vec<Said> = seen.folders().into_iter().map(nowhere).collect();
    let named = places.iter().map(|(_, names)| names).find(|names| names.len() >= 2);
    let own = if folders.len() >= 2 { &folders } else { named.unwrap_or(&folders) };
    let mut nodes: Vec<String> = own.iter().take(2).map(|name| name.text.clone()).collect();
    // In the order in which corosync counts them; where it does not say, that of Pacemaker or DRBD.
    let order = [1, 2, 0].iter().map(|at| &places[*at].1).find(|names| names.len() == 2);
    if let Some([first, second]) = order.map(Vec::as_slice)
        && nodes.len() == 2
        && align(&nodes, &[first, second]) == [1, 0]
    {
        nodes.swap(0, 1);
    }
    let mut called = vec![Vec::new(); nodes.len()];
    for (by, names) in &places {
        let two: Vec<&Said> = names.iter().take(2).collect();
        for (position, index) in align(&nodes, &two).into_iter().enumerate() {
            if let Some(node) = called.get_mut(index) {
                node.push(Called { by, name: two[position].clone() });
            }
        }
    }
    let more = places.iter().flat_map(|(_, names)| names.iter().skip(2).cloned());
    let more = folders.iter().skip(2).cloned().chain(more).collect();
    Names { nodes, called, more }
}

/// Which node each of two names means: one of the same name, else one of a like name, else the one that is left, in order.
fn align(nodes: &[String], names: &[&Said]) -> Vec<usize> {
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let like = |node: &str, name: &str| {
        let (node, name) = (short(node), short(name));
        node == name || node.starts_with(&name) || name.starts_with(&node)
    };
    let mut found: Vec<Option<usize>> = names.iter().map(|name| nodes.iter().position(|n| *n == name.text)).collect();
    for position in 0..names.len() {
        let free = |index: &usize| !found.contains(&Some(*index));
        let mut likely = (0..nodes.len()).filter(free).filter(|index| like(&nodes[*index], &names[position].text));
        if found[position].is_none() {
            // One that is like both says nothing.
            let only = likely.next().filter(|_| likely.next().is_none());
            found[position] = only;
        }
    }
    for position in 0..names.len() {
        if found[position].is_none() {
            found[position] = (0..nodes.len()).find(|index| !found.contains(&Some(*index)));
        }
    }
    found.into_iter().map(|index| index.unwrap_or(usize::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_by_what_is_alike() {
        let nodes = ["server4".to_owned(), "server7".to_owned()];
        let aligned = |names: &[&str]| {
            let names: Vec<Said> = names.iter().map(|name| nowhere(name)).collect();
            align(&nodes, &names.iter().collect::<Vec<_>>())
        };
        assert_eq!(aligned(&["server7ha", "server4ha"]), [1, 0]);
        assert_eq!(aligned(&["server7.example.com", "x"]), [1, 0]);
        assert_eq!(aligned(&["x", "y"]), [0, 1]);
        assert_eq!(aligned(&["server", "server7"]), [0, 1]);
    }
}
