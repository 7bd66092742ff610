//! What else a node says of itself: which system it is, its names and addresses, its units, disks, memory and images.
//!
//! The files below `said/` are those of `collect.sh`; the others are the node's own.

use std::collections::BTreeMap;

use super::{Place, Said, block};

/// What is known of one node beside the cluster's own files.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// `ID` and `VERSION_ID` of os-release.
    pub system: Option<(Said, Said)>,
    /// Names of /etc/hosts with their addresses.
    pub hosts: BTreeMap<String, Said>,
    /// Whether a unit is started at boot: the word of systemctl, or `enabled` and `disabled` where a preset says so.
    pub units: BTreeMap<String, Said>,
    /// By path.
    pub disks: BTreeMap<String, Disk>,
    /// The node's memory in bytes, and whether it is what is built in, not what the kernel has left of it.
    pub memory: Option<(u64, bool)>,
    /// The speed of the link that has an address, in Mbit/s.
    pub links: BTreeMap<String, u64>,
    /// By device.
    pub gfs2: BTreeMap<String, Gfs2>,
    /// By path: format and bytes.
    pub images: BTreeMap<String, (String, u64)>,
    pub firewall: Firewall,
    /// Lines of fstab with a GFS2 filesystem that would be mounted at boot.
    pub mounted_at_boot: Vec<Said>,
}

/// A disk under DRBD.
#[derive(Debug, Default, Clone)]
pub(super) struct Disk {
    pub size: Option<u64>,
    pub serial: Option<String>,
    pub wwn: Option<String>,
}

/// A filesystem.
#[derive(Debug, Default, Clone)]
pub(super) struct Gfs2 {
    pub table: Option<Said>,
    pub journals: u32,
    pub journal_mib: Option<u64>,
}

/// What there is of a firewall.
#[derive(Debug, Default)]
pub(super) struct Firewall {
    /// gfs2gen's own table of nftables.
    pub nftables: bool,
    /// The networks that have a service of gfs2gen's.
    pub services: Vec<String>,
    /// The zones that hold such a service, by network.
    pub zones: BTreeMap<String, String>,
    /// The names that zones or rules give to the other node's addresses.
    pub names: BTreeMap<String, String>,
}

/// Where each word of a line stands.
fn words(file: usize, start: usize, line: &str) -> Vec<Said> {
    let from = |word: &str| start + (word.as_ptr() as usize - line.as_ptr() as usize);
    line.split_whitespace().map(|word| block::said(file, word, from(word), from(word) + word.len())).collect()
}

/// The lines of a text that are no comments, in words.
fn lines(file: usize, text: &str) -> Vec<Vec<Said>> {
    let mut start = 0;
    let mut all = Vec::new();
    for whole in text.split_inclusive('\n') {
        let line = whole.split('#').next().unwrap_or_default();
        let found = words(file, start, line);
        if !found.is_empty() {
            all.push(found);
        }
        start += whole.len();
    }
    all
}

impl Facts {
    /// /etc/os-release.
    pub fn os_release(&mut self, file: usize, text: &str) {
        let mut start = 0;
        let (mut id, mut version) = (None, None);
        for whole in text.split_inclusive('\n') {
            let line = whole.trim_end();
            let value = |name: &str| {
                let value = line.strip_prefix(name)?.strip_prefix('=')?;
                let at = Place { file, span: crate::source::Span { start, end: start + line.len() } };
                Some(Said { text: value.trim_matches(['"', '\'']).to_owned(), at })
            };
            id = value("ID").or(id);
            version = value("VERSION_ID").or(version);
            start += whole.len();
        }
        if let (Some(id), Some(version)) = (id, version) {
            self.system = Some((id, version));
        }
    }

    /// /etc/hosts, or the block that gfs2gen puts there.
    pub fn hosts(&mut self, file: usize, text: &str) {
        for line in lines(file, text) {
            let (address, names) = (&line[0], &line[1..]);
            for name in
                names.iter().filter(|_| address.text.parse::<std::net::IpAddr>().is_ok_and(|ip| !ip.is_loopback()))
            {
                self.hosts.entry(name.text.clone()).or_insert_with(|| Said { text: address.text.clone(), at: name.at });
            }
        }
    }

    /// A preset of systemd: `enable UNIT`.
    pub fn preset(&mut self, file: usize, text: &str) {
        for line in lines(file, text) {
            if let [verb, unit, ..] = &line[..] {
                let word = Said { text: format!("{}d", verb.text), at: unit.at };
                self.units.entry(unit.text.clone()).or_insert(word);
            }
        }
    }

    /// /etc/fstab.
    pub fn fstab(&mut self, file: usize, text: &str) {
        let at_boot = |line: &Vec<Said>| {
            let kind = line.get(2).is_some_and(|kind| kind.text == "gfs2");
            kind && !line.get(3).is_some_and(|options| options.text.split(',').any(|option| option == "noauto"))
        };
        self.mounted_at_boot.extend(lines(file, text).into_iter().filter(at_boot).map(|mut line| line.swap_remove(0)));
    }

    /// `UNIT WORD` a line.
    pub fn units(&mut self, file: usize, text: &str) {
        for line in lines(file, text) {
            if let [unit, word, ..] = &line[..] {
                self.units.insert(unit.text.clone(), word.clone());
            }
        }
    }

