//! What stands between programs that do not know Pacemaker 3 and Pacemaker 3.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use built::Built;

const NODE: &str = "rack-a.example.net";

fn file(tree: &Built, path: &str) -> String {
    fs::read_to_string(tree.root.join(format!("nodes/{NODE}/rootfs/{path}"))).unwrap()
}

/// A program of this name in a folder.
fn program(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/bash\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_handler_shows_membership_as_crm_fence_peer_reads_it() {
    let tree = built::unlike_on("debian13");
    let handler = file(&tree, "usr/local/sbin/gfs2gen-fence-peer.sh");
    let begin = handler.find("cibadmin() {").expect("it stands in for cibadmin");
    let end = handler.find("export -f cibadmin").expect("for its children, too");
    let folder = tempfile::tempdir().unwrap();
    // As Pacemaker 3.0.0 has it: one node is a member, one was fenced; other numbers mean something else.
    program(
        folder.path(),
        "cibadmin",
        r#"cat <<'X'
<cib epoch="17"><node_state id="1" uname="a" in_ccm="1795535136" crmd="1795535135" join="member" expected="member">
<node_state id="2" uname="b" in_ccm="0" crmd="0" join="down" expected="down">
<nvpair name="x" in_ccm="0" crmd="12"/>
X
exit 105"#,
    );
    let script = format!("{}export -f cibadmin\nbash -c 'cibadmin -Q'", &handler[begin..end]);
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let output = Command::new("bash").args(["-c", &script]).env("PATH", path).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        r#"<cib epoch="17"><node_state id="1" uname="a" in_ccm="true" crmd="online" join="member" expected="member">
<node_state id="2" uname="b" in_ccm="false" crmd="offline" join="down" expected="down">
<nvpair name="x" in_ccm="0" crmd="12"/>
"#
    );
    assert_eq!(output.status.code(), Some(105), "what the program says is told on");
}

/// Runs the helper with what dlm_controld tells it; stonith_admin says `code`. Its exit code and what it asked for.
fn helper(tree: &Built, told: &str, code: i32) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    program(folder.path(), "stonith_admin", &format!("echo \"$*\" >>{}; exit {code}", log.display()));
    program(folder.path(), "date", "echo 1000050");
    program(folder.path(), "logger", "");
    let text = file(tree, "usr/local/sbin/gfs2gen-dlm-fence.sh");
    let text = text.replace("\nexport PATH=", &format!("\nexport PATH={}:", folder.path().display()));
    program(folder.path(), "helper", &text);
    let mut child = Command::new("bash").arg(folder.path().join("helper")).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), told.as_bytes()).unwrap();
    (child.wait().unwrap().code().unwrap(), fs::read_to_string(log).unwrap_or_default())
}

#[test]
fn dlm_gets_a_node_fenced_or_takes_what_was_fenced_since() {
    let tree = built::unlike_on("debian13");
    let own = "fence_all /usr/local/sbin/gfs2gen-dlm-fence.sh\n";
    assert!(file(&tree, "etc/dlm/dlm.conf").ends_with(own));
    let asked = |since| format!("--reboot rack-b.example.net --timeout 105 --tolerance {since} --tag dlm\n");
    assert_eq!(helper(&tree, "fail_time=1000020\nnode=3\n", 0), (0, asked(30)));
    assert_eq!(helper(&tree, "node=3\nfail_time=1000050\n", 0), (0, asked(1)));
    assert_eq!(helper(&tree, "node=3\nfail_time=1000020\n", 62), (1, asked(30)));
    for told in ["", "node=7\nfail_time=1000020\n", "node=3\n", "node=3\nfail_time=x\n"] {
        assert_eq!(helper(&tree, told, 0), (1, String::new()), "{told:?}");
    }
}

#[test]
fn pacemaker_2_needs_neither() {
    let tree = built::unlike_on("debian12");
    assert!(!file(&tree, "usr/local/sbin/gfs2gen-fence-peer.sh").contains("cibadmin"));
    assert!(!file(&tree, "etc/dlm/dlm.conf").contains("fence_all"));
}
