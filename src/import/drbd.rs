//! DRBD's configuration: the files of drbd.d, or what `drbdadm dump` prints.

use std::collections::BTreeMap;

use super::block::{Broken, Entry, Open, said};
use super::{Place, Said};
use crate::source::Span;

/// What one text says.
#[derive(Debug, Default)]
pub(super) struct Drbd {
    /// What all resources share.
    pub common: Settings,
    pub resources: Vec<Resource>,
}

/// Settings by section and name; those outside of a section have none.
pub(super) type Settings = BTreeMap<(String, String), Vec<Said>>;

/// One resource.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub name: Said,
    pub settings: Settings,
    pub sides: Vec<Side>,
    /// The file that the secret comes from, where a comment of gfs2gen's names it.
    pub secret: Option<String>,
}

/// One node's side of a resource.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub name: Said,
    /// The address without its port.
    pub address: Option<Said>,
    pub port: Option<Said>,
    pub minor: Option<Said>,
    pub disk: Option<Said>,
    pub meta_disk: Option<Said>,
    /// Whether there is more than one volume.
    pub volumes: usize,
    pub has_node_id: bool,
}

/// What stands before the path in gfs2gen's own files.
const SECRET_FROM: &str = "contents of ";

/// Reads a text.
pub(super) fn read(file: usize, text: &str) -> Result<Drbd, Broken> {
    let mut drbd = Drbd::default();
    for entry in entries(file, text)? {
        match (entry.name(), entry.value()) {
            ("common", _) => settings("", entry.inside(), &mut drbd.common),
            ("resource", Some(name)) => drbd.resources.push(resource(name, &entry, secret(text))),
            _ => {}
        }
    }
    Ok(drbd)
}

/// The file that a comment names as the secret's.
fn secret(text: &str) -> Option<String> {
    let comments = text.lines().filter_map(|line| line.trim_start().strip_prefix('#'));
    let mut named = comments.filter_map(|line| line.split_once(SECRET_FROM)?.1.split_whitespace().next());
    named.find(|path| path.starts_with('/')).map(str::to_owned)
}

fn resource(name: &Said, entry: &Entry, secret: Option<String>) -> Resource {
    let mut all = Settings::new();
    settings("", entry.inside(), &mut all);
    let volumes = |entries: &[Entry]| -> Vec<Entry> {
        entries.iter().filter(|inner| inner.name() == "volume").cloned().collect()
    };
    let outer = volumes(entry.inside());
    let hosts = hosts(entry.inside());
    let sides = entry.inside().iter().filter(|inner| inner.name() == "on");
    let sides = sides.filter_map(|on| {
        let inner = volumes(on.inside());
        // From what holds most widely to what holds for this side alone.
        let first = |volumes: &[Entry]| volumes.first().map(|volume| volume.inside().to_vec()).unwrap_or_default();
        let layers = [entry.inside().to_vec(), first(&outer), on.inside().to_vec(), first(&inner)];
        let find = |key: &str| layers.iter().rev().flatten().find(|line| line.name() == key && line.block.is_none());
        let name = on.value()?;
        let address = find("address").or_else(|| hosts.get(&name.text).copied());
        let (address, port) = address.and_then(address_of).unzip();
        let device = find("device");
        Some(Side {
            name: name.clone(),
            address,
            port: port.flatten(),
            minor: device.and_then(minor_of),
            disk: find("disk").and_then(|line| line.value().cloned()),
            meta_disk: find("meta-disk").or_else(|| find("flexible-meta-disk")).and_then(|line| line.value().cloned()),
            volumes: inner.len().max(outer.len()),
            has_node_id: find("node-id").is_some(),
        })
    });
    Resource { name: name.clone(), sides: sides.collect(), settings: all, secret }
}

