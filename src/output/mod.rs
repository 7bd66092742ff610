//! From a bundle to the disk: what would change, and the change itself.
//!
//! [`plan`] only looks; [`apply`] swaps the whole tree at once. `build`, `build --check` and `diff` use the same
//! [`Changes`], so they cannot disagree.

mod apply;
mod changes;
mod disk;
mod error;
mod manifest;
mod stage;
mod swap;

pub use apply::{Applied, apply};
pub use changes::{Change, Changes, Was, plan};
pub use error::OutputError;
pub use manifest::{Manifest, ManifestFile, sha256};
