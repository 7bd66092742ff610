//! What in the found cluster is not as it should be, and what the description of it cannot say because gfs2gen never does so.
//! What can be said in a description is judged by its rules.

mod drbd;
mod host;
mod lvm;
mod nodes;
mod pacemaker;
mod storage;

use super::gather::Seen;
use super::names::Names;
use super::{Findings, Place, Said};
use crate::source::{Source, Span};

/// What every look takes.
struct Case<'a> {
    seen: &'a Seen,
    names: &'a Names,
    files: &'a [Source],
}

/// Looks at everything.
pub(super) fn judge(seen: &Seen, names: &Names, findings: &mut Findings) {
    let case = Case { seen, names, files: &seen.files };
    nodes::look(&case, findings);
    drbd::look(&case, findings);
    lvm::look(&case, findings);
    pacemaker::look(&case, findings);
    storage::look(&case, findings);
    host::look(&case, findings);
}

impl Case<'_> {
    /// The first line of a file: where something is missing in all of it.
    fn top(&self, file: usize) -> Place {
        Place { file, span: self.files[file].line(0) }
    }

    /// Where something is missing in the CIB: at its first resource, else at the top of the first file.
    fn in_cib(&self) -> Place {
        let first = self.seen.cib().and_then(|cib| cib.primitives.first());
        first.map_or(Place { file: 0, span: Span { start: 0, end: 0 } }, |first| self.top(first.id.at.file))
    }
}

/// Whether a word means yes, to Pacemaker or to DRBD.
fn is_yes(said: Option<&Said>) -> bool {
    said.is_some_and(|said| ["yes", "true", "1", "on", "y"].contains(&said.text.to_lowercase().as_str()))
}
