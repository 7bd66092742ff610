//! gfs2gen compiles one description of a two-node cluster into every file that a GFS2 on clustered LVM on
//! dual-primary DRBD stack under Pacemaker needs.

pub mod artifact;
pub mod bundle;
pub mod change;
pub mod cli;
pub mod compile;
pub mod diag;
pub mod diff;
pub mod domain;
pub mod graph;
pub mod import;
pub mod model;
pub mod output;
pub mod pacemaker;
pub mod path;
pub mod plan;
pub mod platform;
pub mod render;
pub mod rules;
pub mod schema;
pub mod show;
pub mod simulate;
pub mod source;
pub mod syntax;
pub mod tool;
pub mod trace;
pub mod verify;
