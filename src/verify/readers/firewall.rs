//! The firewall in either form.

use std::io;

use crate::verify::{Answer, Desk, Reader};

const FIREWALLD: &str = "etc/firewalld/";

/// nftables.
pub static NFT: Reader = Reader {
    name: "nft -c",
    proves: "the kernel would take the table",
    blind: "whether the right packets come through, and what other tables do",
    programs: &["nft"],
    version: super::VERSION,
    isolated: true,
    files: |tree| tree.ending(".nft"),
    read: |desk, file| {
        let copy = desk.write("table.nft", &desk.tree.text(file)?)?;
        let nft = desk.tool("nft").path().as_os_str();
        Ok(Answer::of(&desk.isolated(r#"exec "$1" -c -f "$2""#, [nft, copy.as_os_str()]).said()?, &[]))
    },
};

/// firewalld. It wants to be root, though it only reads.
pub static FIREWALLD_CONFIG: Reader = Reader {
    name: "firewall-offline-cmd --check-config",
    proves: "zones and services are well-formed and name what exists",
    blind: "whether a zone gets the interface that is meant",
    programs: &["firewall-offline-cmd"],
    version: super::VERSION,
    isolated: true,
    files: |tree| {
        let folder = |file: String| Some(format!("{}{FIREWALLD}*", file.split_once(FIREWALLD)?.0));
        let mut folders: Vec<String> = tree.on_nodes(FIREWALLD).into_iter().filter_map(folder).collect();
        folders.dedup();
        folders
    },
    read: firewalld,
};

fn firewalld(desk: &Desk, files: &str) -> io::Result<Answer> {
    let folder = desk.copy(files.trim_end_matches("/*"))?;
    std::fs::write(folder.join("firewalld.conf"), "DefaultZone=public\n")?;
    let program = desk.tool("firewall-offline-cmd").path().as_os_str();
    let run = desk.isolated(r#"exec "$1" --system-config "$2" --check-config"#, [program, folder.as_os_str()]);
    Ok(Answer::of(&run.said()?, &[]))
}