    /// `PATH size=BYTES serial=TEXT wwn=TEXT` a line; what is not known is left out.
    pub fn disks(&mut self, file: usize, text: &str) {
        for line in lines(file, text) {
            let value = |name: &str| {
                let mut words = line[1..].iter().filter_map(|word| word.text.strip_prefix(name)?.strip_prefix('='));
                words.next().filter(|value| !value.is_empty()).map(str::to_owned)
            };
            let size = value("size").and_then(|size| size.parse().ok());
            self.disks.insert(line[0].text.clone(), Disk { size, serial: value("serial"), wwn: value("wwn") });
        }
    }

    /// `BYTES installed` or `BYTES usable`.
    pub fn memory(&mut self, file: usize, text: &str) {
        for line in lines(file, text) {
            if let (Ok(bytes), Some(kind)) = (line[0].text.parse(), line.get(1)) {
                self.memory = Some((bytes, kind.text == "installed"));
            }
        }
    }

    /// `ADDRESS MBIT` a line.
    pub fn links(&mut self, file: usize, text: &str) {
        for line in lines(file, text) {
            if let Some(speed) = line.get(1).and_then(|speed| speed.text.parse().ok()).filter(|speed| *speed > 0) {
                self.links.insert(line[0].text.clone(), speed);
            }
        }
    }

    /// `== DEVICE`, then what `tunegfs2 -l` and `gfs2_edit -p journals` print.
    pub fn gfs2(&mut self, file: usize, text: &str) {
        let mut device = None;
        for line in lines(file, text) {
            let texts: Vec<&str> = line.iter().map(|word| word.text.as_str()).collect();
            match texts[..] {
                ["==", name] => {
                    self.gfs2.entry(name.to_owned()).or_default();
                    device = Some(name.to_owned());
                }
                [first, ..] if first.starts_with("journal") && first.ends_with(':') => {
                    let Some(known) = device.as_ref().and_then(|device| self.gfs2.get_mut(device)) else { continue };
                    known.journals += 1;
                    let mut sizes = texts.iter().filter_map(|word| word.strip_suffix("MB")?.parse().ok());
                    known.journal_mib = sizes.next().or(known.journal_mib);
                }
                ["Lock", "table:", _] => {
                    let Some(known) = device.as_ref().and_then(|device| self.gfs2.get_mut(device)) else { continue };
                    known.table = line.last().cloned();
                }
                _ => {}
            }
        }
    }

    /// `FORMAT BYTES PATH` a line.
    pub fn images(&mut self, file: usize, text: &str) {
        for line in lines(file, text) {
            if let [format, bytes, path] = &line[..]
                && let Ok(bytes) = bytes.text.parse()
            {
                self.images.insert(path.text.clone(), (format.text.clone(), bytes));
            }
        }
    }

    /// gfs2gen's table of nftables: a comment names the network of each address.
    pub fn nftables(&mut self, text: &str) {
        self.firewall.nftables = true;
        let mut network = None;
        for line in text.lines().map(str::trim) {
            if let Some((_, name)) = line.strip_prefix('#').and_then(|line| line.split_once(" in the network ")) {
                network = Some(name.trim().to_owned());
            } else if let (Some(name), Some(rest)) = (&network, line.split_once(" saddr ").map(|(_, rest)| rest)) {
                let address = rest.split_whitespace().next().unwrap_or_default();
                self.firewall.names.insert(address.to_owned(), name.clone());
            }
        }
    }

    /// A zone of firewalld; its name is the file's.
    pub fn zone(&mut self, name: &str, root: roxmltree::Node) {
        let address =
            root.children().filter(|node| node.has_tag_name("source")).find_map(|node| node.attribute("address"));
        let services =
            root.children().filter(|node| node.has_tag_name("service")).filter_map(|node| node.attribute("name"));
        for network in services.filter_map(|service| service.strip_prefix("gfs2gen-")) {
            match (name.strip_prefix("gfs2-"), address) {
                (Some(own), Some(address)) if own == network => {
                    self.firewall.names.insert(address.to_owned(), network.to_owned());
                }
                _ => drop(self.firewall.zones.insert(network.to_owned(), name.to_owned())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_node_says() {
        let mut facts = Facts::default();
        facts.os_release(0, "NAME=x\nID=\"centos\"\nVERSION_ID=\"7\"\nID_LIKE=rhel\n");
        let (id, version) = facts.system.as_ref().unwrap();
        assert_eq!((id.text.as_str(), version.text.as_str()), ("centos", "7"));
        facts.hosts(0, "127.0.0.1 localhost a\n10.0.0.1 a a.example # mine\n");
        assert_eq!(facts.hosts["a"].text, "10.0.0.1");
        let text = "== /dev/v/l\nLock protocol: lock_dlm\nLock table: c:f\njournal0: 0x13    64MB clean.\njournal1: 0x4 64MB dirty.\n";
        facts.gfs2(0, text);
        let gfs2 = &facts.gfs2["/dev/v/l"];
        assert_eq!((gfs2.table.as_ref().unwrap().text.as_str(), gfs2.journals, gfs2.journal_mib), ("c:f", 2, Some(64)));
        facts.disks(0, "/dev/sda size=100 serial= wwn=0x5\n");
        assert_eq!((facts.disks["/dev/sda"].size, facts.disks["/dev/sda"].serial.clone()), (Some(100), None));
        facts
            .fstab(0, "/dev/v/l /srv gfs2 noauto,x 0 0\n/dev/v/m /srv gfs2 defaults 0 0\n/dev/x / ext4 defaults 0 0\n");
        assert_eq!(facts.mounted_at_boot.len(), 1);
    }
}
