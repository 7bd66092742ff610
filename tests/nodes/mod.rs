//! Two nodes that are folders. `ssh` goes into namespaces in which the host has the node's name and addresses, its /etc, /var,
//! /run, /srv and /usr/sbin are folders, and the only programs are copies of those of a fresh machine and those in `programs/`,
//! which keep their state in files. Everything else can only be read there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{built, readers};

/// The names under which LVM's one program is called.
const LVM: &[&str] = &["pvs", "vgs", "lvs", "vgchange", "lvchange", "lvremove", "vgremove", "pvremove"];

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/nodes");

const ADDRESSES: &[(&str, &str)] =
    &[("server4", "192.168.11.4"), ("server4", "10.10.10.4"), ("server7", "192.168.11.7"), ("server7", "10.10.10.7")];

/// What every machine has before anything is installed.
const BASE: &[&str] = &[
    "base64",
    "basename",
    "bash",
    "cat",
    "chmod",
    "chown",
    "cmp",
    "cp",
    "cut",
    "date",
    "dd",
    "dirname",
    "env",
    "find",
    "findmnt",
    "flock",
    "gawk",
    "grep",
    "head",
    "id",
    "install",
    "ip",
    "ln",
    "mkdir",
    "mktemp",
    "mv",
    "od",
    "readlink",
    "rm",
    "rmdir",
    "sed",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "sync",
    "tac",
    "tail",
    "tar",
    "timeout",
    "touch",
    "tr",
    "uname",
    "wc",
];

/// The nodes, and the tree that is theirs.
pub struct Nodes {
    /// The tree, changed in nothing but where the nodes look for programs and disks.
    pub tree: PathBuf,
    folder: tempfile::TempDir,
    names: Vec<String>,
}

impl Nodes {
    /// Nodes of the smallest cluster, prepared as the runbook says: names, addresses, the fence devices' secrets, blank disks.
    pub fn prepared() -> Option<Nodes> {
        Nodes::prepared_on("debian12")
    }

    /// The same on another platform.
    pub fn prepared_on(platform: &str) -> Option<Nodes> {
        let text =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/minimal/cluster.yaml")).unwrap();
        let text = text.replace("platform: debian12", &format!("platform: {platform}"));
        let (_folder, description) = readers::file("cluster.yaml", &text);
        let nodes = Nodes::of(&description)?;
        for name in ["server4", "server7"] {
            nodes.write(&format!("etc/gfs2gen/secrets/bmc-{name}"), "secret\n", 0o600);
        }
        Some(nodes)
    }

    fn of(description: &Path) -> Option<Nodes> {
        for program in ["unshare", "ip", "gawk"] {
            readers::find(program)?;
        }
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("tree");
        let built = built::build(description, "nodes");
        for (path, (mode, bytes)) in built.files() {
            write(&tree.join(path), &bytes, mode);
        }
        let names: Vec<String> = built.overlays().into_iter().map(|(name, _)| name).collect();
        let nodes = Nodes { tree, folder, names };
        for program in BASE {
            let name = if *program == "gawk" { "awk" } else { program };
            // A copy: whatever happens to a node's program, this machine's is another file.
            write(&nodes.at("bin").join(name), &fs::read(readers::find(program)?).unwrap(), 0o755);
        }
        for (folder, to) in [("programs", "bin"), ("packaged", "packaged")] {
            for (path, (_, bytes)) in built::files(&Path::new(HERE).join(folder)) {
                let names = if path == "lvm" { LVM } else { &[path.as_str()] };
                names.iter().for_each(|name| write(&nodes.at(to).join(name), &bytes, 0o755));
            }
        }
        for name in &nodes.names {
            nodes.make_fresh(name);
        }
        Some(nodes)
    }

