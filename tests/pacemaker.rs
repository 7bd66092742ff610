//! The Pacemaker configuration: what the scripts do with a real pcs is what the CIB says (other platforms': recorded/README.md).

#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gfs2gen::artifact;
use gfs2gen::domain::Domain;
use gfs2gen::model::Description;
use gfs2gen::plan::{Plan, Written, resolve};
use gfs2gen::source::Source;
use gfs2gen::syntax::Document;
use gfs2gen::verify::readers::pacemaker::base;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Three resources, IPv6, five filesystems of which three share a volume group, guests on several of them.
const IPV6: &str = r#"
apiVersion: gfs2gen/v1
platform: debian12
cluster: { name: six }
nodes:
  - name: n1.example
    addresses: { cluster: "fd00:1::1", replication: "fd00:2::1" }
    fence:
      - { name: kvm-n1, agent: fence_virsh, options: { ip: "fd00:9::1", username: "it's $(me)", plug: n1 }, delay: 15s, timeout: 90s }
      - { name: pdu-a-n1, agent: fence_apc_snmp, options: { ip: 10.0.0.9, plug: 1 }, level: 2 }
      - { name: pdu-b-n1, agent: fence_apc_snmp, options: { ip: 10.0.0.10, plug: 1 }, level: 2 }
  - name: n2.example
    addresses: { cluster: "fd00:1::2", replication: "fd00:2::2" }
    fence:
      - { name: kvm-n2, agent: fence_virsh, options: { ip: "fd00:9::1", username: root, plug: n2 } }
storage:
  - name: a
    disk: /dev/disk/by-partlabel/a
    filesystems:
      - { name: a1, size: 20%, mount: /srv/a1, options: [] }
      - { name: a2, size: 20%, mount: /srv/a2 }
      - { name: "3", mount: "/srv/a&<3>" }
  - name: b
    disk: /dev/disk/by-partlabel/b
    filesystems: [ { name: b, mount: /srv/b } ]
  - name: c
    disk: /dev/disk/by-partlabel/c
    filesystems: [ { name: c, mount: /srv/c } ]
vms:
  - { name: one, memory: 64GiB, vcpus: 2, disks: [ { filesystem: a1, file: x.raw, size: 1GiB }, { filesystem: c, file: x.raw, size: 1GiB } ] }
  - { name: two, memory: 1GiB, vcpus: 2, disks: [ { filesystem: b, file: y.raw, size: 1GiB } ], prefer: n2.example }
"#;

fn plan(text: &str, folder: &Path) -> Plan {
    let source = Source::new("cluster.yaml", text);
    let document = Document::parse(&source).expect("a readable description");
    let description: Description = serde_json::from_value(document.value().clone()).expect("a valid description");
    let vms = description.vms.iter().flatten().enumerate();
    let domains: BTreeMap<_, _> = vms
        .filter_map(|(position, vm)| {
            let path = folder.join(vm.domain.as_ref()?.as_str());
            Some((position, Domain::parse(&fs::read_to_string(path).expect("the domain"))))
        })
        .collect();
    resolve(&Written { description, domains })
}

fn example(name: &str) -> Plan {
    let (text, folder) = description(name);
    plan(&text, &folder)
}

/// Those whose CIB the Pacemaker of this machine can read: Debian 12's.
fn readable() -> Vec<Plan> {
    let examples = ["minimal", "full", "original", "el8", "el9", "ubuntu2404"];
    examples.map(example).into_iter().chain([plan(IPV6, Path::new("."))]).collect()
}

/// An example's text and folder.
fn description(name: &str) -> (String, PathBuf) {
    let folder = Path::new(ROOT).join("examples").join(name);
    (fs::read_to_string(folder.join("cluster.yaml")).unwrap(), folder)
}

/// The generated folder `cluster` on disk, with a base CIB beside it.
struct Tree {
    folder: tempfile::TempDir,
    scripts: Vec<PathBuf>,
    cib: String,
}

impl Tree {
    fn new(plan: &Plan) -> Tree {
        let folder = tempfile::tempdir().unwrap();
        let bundle = artifact::bundle(plan).unwrap();
        let mut scripts = Vec::new();
        let mut cib = String::new();
        for file in bundle.iter().filter(|file| file.path.as_str().starts_with("cluster/")) {
            let path = folder.path().join(file.path.as_str().trim_start_matches("cluster/"));
            fs::write(&path, &file.content).unwrap();
            if file.path.as_str().ends_with(".sh") {
                scripts.push(path);
            } else {
                cib.clone_from(&file.content);
            }
        }
        scripts.sort();
        fs::write(folder.path().join("applied.xml"), base(&cib)).unwrap();
        Tree { folder, scripts, cib }
    }

    fn applied(&self) -> PathBuf {
        self.folder.path().join("applied.xml")
    }

    fn replay(&self, path: Option<&str>, arguments: &[&str]) -> String {
        let mut said = String::new();
        for script in &self.scripts {
            let mut command = Command::new("bash");
            command.arg(script).arg("--cib").arg(self.applied()).args(arguments);
            command.envs(path.map(|path| ("PATH", path)));
            said += &readers::run(&mut command, "");
        }
        said
    }
}

