//! The real readers over every tree: the examples, and descriptions that no example resembles.

#[allow(dead_code)]
mod built;
#[allow(dead_code)]
mod readers;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use built::Built;
use readers::find;

/// Runs a reader; it must succeed, and say nothing on stderr but lines that hold one of `noise`.
fn accepts(command: &mut Command, noise: &[&str]) -> Output {
    let output = command.output().expect("the reader starts");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    for line in errors.lines().filter(|line| !line.trim().is_empty()) {
        assert!(noise.iter().any(|known| line.contains(known)), "{command:?} says: {line}");
    }
    output
}

#[test]
fn drbdadm_takes_the_resources_and_its_agent_sees_two_primaries() {
    let Some(drbdadm) = find("drbdadm") else { return };
    let noise =
        ["modinfo: ERROR", "Module drbd not found", "found __DRBD_NODE__ in environment", "PRETENDING that I am"];
    let mut seen = [false, false];
    for tree in built::all() {
        let version = if tree.drbd9() { "9.1.0" } else { "8.4.11" };
        seen[usize::from(tree.drbd9())] = true;
        for (node, overlay) in tree.overlays() {
            let run = |host: Option<&str>, words: &[&str]| {
                let mut command = Command::new(&drbdadm);
                command.arg("-c").arg(overlay.join("etc/drbd.conf")).args(words);
                command.env("DRBD_DRIVER_VERSION_OVERRIDE", version).env("DRBD_DONT_WARN_ON_VERSION_MISMATCH", "1");
                host.map(|host| command.env("__DRBD_NODE__", host));
                String::from_utf8(accepts(&mut command, &noise).stdout).unwrap()
            };
            let dump = run(None, &["dump"]);
            assert!(dump.contains("fencing          resource-and-stonith;"), "{dump}");
            let adjust = run(Some(&node), &["-d", "adjust", "all"]);
            for option in ["--allow-two-primaries", "--ping-int=", "--ping-timeout=", "--timeout=", "--ko-count="] {
                assert!(adjust.contains(option), "{option} in {adjust}");
            }
            let handler = dump.lines().find_map(|line| line.trim().strip_prefix("fence-peer")).expect("a handler");
            let handler = overlay.join(handler.trim().trim_matches([';', '"']).trim_start_matches('/'));
            let mode = fs::metadata(&handler).expect("the handler is in the overlay").permissions().mode();
            assert_eq!(mode & 0o777, 0o755, "{}", handler.display());
            for file in tree.ending(".res").iter().filter(|file| file.starts_with(&overlay)) {
                let resource = file.file_stem().unwrap().to_str().unwrap();
                let seen = run(Some(&node), &["-d", "-v", "dump", resource]);
                let exactly = ["allow-two-primaries;", "allow-two-primaries yes;"];
                let squeezed = seen.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
                assert!(squeezed.into_iter().any(|line| exactly.contains(&line.as_str())), "{seen}");
            }
        }
    }
    assert_eq!(seen, [true, true], "both generations are among the descriptions");
}

#[test]
fn lvmconfig_takes_lvm_conf() {
    let Some(lvmconfig) = find("lvmconfig") else { return };
    for tree in built::all() {
        // LVM 2.03 still knows clvmd's keys, and says what has become of locking_type.
        let noise: &[&str] = if tree.clvmd() { &["locking_type (3) is deprecated", "see lvmlockd(8)"] } else { &[] };
        for (_, overlay) in tree.overlays() {
            let mut command = Command::new(&lvmconfig);
            command.env("LVM_SYSTEM_DIR", overlay.join("etc/lvm")).env("LVM_SUPPRESS_FD_WARNINGS", "1");
            accepts(command.arg("--validate"), noise);
        }
    }
}

#[test]
fn corosync_takes_corosync_conf() {
    let Some(_) = find("corosync") else { return };
    for tree in built::all() {
        for (node, overlay) in tree.overlays() {
            let conf = overlay.join("etc/corosync/corosync.conf");
            let output = readers::corosync(&conf, &node);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{} {node}: {}\n{said}", tree.name, output.status);
        }
    }
}

#[test]
fn systemd_takes_the_units_and_drop_ins() {
    let Some(analyze) = find("systemd-analyze") else { return };
    for tree in built::all() {
        for (_, overlay) in tree.overlays() {
            let units = overlay.join("etc/systemd/system");
            let stubs = tempfile::tempdir().unwrap();
            let mut verify: Vec<PathBuf> = Vec::new();
            for entry in fs::read_dir(&units).unwrap().map(|entry| entry.unwrap()) {
                match entry.file_name().to_str().unwrap().strip_suffix(".d") {
                    Some(unit) => {
                        // A unit that is not installed here gets the least that a drop-in can be read on.
                        let base = match unit.rsplit_once('.') {
                            Some((_, "socket")) => "[Socket]\nListenStream=1\nAccept=yes\n",
                            Some((_, "service")) => "[Service]\nExecStart=/bin/true\n",
                            _ => "[Unit]\nDescription=stub\n",
                        };
                        fs::write(stubs.path().join(unit), base).unwrap();
                        if unit.ends_with(".socket") {
                            let service = format!("{}@.service", unit.trim_end_matches(".socket"));
                            fs::write(stubs.path().join(service), "[Service]\nExecStart=/bin/true\n").unwrap();
                        }
                        verify.push(unit.into());
                    }
                    None => verify.push(entry.path()),
                }
            }
            let path = format!("{}:/lib/systemd/system:{}", units.display(), stubs.path().display());
            let mut command = Command::new(&analyze);
            command.env("SYSTEMD_UNIT_PATH", path).args(["verify", "--man=no", "--recursive-errors=no"]).args(&verify);
            accepts(&mut command, &[]);
        }
    }
}

