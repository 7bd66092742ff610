//! What a change of the description means for the running cluster: every edit with what it costs.
//!
//! Two descriptions are compared key by key, each with all defaults written out. A table says of every key what an edit of it
//! means.

mod class;
mod difference;
mod report;
mod side;
pub mod table;

pub use class::Class;
pub use difference::{Edit, Kind, difference};
pub use report::human;
pub use side::{Side, Sides};

use table::Row;

/// One edit with its meaning.
#[derive(Clone)]
pub struct Meant {
    /// The edit.
    pub edit: Edit,
    /// Its row in the table.
    pub row: &'static Row,
}

impl Meant {
    /// Why it is of its class.
    pub fn why(&self) -> String {
        self.fill(self.row.why)
    }

    /// What must hold before.
    pub fn before(&self) -> Vec<String> {
        self.row.before.iter().map(|text| self.fill(text)).collect()
    }

    /// The way round.
    pub fn instead(&self) -> Option<String> {
        self.row.instead.map(|text| self.fill(text))
    }

    /// A sentence of the table with this edit's names in it.
    fn fill(&self, text: &str) -> String {
        let names = &self.edit.names;
        let name = |name: Option<&String>| name.cloned().unwrap_or_default();
        text.replace("{name}", &name(names.last()))
            .replace("{of}", &name(names.first()))
            .replace("{old}", &difference::shown(&self.edit.old))
            .replace("{new}", &difference::shown(&self.edit.new))
    }
}

/// What a change means.
#[derive(Clone)]
pub struct Change {
    /// The cluster, as it is called now.
    pub cluster: String,
    /// Every edit, in the order of the description.
    pub edits: Vec<Meant>,
}

impl Change {
    /// What leads from one side to the other.
    pub fn between(sides: &Sides) -> Change {
        let edits = difference(sides).into_iter().map(|edit| Meant { row: table::meaning(&edit, sides), edit });
        Change { cluster: sides.old.plan.cluster.name.clone(), edits: edits.collect() }
    }

    /// What the cluster goes through: the hardest of all edits.
    pub fn class(&self) -> Class {
        self.edits.iter().map(|meant| meant.row.class).max().unwrap_or(Class::Nothing)
    }

    /// The edits that are only made on demand.
    pub fn unwanted(&self) -> impl Iterator<Item = &Meant> {
        self.edits.iter().filter(|meant| meant.row.class.needs_leave())
    }
}
