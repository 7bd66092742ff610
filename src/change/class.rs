//! What the running cluster has to go through for an edit.

use std::fmt;

/// From nothing to what cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing on the nodes changes.
    Nothing,
    /// While everything runs.
    Online,
    /// Node after node; guests stay where they are.
    Rolling,
    /// A node is taken out, so its guests move to the other one.
    GuestsMigrate,
    /// The guests that it concerns are shut down, and started again if they are still there; the others run on.
    GuestsStop,
    /// Everything stops on both nodes.
    FullStop,
    /// Data is gone afterwards.
    DestroysData,
    /// There is no way from one to the other.
    Impossible,
}

impl Class {
    /// Every class, the mildest first.
    pub const ALL: [Class; 8] = [
        Class::Nothing,
        Class::Online,
        Class::Rolling,
        Class::GuestsMigrate,
        Class::GuestsStop,
        Class::FullStop,
        Class::DestroysData,
        Class::Impossible,
    ];

    /// The word that stands in every form of a plan.
    pub fn word(self) -> &'static str {
        match self {
            Class::Nothing => "nothing",
            Class::Online => "online",
            Class::Rolling => "rolling",
            Class::GuestsMigrate => "guests migrate",
            Class::GuestsStop => "guests stop",
            Class::FullStop => "full stop",
            Class::DestroysData => "destroys data",
            Class::Impossible => "impossible",
        }
    }

    /// What it means, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Class::Nothing => "nothing on the nodes changes",
            Class::Online => "while everything runs",
            Class::Rolling => "node after node, and guests stay where they are",
            Class::GuestsMigrate => "a node is taken out, so its guests move to the other one",
            Class::GuestsStop => "the guests that it concerns are shut down, and started again if they are still there",
            Class::FullStop => "everything stops on both nodes",
            Class::DestroysData => "data is gone afterwards",
            Class::Impossible => "there is no way from one to the other",
        }
    }

    /// Whether it is only done on demand.
    pub fn needs_leave(self) -> bool {
        self >= Class::DestroysData
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