/// The addresses of DRBD 9's connections, by host: `host NAME address ADDRESS;`.
fn hosts(entries: &[Entry]) -> BTreeMap<String, &Entry> {
    let mut found = BTreeMap::new();
    let mut open: Vec<&Entry> = entries.iter().filter(|entry| ["connection", "path"].contains(&entry.name())).collect();
    while let Some(entry) = open.pop() {
        for inner in entry.inside() {
            match (inner.name(), inner.value()) {
                ("host", Some(name)) => drop(found.insert(name.text.clone(), inner)),
                ("path", _) => open.push(inner),
                _ => {}
            }
        }
    }
    found
}

/// The address and the port of `address [FAMILY] ADDRESS:PORT`, or of a line of a connection.
fn address_of(line: &Entry) -> Option<(Said, Option<Said>)> {
    let at = line.words.iter().position(|word| word.text == "address").unwrap_or(0);
    let word = line.words.get(at + 1..)?.iter().find(|word| word.text.contains([':', '.']))?;
    let (host, port) = match word.text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => match word.text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (word.text.as_str(), None),
        },
    };
    let part = |text: &str| Said { text: text.to_owned(), at: word.at };
    Some((part(host), port.map(part)))
}

/// The minor number of `device /dev/drbdN;`, `device minor N;` or both.
fn minor_of(line: &Entry) -> Option<Said> {
    let words = &line.words[1..];
    let after = words.iter().position(|word| word.text == "minor").and_then(|at| words.get(at + 1));
    let number = |word: &&Said| word.text.starts_with("/dev/drbd") && word.text.ends_with(|c: char| c.is_ascii_digit());
    let word = after.or_else(|| words.iter().find(number))?;
    let digits = word.text.trim_start_matches(|c: char| !c.is_ascii_digit());
    Some(Said { text: digits.to_owned(), at: word.at })
}

/// Takes the settings of a section and of those inside it, but nothing that belongs to one side or one volume.
fn settings(section: &str, entries: &[Entry], all: &mut Settings) {
    const SECTIONS: [&str; 6] = ["net", "disk", "options", "handlers", "startup", "syncer"];
    for entry in entries {
        match &entry.block {
            Some(inner) if SECTIONS.contains(&entry.name()) && section.is_empty() => settings(entry.name(), inner, all),
            // What DRBD 9 says of a connection holds for the only one that two nodes have.
            Some(inner) if entry.name() == "connection" && section.is_empty() => settings("", inner, all),
            Some(_) => {}
            None => drop(all.insert((section.to_owned(), entry.name().to_owned()), entry.words.clone())),
        }
    }
}

impl Resource {
    /// A setting of the resource, or of all resources.
    pub fn setting<'a>(&'a self, common: &'a Settings, section: &str, name: &str) -> Option<&'a Said> {
        let key = (section.to_owned(), name.to_owned());
        let words = self.settings.get(&key).or_else(|| common.get(&key))?;
        words.get(1).or(words.first())
    }
}

/// A rate or size in bytes; one without a unit is in `unit`.
pub(super) fn bytes(text: &str, unit: u64) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..end].parse().ok()?;
    let factor = match &text[end..] {
        "" => unit,
        "s" | "S" => 512,
        "k" | "K" => 1 << 10,
        "m" | "M" => 1 << 20,
        "g" | "G" => 1 << 30,
        "t" | "T" => 1 << 40,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// The entries of a text.
fn entries(file: usize, text: &str) -> Result<Vec<Entry>, Broken> {
    let (mut open, mut words) = (Open::default(), Vec::new());
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let next = at + character.len_utf8();
        match character {
            ';' => open.push(std::mem::take(&mut words)),
            '{' => open.enter(std::mem::take(&mut words), Span { start: at, end: next })?,
            '}' => {
                open.push(std::mem::take(&mut words));
                open.leave(Span { start: at, end: next })?;
            }
            '#' => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                continue;
            }
            '"' => {
                let (word, end) = quoted(text, at)?;
                words.push(said(file, word, at, end));
                at = end;
                continue;
            }
            _ if character.is_whitespace() => {}
            _ => {
                let length = text[at..].find(|c: char| c.is_whitespace() || "{};\"#".contains(c));
                let end = length.map_or(text.len(), |length| at + length);
                words.push(said(file, &text[at..end], at, end));
                at = end;
                continue;
            }
        }
        at = next;
    }
    match words.first() {
        Some(word) => Err(Broken::new(word.at.span, format!("`{}` ends without a semicolon", word.text))),
        None => open.end(text.len()),
    }
}

