//! XML: every file of that form, and libvirt's schema for the guests.

use crate::verify::{Answer, Reader};

/// The XML itself.
pub static XMLLINT: Reader = Reader {
    name: "xmllint",
    proves: "the file is well-formed XML",
    blind: "what elements mean",
    programs: &["xmllint"],
    version: super::VERSION,
    isolated: false,
    files: |tree| [tree.ending(".xml"), tree.ending(".svg")].concat(),
    read: |desk, file| {
        let run = desk.run("xmllint", ["--noout", "--nonet", "--nocatalogs"]).args([desk.tree.path(file)]);
        Ok(Answer::of(&run.said()?, &[]))
    },
};

/// libvirt's schema of domains.
pub static VIRT_XML_VALIDATE: Reader = Reader {
    name: "virt-xml-validate",
    proves: "the domain fits libvirt's schema",
    blind: "whether images and bridges exist, and whether a cache mode or a CPU lets the guest move safely",
    programs: &["virt-xml-validate", "xmllint"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.on_nodes("etc/gfs2gen/domains/"),
    read: |desk, file| {
        let run = desk.run("virt-xml-validate", [desk.tree.path(file).as_os_str(), "domain".as_ref()]);
        Ok(Answer::of(&run.said()?, &["validates"]))
    },
};
