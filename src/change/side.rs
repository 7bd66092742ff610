//! What is compared: two descriptions with their plans and their trees.

use crate::bundle::Bundle;
use crate::plan::Plan;

/// One of the two.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What is true there.
    pub plan: &'a Plan,
    /// The files.
    pub bundle: &'a Bundle,
}

/// Both.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// What runs now.
    pub old: Side<'a>,
    /// What is wanted.
    pub new: Side<'a>,
}

impl<'a> From<&'a (Plan, Bundle)> for Side<'a> {
    fn from((plan, bundle): &'a (Plan, Bundle)) -> Self {
        Side { plan, bundle }
    }
}