/// A word in quotes, and where it ends.
fn quoted(text: &str, start: usize) -> Result<(String, usize), Broken> {
    let mut word = String::new();
    let mut characters = text[start + 1..].char_indices();
    while let Some((offset, character)) = characters.next() {
        match character {
            '"' => return Ok((word, start + 1 + offset + 1)),
            '\n' => break,
            '\\' => word.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => word.push(character),
        }
    }
    Err(Broken::new(Span { start, end: start + 1 }, "this quote is never closed"))
}

impl Side {
    /// Where this side stands.
    pub fn at(&self) -> Place {
        self.name.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Resource {
        read(0, text).unwrap().resources.remove(0)
    }

    #[test]
    fn a_resource_of_one_volume_as_people_write_it() {
        let resource = one("resource r0 { protocol C; device /dev/drbd3; meta-disk internal;\n # a comment; { \n\
            on a { disk \"/dev/sd a\"; address 10.0.0.1:7790; } on b { disk /dev/sdb; address ipv6 [fd00::2]:7791; } \
            net { verify-alg sha1; } }");
        let [a, b] = &resource.sides[..] else { panic!() };
        let text = |said: &Option<Said>| said.as_ref().map(|said| said.text.clone()).unwrap_or_default();
        assert_eq!(
            (text(&a.disk), text(&a.address), text(&a.port)),
            ("/dev/sd a".into(), "10.0.0.1".into(), "7790".into())
        );
        assert_eq!((text(&b.address), text(&b.port), text(&b.minor)), ("fd00::2".into(), "7791".into(), "3".into()));
        assert_eq!(text(&a.meta_disk), "internal");
        let none = Settings::new();
        assert_eq!(resource.setting(&none, "net", "verify-alg").unwrap().text, "sha1");
        assert_eq!(resource.setting(&none, "", "protocol").unwrap().text, "C");
    }

    #[test]
    fn a_dump_of_drbd_9_with_its_connection() {
        let resource = one(
            "resource r0 { on a { node-id 0; volume 0 { device minor 1; disk /dev/x; meta-disk internal; } }\n\
            on b { node-id 1; volume 0 { device /dev/drbd1 minor 1; disk /dev/y; } }\n\
            connection { path { host a address ipv4 10.0.0.1:7789; host b address ipv4 10.0.0.2:7789; } net { protocol C; } } }",
        );
        let sides: Vec<_> = resource.sides.iter().map(|side| side.address.as_ref().unwrap().text.as_str()).collect();
        assert_eq!(sides, ["10.0.0.1", "10.0.0.2"]);
        assert!(resource.sides.iter().all(|side| side.minor.as_ref().unwrap().text == "1" && side.has_node_id));
        assert_eq!(resource.setting(&Settings::new(), "net", "protocol").unwrap().text, "C");
    }

    #[test]
    fn what_is_broken_has_its_place() {
        for (text, at, words) in [
            ("a { b", 4, "`b` ends without a semicolon"),
            ("resource r0 {", 0, "the block `resource` is never closed"),
            ("}", 0, "this brace closes nothing that is open"),
            ("a \"b\n;", 2, "this quote is never closed"),
        ] {
            let broken = read(0, text).unwrap_err();
            assert_eq!((broken.span.start, broken.message.as_str()), (at, words), "{text}");
        }
    }

    #[test]
    fn numbers_have_units() {
        assert_eq!(bytes("81920k", 1024), Some(80 << 20));
        assert_eq!(bytes("100M", 1024), Some(100 << 20));
        assert_eq!(bytes("512", 1024), Some(512 << 10));
        assert_eq!(bytes("9999999999999999999", 1024), None);
    }
}
