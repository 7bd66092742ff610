//! The book of the documentation: its table of contents, what is written in it, and the words it uses.
//! `GFS2GEN_BLESS=1 cargo test --test book` writes what is generated; `TRYCMD=overwrite` what commands print.

mod concepts;
mod console;
mod descriptions;
mod pages;
mod reference;
mod summary;
mod words;
