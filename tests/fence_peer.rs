//! The fence handler with other programs in the place of those that it calls: whom it fences, and what it tells DRBD.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use built::Built;

/// Primary without a connection, as /proc/drbd of DRBD 8.4 shows it.
const FROZEN: &str = " 0: cs:WFConnection ro:Primary/Unknown ds:UpToDate/DUnknown C r---d-\n";
const CONNECTED: &str = " 0: cs:Connected ro:Primary/Primary ds:UpToDate/UpToDate C r-----\n";
const PROMOTING: &str = " 0: cs:WFConnection ro:Secondary/Unknown ds:Consistent/DUnknown C r-----\n";

/// What the handler meets.
struct Case {
    proc: &'static str,
    /// What crm-fence-peer.sh says.
    ban: i32,
    /// What crm_node prints; it fails where there is nothing.
    members: &'static str,
    /// What stonith_admin says.
    fencing: i32,
}

const WON: Case = Case { proc: FROZEN, ban: 4, members: "alpha beta ", fencing: 0 };

/// Runs the handler of a node, and returns its exit code with the calls that it made, one a line.
fn handler(tree: &Built, node: &str, case: &Case) -> (i32, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let program = |name: &str, rest: &str| {
        let text = format!("#!/bin/bash\nprintf '%s\\n' \"{name} $*\" >>{}\n{rest}\n", at("log").display());
        fs::write(at(name), text).unwrap();
        fs::set_permissions(at(name), fs::Permissions::from_mode(0o755)).unwrap();
    };
    fs::write(at("proc"), case.proc).unwrap();
    program("crm-fence-peer.sh", &format!("exit {}", case.ban));
    program("crm_node", &format!("echo '{}'; [ -n '{0}' ]", case.members));
    program("stonith_admin", &format!("echo 'no device'; exit {}", case.fencing));
    program("logger", "");
    program("sleep", "");
    let script = tree.root.join(format!("nodes/{node}/rootfs/usr/local/sbin/gfs2gen-fence-peer.sh"));
    let mut text = fs::read_to_string(script).unwrap();
    let here = folder.path().display();
    for (there, here) in [
        ("\nexport PATH=", format!("\nexport PATH={here}:")),
        ("\n/usr/lib/drbd/crm-fence-peer.sh ", format!("\n{here}/crm-fence-peer.sh ")),
        (" /proc/drbd;", format!(" {here}/proc;")),
    ] {
        assert_eq!(text.matches(there).count(), 1, "{there:?} in {text}");
        text = text.replace(there, &here);
    }
    fs::write(at("handler"), text).unwrap();
    let mut command = Command::new("/bin/bash");
    // The kernel gives a handler no more than this, and drbdadm adds the rest.
    command.env_clear().envs([("HOME", "/"), ("TERM", "linux"), ("PATH", "/sbin:/usr/sbin:/bin:/usr/bin")]);
    command.envs([("DRBD_RESOURCE", "fast"), ("DRBD_MINOR", "0"), ("DRBD_PEER", "other"), ("DRBD_PEERS", "other")]);
    let output = command.arg(at("handler")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let log = fs::read_to_string(at("log")).unwrap_or_default();
    let asks = ["crm_node ", "logger "];
    let calls = log.lines().filter(|line| !asks.iter().any(|ask| line.starts_with(ask)));
    (output.status.code().unwrap(), calls.map(str::to_owned).collect())
}

fn full() -> Built {
    built::build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/full/cluster.yaml"), "full")
}

/// Where writes stand still it waits as long as it can, else no longer than a promotion lets it.
const BAN: &str = "crm-fence-peer.sh --timeout 440 --dc-timeout 455";
const SHORT_BAN: &str = "crm-fence-peer.sh --timeout 135 --dc-timeout 150";
const SHOT: &str = "stonith_admin --reboot beta --timeout 120 --tolerance 11 --tag drbd-fast";

#[test]
fn the_winner_fences_a_loser_that_lives_and_then_says_so() {
    let tree = full();
    assert_eq!(handler(&tree, "alpha", &WON), (7, vec![BAN.into(), SHOT.into()]));
    // Nobody knows whether it is a member: it may be.
    let unknown = Case { members: "", ..WON };
    assert_eq!(handler(&tree, "alpha", &unknown), (7, vec![BAN.into(), SHOT.into()]));
}

#[test]
fn the_ban_holds_where_fencing_fails_and_the_loser_knows_it() {
    let failing = Case { fencing: 1, ..WON };
    assert_eq!(handler(&full(), "alpha", &failing), (4, vec![BAN.into(), SHOT.into()]));
    // It is gone since, perhaps with a cluster of its own, and without the ban.
    let gone = Case { fencing: 1, members: "alpha ", ..WON };
    assert_eq!(handler(&full(), "alpha", &gone), (1, vec![BAN.into(), SHOT.into()]));
    let like_it = Case { fencing: 1, members: "alpha beta2 ", ..WON };
    assert_eq!(handler(&full(), "alpha", &like_it), (1, vec![BAN.into(), SHOT.into()]));
}

#[test]
fn nothing_is_written_while_nobody_knows_whether_the_other_lives() {
    let unreachable = Case { ban: 5, members: "alpha ", ..WON };
    assert_eq!(handler(&full(), "alpha", &unreachable), (1, vec![BAN.into()]));
    // A side that is to be promoted has its own guard: DRBD's.
    let promoting = Case { proc: PROMOTING, ..unreachable };
    assert_eq!(handler(&full(), "alpha", &promoting), (5, vec![SHORT_BAN.into()]));
}

#[test]
fn nobody_is_fenced_by_a_loser_or_twice_or_without_need() {
    let tree = full();
    let none = [
        ("lost", Case { ban: 1, ..WON }, 1, BAN),
        ("fenced already", Case { ban: 7, ..WON }, 7, BAN),
        ("being promoted", Case { proc: PROMOTING, ..WON }, 4, SHORT_BAN),
        ("the link is back", Case { proc: CONNECTED, ..WON }, 4, SHORT_BAN),
        (
            "another resource is frozen",
            Case { proc: " 10: cs:WFConnection ro:Primary/Unknown ds:\n", ..WON },
            4,
            SHORT_BAN,
        ),
    ];
    for (why, case, code, ban) in none {
        assert_eq!(handler(&tree, "alpha", &case), (code, vec![ban.into()]), "{why}");
    }
}

#[test]
fn the_node_without_the_delay_lets_the_other_go_first() {
    let tree = full();
    let shot = SHOT.replace("beta", "alpha");
    assert_eq!(handler(&tree, "beta", &WON), (7, vec!["sleep 7".into(), BAN.into(), shot]));
    let lost = Case { ban: 1, ..WON };
    assert_eq!(handler(&tree, "beta", &lost), (1, vec!["sleep 7".into(), BAN.into()]));
    // Nobody is there to go first, or nothing stands still.
    for (case, ban) in [(Case { members: "beta ", ..WON }, BAN), (Case { proc: PROMOTING, ..WON }, SHORT_BAN)] {
        assert_eq!(handler(&tree, "beta", &Case { ban: 7, ..case }), (7, vec![ban.into()]));
    }
}
