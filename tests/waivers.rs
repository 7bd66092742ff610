//! `policy.allow`: what is accepted, with a reason, and for how long. Errors never are.

use std::fs;

mod program;

use program::{MINIMAL, run, said_on};

/// What is said of the smallest description with these entries in `policy.allow`, on a day.
fn said(entries: &str, today: &str) -> String {
    said_on(today, &format!("{MINIMAL}policy:\n  allow:\n{entries}"))
}

#[test]
fn a_warning_is_accepted_by_code_or_name_through_its_last_day() {
    for rule in ["GFS307", "single-link"] {
        let entry = format!("    - {{ rule: {rule}, reason: a bond of two, until: 2027-06-30 }}\n");
        assert_eq!(said(&entry, "2027-06-30"), "the description is fine\n");
    }
    assert_eq!(said("    - { rule: single-link, reason: a bond }\n", "9999-12-31"), "the description is fine\n");
}

#[test]
fn one_that_has_ended_is_reported_beside_what_it_hid() {
    let entry = "    - { rule: single-link, reason: a bond of two, until: 2027-06-30 }\n";
    let said = said(entry, "2027-07-01");
    assert!(said.starts_with("warning[GFS307]: corosync has one link only\n"), "{said}");
    assert_eq!(
        said.split_once("\n\n").unwrap().1,
        "warning[GFS233]: `single-link` was allowed until 2027-06-30
  --> cluster.yaml:29:58
   |
29 |     - { rule: single-link, reason: a bond of two, until: 2027-06-30 }
   |                                                          ^^^^^^^^^^ over
   |
   = help: look at the warning again, then change the day or take the entry out

2 warnings
"
    );
}

#[test]
fn one_without_use_is_reported() {
    let entries = "    - { rule: no-lanplus, reason: old }\n    - { rule: GFS307, reason: a bond }\n    - { rule: single-link, reason: a bond }\n";
    assert_eq!(
        said(entries, "2027-01-01"),
        "warning[GFS232]: there is nothing for `no-lanplus` to allow
  --> cluster.yaml:29:15
   |
29 |     - { rule: no-lanplus, reason: old }
   |               ^^^^^^^^^^ no such warning
   |
   = help: take it out

warning[GFS232]: `single-link` is allowed already
  --> cluster.yaml:31:15
   |
30 |     - { rule: GFS307, reason: a bond }
   |               ------ first here
31 |     - { rule: single-link, reason: a bond }
   |               ^^^^^^^^^^^ again here
   |
   = help: take one of them out

2 warnings
"
    );
}

#[test]
fn errors_and_unknown_rules_cannot_be_accepted() {
    let told = |rule: &str| {
        let said = said(&format!("    - {{ rule: {rule}, reason: x }}\n"), "2027-01-01");
        said.split("\n\n").nth(1).unwrap_or_default().to_owned() + "\n"
    };
    for rule in ["fence-race", "GFS405", "GFS101", "invalid-syntax"] {
        assert!(told(rule).starts_with(&format!("error[GFS231]: `{rule}` is an error, and cannot be allowed\n")));
    }
    assert!(
        told("unused-waiver").starts_with("error[GFS231]: `unused-waiver` is about this list itself, and cannot be")
    );
    assert_eq!(
        told("singel-link"),
        "error[GFS230]: no rule `singel-link`
  --> cluster.yaml:29:15
   |
29 |     - { rule: singel-link, reason: x }
   |               ^^^^^^^^^^^ not a code or name of a rule
   |
   = help: did you mean `single-link`?
   = help: `gfs2gen list rules` prints all
"
    );
    assert!(told("zzz").contains("= help: `gfs2gen list rules`") && !told("zzz").contains("did you mean"));
}

#[test]
fn each_needs_a_reason_that_can_be_read() {
    let missing = said("    - rule: single-link\n", "2027-01-01");
    assert_eq!(
        missing,
        "error[GFS102]: entry 1 of `allow` has no `reason`
  --> cluster.yaml:29:7
   |
29 |     - rule: single-link
   |       ^^^^^^^^^^^^^^^^^ `reason` is missing here
   |
   = help: add `reason`: Why this is fine here; such as `reason: the network is a bond of two links`

1 error
"
    );
    for reason in ["''", "'   '", "\"\u{a0}\u{3000}\"", "\"\\t\"", "\"a\\nb\"", "", "7"] {
        let said = said(&format!("    - rule: single-link\n      reason: {reason}\n"), "2027-01-01");
        assert!(said.starts_with("error[GFS10") && said.ends_with("\n1 error\n"), "{reason}: {said}");
        assert!(said.contains("  --> cluster.yaml:30:"), "{reason}: {said}");
    }
}

#[test]
fn a_day_is_one_of_the_calendar() {
    let until = |day: &str| said(&format!("    - {{ rule: GFS307, reason: x, until: {day} }}\n"), "2000-01-01");
    for day in ["2027-01-31", "2027-02-28", "2028-02-29", "2400-02-29", "2027-12-31", "'2027-06-30'"] {
        assert_eq!(until(day), "the description is fine\n", "{day}");
    }
    for day in [
        "2027-02-29",
        "2027-02-30",
        "2100-02-29",
        "2027-04-31",
        "2027-13-01",
        "2027-00-01",
        "2027-01-00",
        "2027-1-1",
        "2027-01-01T00:00:00Z",
        "01.01.2027",
        "soon",
        "''",
    ] {
        let said = until(day);
        assert!(said.contains("error[GFS104]") && said.ends_with("\n1 error\n"), "{day}: {said}");
        assert!(said.contains("= help: a day that the calendar has, such as 2027-06-30"), "{day}: {said}");
    }
    assert!(until("20270630").contains("= help: a day that the calendar has"));
}

#[test]
fn today_is_a_day_too() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["check", "build"] {
        let said = run(folder.path(), &[command, "--today", "2027-02-30", "-"], MINIMAL);
        assert_eq!(said.code, 2);
        assert_eq!(
            said.err.lines().next(),
            Some(
                "error: invalid value '2027-02-30' for '--today <DAY>': write a day that the calendar has, such as 2027-06-30"
            )
        );
    }
}

#[test]
fn the_tree_is_the_same_on_every_day_and_the_runbook_names_what_was_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let allow = "policy: { allow: [{ rule: single-link, reason: a bond of two, until: 2027-06-30 }] }\n";
    fs::write(folder.path().join("c.yaml"), format!("{MINIMAL}{allow}")).unwrap();
    let built = run(folder.path(), &["build", "-q", "--today", "2027-06-30", "c.yaml"], "");
    assert_eq!((built.code, built.err.as_str()), (0, ""));
    let later = run(folder.path(), &["build", "-q", "--check", "--today", "2027-07-01", "c.yaml"], "");
    assert_eq!((later.code, later.err.as_str()), (0, ""));
    let runbook = fs::read_to_string(folder.path().join("out/vcluster/RUNBOOK.md")).unwrap();
    let (_, rest) = runbook.split_once("## Accepted warnings\n").unwrap();
    let (section, _) = rest.split_once("\n## ").unwrap();
    assert_eq!(
        section,
        "\n| rule | why it is fine here | until |\n|---|---|---|\n| single-link | a bond of two | 2027-06-30 |\n"
    );
}
