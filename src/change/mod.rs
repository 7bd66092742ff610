//! What a change of the description means for the running cluster: every edit with what it costs, and the steps that make it.
//!
//! Two descriptions are compared key by key, each with all defaults written out. A table says of every key what an edit of it
//! means, and how it is done.

mod class;
mod difference;
mod replaced;
mod report;
mod script;
mod side;
pub mod steps;
pub mod table;

pub use class::Class;
pub use difference::{Edit, Kind, difference};
pub use report::{human, json, markdown};
pub use script::{Trees, has_script, script};
pub use side::{Side, Sides};

pub use replaced::{Replaced, beside_a_machine};
use steps::Step;
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
    /// Every step, in order.
    pub steps: Vec<Step>,
    /// What the cluster goes through: the hardest of all edits, or more where two of them cannot go together.
    pub class: Class,
    /// The cluster and the nodes, as they are called afterwards.
    pub names: Names,
}

/// What things are called when a change is done.
#[derive(Debug, Clone)]
pub struct Names {
    /// The cluster.
    pub cluster: String,
    /// The nodes, in the description's order.
    pub nodes: [String; 2],
}

impl Change {
    /// What leads from one side to the other.
    pub fn between(sides: &Sides) -> Change {
        Change::with_replaced(sides, &[])
    }

    /// The same, where machines or disks are other ones, which no description says.
    pub fn with_replaced(sides: &Sides, replaced: &[Replaced]) -> Change {
        let found = difference(sides).into_iter().chain(replaced.iter().map(Replaced::edit));
        let edits: Vec<Meant> = found.map(|edit| Meant { row: table::meaning(&edit, sides), edit }).collect();
        let plan = sides.new.plan;
        let names =
            Names { cluster: plan.cluster.name.clone(), nodes: plan.nodes.each_ref().map(|node| node.name.clone()) };
        let hardest = edits.iter().map(|meant| meant.row.class).max().unwrap_or(Class::Nothing);
        let (steps, full) = steps::steps(&edits, sides);
        let class = if full { hardest.max(Class::FullStop) } else { hardest };
        Change { cluster: sides.old.plan.cluster.name.clone(), edits, steps, class, names }
    }

    /// The edits that are only made on demand.
    pub fn unwanted(&self) -> impl Iterator<Item = &Meant> {
        self.edits.iter().filter(|meant| meant.row.class.needs_leave())
    }
}
