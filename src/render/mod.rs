//! From a small view to the text of a file: templates, and the escaping that makes every value safe in its format.
//!
//! Knows nothing of clusters. The format of a template is chosen by its name (`drbd/resource.res.j2` is DRBD), and
//! every value a template prints is escaped for that format; there is no way to print one unescaped.

mod env;
mod escape;
mod filters;
mod format;
mod templates;
mod trace;

pub use env::{RenderError, render};
pub use escape::{Refused, escape};
pub use format::Format;
pub use templates::TEMPLATES;
pub use trace::{TemplateLine, Traced, includes, render_traced, text_of};