#[test]
fn libmount_takes_the_mount_lines() {
    let Some(findmnt) = find("findmnt") else { return };
    for tree in built::all() {
        for (_, overlay) in tree.overlays() {
            let lines = overlay.join("etc/gfs2gen/fstab");
            let noise = ["0 parse errors, 0 errors,"];
            accepts(Command::new(&findmnt).args(["--verify", "--tab-file"]).arg(lines), &noise);
        }
    }
}

#[test]
fn bash_and_shellcheck_take_the_scripts() {
    let (Some(bash), Some(shellcheck)) = (find("bash"), find("shellcheck")) else { return };
    for tree in built::all() {
        for script in tree.ending(".sh") {
            accepts(Command::new(&bash).arg("-n").arg(&script), &[]);
            accepts(Command::new(&shellcheck).args(["--norc", "-S", "style"]).arg(&script), &[]);
        }
    }
}

#[test]
fn xml_readers_take_the_xml_and_libvirt_the_guests() {
    let (Some(xmllint), Some(validate)) = (find("xmllint"), find("virt-xml-validate")) else { return };
    for tree in built::all() {
        for file in tree.ending(".xml") {
            accepts(Command::new(&xmllint).args(["--noout", "--nonet"]).arg(&file), &[]);
            if file.parent().is_some_and(|folder| folder.ends_with("domains")) {
                accepts(Command::new(&validate).arg(&file).arg("domain"), &["validates"]);
            }
        }
    }
}

#[test]
fn ansible_takes_the_playbook() {
    let (Some(playbook), Some(yamllint)) = (find("ansible-playbook"), find("yamllint")) else { return };
    for tree in built::all() {
        let folder = tree.root.join("ansible");
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(&playbook);
        command.env("HOME", home.path()).env("ANSIBLE_LOCALHOST_WARNING", "false").env("LC_ALL", "C.UTF-8");
        accepts(command.args(["--syntax-check", "-i", "inventory.yml", "site.yml"]).current_dir(&folder), &[]);
        accepts(Command::new(&yamllint).args(["-s", "inventory.yml", "site.yml"]).current_dir(&folder), &[]);
    }
}

#[test]
fn nft_and_firewalld_take_the_firewall() {
    let (Some(_), Some(offline)) = (find("nft"), find("firewall-offline-cmd")) else { return };
    let mut seen = [false, false];
    for tree in built::all() {
        for file in tree.ending(".nft") {
            seen[0] = true;
            accepts(Command::new("unshare").args(["-Urn", "nft", "-c", "-f"]).arg(&file), &[]);
        }
        for (_, overlay) in tree.overlays().into_iter().filter(|(_, overlay)| overlay.join("etc/firewalld").is_dir()) {
            seen[1] = true;
            let config = tempfile::tempdir().unwrap();
            copy(&overlay.join("etc/firewalld"), config.path());
            fs::copy("/etc/firewalld/firewalld.conf", config.path().join("firewalld.conf")).unwrap();
            let mut command = Command::new(&offline);
            accepts(command.arg("--system-config").arg(config.path()).arg("--check-config"), &[]);
        }
    }
    assert_eq!(seen, [true, true], "both forms are among the descriptions");
}

fn copy(from: &Path, to: &Path) {
    for (path, (_, bytes)) in built::files(from) {
        let file = to.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
}

#[test]
fn mkfs_takes_the_generated_arguments_and_verify_finds_what_it_made() {
    let Some(mkfs) = find("mkfs.gfs2") else { return };
    for tree in built::all() {
        let made = mkfs_arguments(&tree);
        assert!(!made.is_empty(), "{}: no mkfs.gfs2 in the scripts", tree.name);
        for arguments in made {
            let table = arguments[1 + arguments.iter().position(|word| word == "-t").unwrap()].clone();
            let folder = tempfile::tempdir().unwrap();
            let device = folder.path().join("lv");
            fs::File::create(&device).unwrap().set_len(8 << 30).unwrap();
            accepts(Command::new(&mkfs).args(arguments).arg(&device), &[]);
            let mut verify = Command::new("bash");
            verify.args(["-c", READ_TABLE, "bash"]).arg(tree.root.join("verify.sh")).arg(&device);
            assert_eq!(String::from_utf8(accepts(&mut verify, &[]).stdout).unwrap().trim(), table);
        }
    }
}

/// The lock table of a filesystem as verify.sh reads it.
const READ_TABLE: &str = r#"PATH+=:/usr/sbin:/sbin; eval "$(grep '^lock_table() ' "$1")"; lock_table "$2""#;

/// The facts of a node.sh and its function that makes a filesystem, with the real program replaced by one that shows its words.
const SHOW_MKFS: &str = r#"eval "$(sed '/^STEPS=(/,$d' "$1")"
eval "$(sed -n '/^filesystem_do() {/,/^}/p' "$1")"
mkfs.gfs2() { printf '%s\n' "$@" end; }
for name in "${FILESYSTEMS[@]}"; do filesystem_do "$name"; done"#;

/// What node.sh gives to mkfs.gfs2, but the device.
fn mkfs_arguments(tree: &Built) -> Vec<Vec<String>> {
    let script = tree.ending("node.sh").remove(0);
    let output = accepts(Command::new("bash").args(["-c", SHOW_MKFS, "bash"]).arg(script), &[]);
    let shown = String::from_utf8(output.stdout).unwrap();
    let calls = shown.split("end\n").filter(|call| !call.is_empty());
    calls
        .map(|call| {
            let words: Vec<String> = call.lines().map(str::to_owned).collect();
            words[..words.len() - 1].to_vec()
        })
        .collect()
}
