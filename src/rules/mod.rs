//! What a description must mean beside being well-formed: one definition for each rule, one file for each family.
//!
//! Gate 1 looks at what was written, and lets nothing pass that the plan cannot be made of. Gate 2 looks at what will be
//! true, defaults included.

mod device;
mod domains;
mod drbd;
mod fence_devices;
mod fencing;
mod gfs2;
mod guests;
mod lvm;
mod mount_options;
mod names;
mod network;
mod pacemaker;
mod references;
mod space;
mod waive;

use crate::diag::{At, Code, Diagnostic};
use crate::path::Path;
use crate::plan::{Plan, Written};

pub use waive::{CODES, waive};

/// One rule.
pub struct Rule {
    /// Its identity, what breaks it, and its page.
    pub code: Code,
    /// How it is looked for.
    pub check: Check,
}

/// At which gate a rule looks.
pub enum Check {
    /// At what was written.
    Written(fn(&Written, &mut Findings)),
    /// At what will be true.
    Plan(fn(&Plan, &mut Findings)),
}

/// What one rule has found.
pub struct Findings {
    code: Code,
    found: Vec<Diagnostic>,
}

impl Findings {
    /// A finding at a place; the place comes back for labels and help.
    pub(crate) fn at(&mut self, at: At, message: impl Into<String>) -> &mut Diagnostic {
        self.found.push(Diagnostic::new(self.code, message, at));
        self.found.last_mut().expect("one was just pushed")
    }

    /// A finding at the value of a path.
    pub(crate) fn value(&mut self, path: Path, message: impl Into<String>) -> &mut Diagnostic {
        self.at(At::value(path), message)
    }
}

/// Declares the rules of a family.
macro_rules! rules {
    ($($code:literal $name:literal $severity:ident $gate:ident($check:path): $summary:literal;)*) => {
        pub(super) static RULES: &[$crate::rules::Rule] = &[$($crate::rules::Rule {
            code: $crate::diag::code!($code $name $severity $summary),
            check: $crate::rules::Check::$gate($check),
        }),*];
    };
}
pub(crate) use rules;

static FAMILIES: &[&[Rule]] = &[
    references::RULES,
    names::RULES,
    network::RULES,
    fencing::RULES,
    fence_devices::RULES,
    drbd::RULES,
    lvm::RULES,
    space::RULES,
    pacemaker::RULES,
    gfs2::RULES,
    mount_options::RULES,
    guests::RULES,
    domains::RULES,
];

/// Every rule, family by family.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().copied().flatten()
}

/// Gate 1.
pub fn written(written: &Written) -> Vec<Diagnostic> {
    run(|rule, findings| {
        if let Check::Written(check) = rule.check {
            check(written, findings);
        }
    })
}

/// Gate 2.
pub fn plan(plan: &Plan) -> Vec<Diagnostic> {
    run(|rule, findings| {
        if let Check::Plan(check) = rule.check {
            check(plan, findings);
        }
    })
}

fn run(check: impl Fn(&Rule, &mut Findings)) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for rule in self::all() {
        let mut findings = Findings { code: rule.code, found: Vec::new() };
        check(rule, &mut findings);
        all.append(&mut findings.found);
    }
    all
}

/// Calls back for every value that stands a second time, with the place of the first.
pub(crate) fn repeated<K: Ord, P: Clone>(values: impl IntoIterator<Item = (K, P)>, mut found: impl FnMut(&K, &P, &P)) {
    let mut seen = std::collections::BTreeMap::new();
    for (key, place) in values {
        match seen.get(&key) {
            Some(first) => found(&key, &place, first),
            None => {
                seen.insert(key, place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_names_are_unique_and_in_order() {
        let codes: Vec<&str> = super::all().map(|rule| rule.code.code).collect();
        let unique: BTreeSet<&str> = codes.iter().copied().collect();
        assert_eq!(codes.len(), unique.len());
        assert_eq!(super::all().map(|rule| rule.code.name).collect::<BTreeSet<_>>().len(), codes.len());
        for family in super::FAMILIES {
            assert!(family.is_sorted_by_key(|rule| rule.code.code));
        }
    }
}