    fn make_fresh(&self, name: &str) {
        for folder in ["etc", "var/lib", "run/mount", "srv", "sbin", "usr/local/sbin", "tmp", "bin", "units"] {
            fs::create_dir_all(self.on(name, folder)).unwrap();
        }
        write(&self.on(name, "etc/passwd"), b"root:x:0:0:root:/root:/bin/bash\n", 0o644);
        write(&self.on(name, "etc/group"), b"root:x:0:\n", 0o644);
        write(&self.on(name, "etc/hosts"), b"127.0.0.1 localhost\n", 0o644);
        write(&self.on(name, "disk"), b"", 0o600);
        write(&self.on(name, "boot-id"), name.as_bytes(), 0o644);
        let mine = ADDRESSES.iter().filter(|(node, _)| *node == name);
        let lines: String = mine.map(|(_, address)| format!("{address}\n")).collect();
        write(&self.on(name, "addresses"), lines.as_bytes(), 0o644);
        let script = self.tree.join(format!("nodes/{name}/node.sh"));
        let text = fs::read_to_string(&script).unwrap();
        let path = format!("export PATH={}:{}", self.on(name, "bin").display(), self.at("bin").display());
        let text = text.replace("export PATH=/usr/sbin:/usr/bin:/sbin:/bin", &path);
        let text = text.replace("/dev/disk/by-partlabel/drbd-r0", self.on(name, "disk").to_str().unwrap());
        let text = text.replace("/proc/sys/kernel/random/boot_id", self.on(name, "boot-id").to_str().unwrap());
        let text = text.replace("[ ! -b \"$disk\" ]", "[ ! -e \"$disk\" ]");
        assert!(text.contains(&path));
        write(&script, text.as_bytes(), 0o755);
    }

    /// A file that both nodes see.
    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A file of one node.
    pub fn on(&self, node: &str, path: &str) -> PathBuf {
        self.folder.path().join(node).join(path)
    }

    /// Writes a file of every node.
    pub fn write(&self, path: &str, text: &str, mode: u32) {
        for name in &self.names {
            write(&self.on(name, path), text.as_bytes(), mode);
        }
    }

    /// Installs what packages bring.
    pub fn install(&self) {
        for name in &self.names {
            for (path, (mode, bytes)) in built::files(&self.at("packaged")) {
                write(&self.on(name, "bin").join(path), &bytes, mode);
            }
        }
    }

    /// Every file of a node with its mode and content, and every folder.
    pub fn files(&self, node: &str) -> Vec<(String, u32, Vec<u8>)> {
        let mut found = Vec::new();
        let root = self.on(node, "");
        let mut folders: Vec<PathBuf> =
            ["etc", "var", "run", "srv", "sbin", "usr", "tmp", "units"].map(|name| root.join(name)).into();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                // Of mount and of Ansible.
                if path.ends_with("run/mount") {
                    continue;
                }
                let bytes = if path.is_dir() { Vec::new() } else { fs::read(&path).unwrap() };
                let mode = fs::metadata(&path).unwrap().permissions().mode();
                found.push((path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), mode, bytes));
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        found.sort();
        found
    }

    /// A script of the tree, to be run where the nodes are reached.
    pub fn command(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        command.arg(self.tree.join(script)).env("LAB", self.folder.path());
        command.env("PATH", format!("{}:{}", self.at("bin").display(), std::env::var("PATH").unwrap()));
        command
    }

    /// The playbook with these arguments, and all that it says; none where there is no Ansible.
    pub fn playbook(&self, arguments: &[&str]) -> Option<(i32, String)> {
        self.playbook_in(Path::new("site.yml"), arguments)
    }

    /// The same with another playbook, seen from the folder of the tree's own.
    pub fn playbook_in(&self, playbook: &Path, arguments: &[&str]) -> Option<(i32, String)> {
        let mut command = Command::new(readers::find("ansible-playbook")?);
        command.current_dir(self.tree.join("ansible")).args(["-i", "inventory.yml"]).arg(playbook).args(arguments);
        let python = readers::find("python3")?;
        let remote = format!("ansible_python_interpreter={} ansible_remote_tmp=/run/mount/ansible", python.display());
        command.args(["-e", "ansible_become=false", "-e", &remote]);
        command.env("LAB", self.folder.path()).env("HOME", self.at("home")).env("LC_ALL", "C.UTF-8");
        command.env("ANSIBLE_SSH_EXECUTABLE", self.at("bin/ssh")).env("ANSIBLE_SSH_TRANSFER_METHOD", "piped");
        command.env("ANSIBLE_SSH_ARGS", "").env("ANSIBLE_PIPELINING", "1");
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        Some((output.status.code().expect("an exit code"), String::from_utf8(said).unwrap()))
    }

    /// Runs it, and returns its exit code with all that it says.
    pub fn run(&self, script: &str, arguments: &[&str]) -> (i32, String) {
        let output = self.command(script).args(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().expect("an exit code"), String::from_utf8(said).unwrap())
    }
}

fn write(path: &Path, bytes: &[u8], mode: u32) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    // In its place, never through a link.
    let _ = fs::remove_file(path);
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
