//! Which language a generated file is written in.

/// The language of a file: what decides how a value is escaped in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A shell script, for bash and dash: a value is one word.
    Shell,
    /// DRBD configuration: a value is one token.
    Drbd,
    /// LVM configuration: a value is a string.
    Lvm,
    /// A systemd unit: a value is one word of an `Exec` line.
    Systemd,
    /// fstab: a value is one field.
    Fstab,
    /// XML: a value is text or the inside of an attribute.
    Xml,
    /// corosync.conf and dlm.conf: a value is the rest of a line.
    Corosync,
    /// Formats with one plain word or phrase a line and no quoting at all: modules-load.d and such.
    Line,
    /// nftables rules: a value is a plain token or a string.
    Nft,
    /// multipath configuration: a value is a string.
    Multipath,
    /// YAML, also read by Ansible: a value is a double-quoted scalar.
    Yaml,
    /// Markdown: a value is text that shows literally.
    Markdown,
    /// JSON: a value is a string.
    Json,
    /// A Mermaid diagram: a value is the inside of a quoted label.
    Mermaid,
    /// A graph for Graphviz: a value is a double-quoted string.
    Dot,
}

/// Every file extension that a template may have before `.j2`, with its format.
const EXTENSIONS: &[(&str, Format)] = &[
    ("sh", Format::Shell),
    ("res", Format::Drbd),
    ("drbd", Format::Drbd),
    ("lvm", Format::Lvm),
    ("service", Format::Systemd),
    ("timer", Format::Systemd),
    ("unit", Format::Systemd),
    ("preset", Format::Systemd),
    ("fstab", Format::Fstab),
    ("xml", Format::Xml),
    ("corosync", Format::Corosync),
    ("dlm", Format::Corosync),
    ("conf", Format::Line),
    ("line", Format::Line),
    ("nft", Format::Nft),
    ("multipath", Format::Multipath),
    ("yml", Format::Yaml),
    ("md", Format::Markdown),
    ("json", Format::Json),
    ("svg", Format::Xml),
    ("mmd", Format::Mermaid),
    ("dot", Format::Dot),
];

/// Every format with its name, as it appears in messages.
const NAMES: &[(Format, &str)] = &[
    (Format::Shell, "shell"),
    (Format::Drbd, "DRBD"),
    (Format::Lvm, "LVM"),
    (Format::Systemd, "systemd"),
    (Format::Fstab, "fstab"),
    (Format::Xml, "XML"),
    (Format::Corosync, "corosync"),
    (Format::Line, "plain line"),
    (Format::Nft, "nftables"),
    (Format::Multipath, "multipath"),
    (Format::Yaml, "YAML"),
    (Format::Markdown, "Markdown"),
    (Format::Json, "JSON"),
    (Format::Mermaid, "Mermaid"),
    (Format::Dot, "dot"),
];

impl Format {
    /// Every format, once.
    pub fn all() -> impl Iterator<Item = Format> {
        NAMES.iter().map(|(format, _)| *format)
    }

    /// The format of a template, by the extension before `.j2`; none if the extension is not known.
    pub fn of_template(name: &str) -> Option<Format> {
        let (_, extension) = name.strip_suffix(".j2")?.rsplit_once('.')?;
        EXTENSIONS.iter().find(|(known, _)| *known == extension).map(|(_, format)| *format)
    }

    /// The name of the format, as it appears in messages.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(format, _)| *format == self).map_or("unknown", |(_, name)| name)
    }

    /// The format with this name.
    pub(super) fn by_name(name: &str) -> Option<Format> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(format, _)| *format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_before_j2_decides() {
        assert_eq!(Format::of_template("drbd/resource.res.j2"), Some(Format::Drbd));
        assert_eq!(Format::of_template("_lib/strict.sh.j2"), Some(Format::Shell));
        assert_eq!(Format::of_template("a.b.yml.j2"), Some(Format::Yaml));
        assert_eq!(Format::of_template("x.j2"), None);
        assert_eq!(Format::of_template("x.sh"), None);
        assert_eq!(Format::of_template("x.tcl.j2"), None);
    }

    #[test]
    fn names_lead_back_to_the_format() {
        for (_, format) in EXTENSIONS {
            assert_eq!(Format::by_name(format.name()), Some(*format));
        }
    }
}
