//! `collect.sh`: what it brings from a node, and what it never does.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use gfs2gen::import::COLLECT;
use gfs2gen::platform::PLATFORMS;

/// A program that prints a text.
fn program(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/bash\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn secrets_stay_on_the_node() {
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    program(&bin, "uname", "echo server4");
    program(&bin, "id", "echo 0");
    program(
        &bin,
        "cibadmin",
        r#"cat <<'END'
<cib><configuration><resources><primitive id="f" class="stonith" type="fence_ipmilan"><instance_attributes id="a">
<nvpair id="a-1" name="passwd" value="hush-1"/><nvpair id="a-2" value="hush-2" name="password"/>
<nvpair name="snmp_priv_passwd" id="a-3" value="hush-3"/><nvpair id="a-4" name="password_script" value="cat /etc/x"/>
<nvpair id="a-5" name="login" value="admin"/></instance_attributes></primitive></resources></configuration></cib>
END"#,
    );
    program(
        &bin,
        "drbdadm",
        "printf 'resource r0 {\\n net {\\n shared-secret \"hush-4\";\\n shared-secret hush-5;\\n }\\n}\\n'",
    );
    program(
        &bin,
        "virsh",
        r#"case $* in *list*) echo web ;; *) echo "<domain type='kvm'><graphics type='vnc' passwd='hush-6'/></domain>" ;; esac"#,
    );
    for quiet in [
        "vgs",
        "lvs",
        "pvs",
        "lvmconfig",
        "lvm",
        "systemctl",
        "findmnt",
        "ip",
        "lsblk",
        "blockdev",
        "tunegfs2",
        "gfs2_edit",
    ] {
        program(&bin, quiet, "exit 1");
    }
    let script = folder.path().join("collect.sh");
    fs::write(&script, COLLECT).unwrap();
    // PATH of the script comes behind this one.
    let output = Command::new("bash")
        .arg(&script)
        .arg(folder.path().join("found"))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = |path: &str| fs::read_to_string(folder.path().join("found/server4/said").join(path)).unwrap();
    let all = [said("cib.xml"), said("drbdadm-dump"), said("domains/web.xml")].concat();
    assert!(!all.contains("hush"), "{all}");
    assert_eq!(all.matches("@BLANKED@").count(), 6, "{all}");
    assert!(all.contains("value=\"cat /etc/x\"") && all.contains("value=\"admin\""), "{all}");
    assert!(roxmltree::Document::parse(&said("cib.xml")).is_ok());
}

/// On a pipe a tar comes out, with one folder in it.
#[test]
fn a_pipe_gets_a_tar() {
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    program(&bin, "id", "echo 0");
    program(&bin, "uname", "echo server7");
    let run = Command::new("bash")
        .args(["-c", "bash -s <\"$1\" | tar -t", "-"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/import/collect.sh"))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .output()
        .unwrap();
    let listed = String::from_utf8(run.stdout).unwrap();
    assert!(listed.lines().all(|line| line.starts_with("server7/")), "{listed}");
    assert!(listed.contains("server7/etc/os-release") && listed.contains("server7/said/units"), "{listed}");
}

#[test]
fn nobody_but_root_is_asked_anything() {
    let folder = tempfile::tempdir().unwrap();
    program(folder.path(), "id", "echo 1000");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/import/collect.sh");
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let output =
        Command::new("bash").arg(script).arg("x").env_clear().env("PATH", path).current_dir(&folder).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(!folder.path().join("x").exists());
}

/// It is a script like those of a tree: shellcheck finds nothing, and bash 4.2 of Enterprise Linux 7 knows all that is in it.
#[test]
fn the_script_is_clean() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/import/collect.sh");
    let output = Command::new("shellcheck").arg(&script).output().expect("shellcheck, which .ci/setup installs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    for newer in ["${!", "@Q}", "local -n", "declare -n", "EPOCH", "wait -n", "mapfile -d", "inherit_errexit", "[-1]"] {
        assert!(!COLLECT.contains(newer), "{newer} is not in bash 4.2");
    }
    // Words that change a node; it writes into its own temporary folder only.
    for change in [
        "systemctl start",
        "systemctl stop",
        "vgchange",
        "lvchange",
        "drbdadm adjust",
        "pcs ",
        "crm_",
        "mount ",
        "cibadmin --",
    ] {
        assert_eq!(COLLECT.contains(change), change == "cibadmin --", "{change}");
    }
    assert_eq!(COLLECT.matches("cibadmin --").count(), COLLECT.matches("cibadmin --query").count());
}

#[test]
fn every_unit_that_is_off_is_asked_for() {
    for platform in PLATFORMS {
        for (unit, _) in platform.services.off {
            assert!(COLLECT.contains(unit), "{unit} of {}", platform.name);
        }
    }
}
