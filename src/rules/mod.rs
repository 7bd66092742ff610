//! Rules
use crate::{
    diag::{Code, Diagnostic},
    plan::{Plan, Waiver, Written},
};
pub struct Rule {
    pub code: Code,
    pub summary: &'static str,
}
pub const CODES: &[(Code, &str)] = &[];
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [].iter()
}
pub fn written(_: &Written) -> Vec<Diagnostic> {
    Vec::new()
}
pub fn plan(_: &Plan) -> Vec<Diagnostic> {
    Vec::new()
}
pub fn waive(found: Vec<Diagnostic>, _: &[Waiver], _: &str) -> Vec<Diagnostic> {
    found
}