/// The configuration section as text.
fn configuration(cib: &str) -> &str {
    let start = cib.find("  <configuration>").expect("a configuration");
    let end = cib.find("</configuration>").expect("its end");
    &cib[start..end]
}

/// The CIB with both nodes online, and allowed to promote every DRBD resource.
fn running(cib: &str, plan: &Plan) -> String {
    let states: String = plan.nodes.iter().map(|node| {
        let id = node.id;
        let scores: String = plan.storage.iter().map(|storage| {
            let name = &storage.name;
            format!("<nvpair id=\"s-{id}-{name}\" name=\"master-drbd-{name}\" value=\"10000\"/>")
        }).collect();
        format!(
            "<node_state id=\"{id}\" uname=\"{}\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\">\
             <transient_attributes id=\"{id}\"><instance_attributes id=\"status-{id}\">{scores}</instance_attributes>\
             </transient_attributes></node_state>",
            node.name
        )
    }).collect();
    cib.replace("</configuration>", &format!("</configuration><status>{states}</status>"))
        .replace("<cib ", "<cib have-quorum=\"1\" dc-uuid=\"1\" ")
}

/// Applies the scripts of a plan to an empty CIB: that is `cib.xml` then, and a second run changes nothing.
fn pcs_makes_the_cib(plan: &Plan) {
    for program in ["pcs", "cibadmin", "crm_verify"] {
        if readers::find(program).is_none() {
            return;
        }
    }
    let tree = Tree::new(plan);
    let before = fs::read(tree.applied()).unwrap();
    let planned = tree.replay(None, &["--plan"]);
    assert!(answers(&planned, "missing", "to do", "would change"), "{planned}");
    assert_eq!(before, fs::read(tree.applied()).unwrap(), "--plan changes nothing");

    tree.replay(None, &[]);
    let made = fs::read_to_string(tree.applied()).unwrap();
    assert_same(configuration(&tree.cib), configuration(&made));

    tree.replay(None, &[]);
    assert_eq!(made, fs::read_to_string(tree.applied()).unwrap(), "a second run changes nothing");
    let planned = tree.replay(None, &["--plan"]);
    assert!(answers(&planned, "exists", "already done", "unchanged"), "{planned}");
}

/// Whether every script says only this of what it makes, of itself, and in its last line.
fn answers(planned: &str, each: &str, state: &str, last: &str) -> bool {
    planned.lines().all(|line| {
        line.starts_with(&format!("   {each} "))
            || line.starts_with("== ") && line.ends_with(&format!(".sh: {state}"))
            || line == format!("gfs2gen: {last}")
    })
}

// One test each: they run side by side, and pcs takes most of a second for a command.

#[test]
fn pcs_makes_the_cib_of_the_smallest_cluster() {
    pcs_makes_the_cib(&example("minimal"));
}

#[test]
fn pcs_makes_the_cib_of_a_large_ipv6_cluster() {
    pcs_makes_the_cib(&plan(IPV6, Path::new(".")));
}

#[test]
fn a_running_cluster_is_changed_once() {
    let tree = Tree::new(&example("minimal"));
    if ["pcs", "cibadmin", "crm_diff", "crm_verify"].into_iter().any(|program| readers::find(program).is_none()) {
        return;
    }
    // The status of a node remembers a resource that was removed.
    let base = fs::read_to_string(tree.applied()).unwrap();
    let gone = "<lrm_resource id=\"dlm\" type=\"Dummy\" class=\"ocf\" provider=\"pacemaker\"/>";
    let status = format!(
        "<status><node_state id=\"1\" uname=\"server4\"><lrm id=\"1\"><lrm_resources>{gone}</lrm_resources></lrm></node_state></status>"
    );
    fs::write(tree.applied(), base.replace("<status/>", &status)).unwrap();
    let run = |script: &PathBuf| {
        let mut command = Command::new("bash");
        // Pacemaker's programs take this file for the cluster.
        command.arg(script).env("CIB_file", tree.applied());
        readers::run(&mut command, "")
    };
    for script in &tree.scripts {
        assert_eq!(run(script), "gfs2gen: changed\n", "{}", script.display());
        assert_eq!(run(script), "gfs2gen: unchanged\n", "{}", script.display());
    }
    let made = fs::read_to_string(tree.applied()).unwrap();
    assert_same(configuration(&tree.cib), configuration(&made));
}

fn assert_same(expected: &str, made: &str) {
    if expected != made {
        let diff = similar::TextDiff::from_lines(expected, made);
        panic!("cib.xml (-) is not what pcs makes (+)\n{}", diff.unified_diff());
    }
}

#[test]
fn nothing_is_mounted_before_its_disk_is_promoted() {
    let Some(simulate) = readers::find("crm_simulate") else { return };
    for plan in readable() {
        let tree = Tree::new(&plan);
        let text = running(&tree.cib, &plan);
        let (_folder, path) = readers::file("cib.xml", &text);
        let said = readers::run(Command::new(&simulate).arg("-S").arg("-x").arg(&path), &text);
        let actions: Vec<&str> = said.lines().filter(|line| line.contains("Resource action:")).collect();
        let at = |resource: &str, action: &str, node: &str| {
            actions
                .iter()
                .position(|line| {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    let id = words[3].split(':').next().unwrap_or_default();
                    id == resource && words[4] == action && words.ends_with(&["on", node])
                })
                .unwrap_or_else(|| panic!("{resource} has no {action} on {node}\n{said}"))
        };
        for (storage, filesystem) in plan.filesystems() {
            for node in plan.nodes.iter().map(|node| node.name.as_str()) {
                let mounted = at(&format!("fs-{}", filesystem.name), "start", node);
                assert!(at(&format!("drbd-{}", storage.name), "promote", node) < mounted, "{said}");
                assert!(at("dlm", "start", node) < mounted, "{said}");
            }
        }
        for guest in &plan.guests {
            let started = actions
                .iter()
                .position(|line| line.contains(&format!(" vm-{} ", guest.name)) && line.contains(" start "));
            assert!(started.is_some(), "{said}");
        }
    }
}

#[test]
fn an_id_that_belongs_to_something_else_stops_a_script() {
    if readers::find("pcs").is_none() || readers::find("cibadmin").is_none() {
        return;
    }
    let tree = Tree::new(&example("minimal"));
    let base = fs::read_to_string(tree.applied()).unwrap();
    let taken = "<resources><primitive id=\"dlm\" class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\"/></resources>";
    let text = base.replace("<resources/>", taken);
    fs::write(tree.applied(), &text).unwrap();
    let script = tree.scripts.iter().find(|script| script.ends_with("30-locking.sh")).unwrap();
    let output = Command::new("bash").arg(script).arg("--cib").arg(tree.applied()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("dlm exists, but is something else"));
    assert_eq!(fs::read_to_string(tree.applied()).unwrap(), text);
}

/// Puts programs into a folder; returns a PATH that finds them first.
fn programs(folder: &Path, programs: &[(&str, &str)]) -> String {
    let folder = folder.join("bin");
    fs::create_dir(&folder).unwrap();
    for (name, text) in programs {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default())
}

/// Puts programs on PATH that write down the commands of pcs and find nothing in any CIB.
fn recorder(folder: &Path) -> String {
    let log = folder.join("commands.txt");
    let pcs = format!("#!/bin/bash\nshift 2\nprintf '%q ' \"$@\" | sed 's/ $/\\n/' >>{}\n", log.display());
    programs(folder, &[("pcs", &pcs), ("cibadmin", "#!/bin/bash\nexit 6\n")])
}

#[test]
fn a_script_that_was_cut_off_goes_on() {
    let (Some(pcs), Some(_)) = (readers::find("pcs"), readers::find("cibadmin")) else { return };
    let tree = Tree::new(&example("minimal"));
    let count = tree.folder.path().join("count");
    // Every fourth command fails before it does anything.
    let text = format!(
        "#!/bin/bash\nn=$(($(cat {0} 2>/dev/null || echo 0) + 1))\necho $n >{0}\n[ $((n % 4)) != 0 ] || exit 1\nexec {1} \"$@\"\n",
        count.display(),
        pcs.display()
    );
    let path = programs(tree.folder.path(), &[("pcs", &text)]);
    let mut cut = 0;
    for script in &tree.scripts {
        let mut command = Command::new("bash");
        command.arg(script).arg("--cib").arg(tree.applied()).env("PATH", &path);
        while !command.output().unwrap().status.success() {
            cut += 1;
            assert!(cut < 20, "{} does not go on", script.display());
        }
    }
    assert!(cut > 3);
    assert_same(configuration(&tree.cib), configuration(&fs::read_to_string(tree.applied()).unwrap()));
}

/// The commands and the CIB of a plan are the recorded ones.
fn is_as_recorded(plan: &Plan, name: &str) {
    let tree = Tree::new(plan);
    let path = recorder(tree.folder.path());
    tree.replay(Some(&path), &[]);
    let commands = fs::read_to_string(tree.folder.path().join("commands.txt")).unwrap();
    let recorded = Path::new(ROOT).join("tests/recorded").join(name);
    let list = recorded.with_extension("txt");
    if std::env::var_os("GFS2GEN_BLESS").is_some() {
        fs::write(&list, &commands).unwrap();
    }
    assert_eq!(commands, fs::read_to_string(&list).unwrap());
    let made = fs::read_to_string(recorded.with_extension("xml")).unwrap();
    // Two ways to write one character.
    let plain = |cib: &str| configuration(cib).replace("&apos;", "'");
    assert_same(&plain(&tree.cib), &plain(&made));
}

#[test]
fn other_platforms_are_what_their_own_pcs_made() {
    is_as_recorded(&example("original"), "el7-original");
    let (full, folder) = description("full");
    for platform in ["el8", "debian13"] {
        let on = |text: &str| text.replace("platform: debian12", &format!("platform: {platform}"));
        is_as_recorded(&plan(&on(&full), &folder), &format!("{platform}-full"));
        is_as_recorded(&plan(&on(IPV6), Path::new(".")), &format!("{platform}-ipv6"));
    }
}
