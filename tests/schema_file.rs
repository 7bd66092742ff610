//! The committed schema is the one that the types make. `GFS2GEN_BLESS=1` writes it anew.

use std::fs;
use std::path::Path;

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/cluster.schema.json");
    let text = gfs2gen::schema::schema_text();
    if std::env::var_os("GFS2GEN_BLESS").is_some() {
        fs::write(&path, &text).expect("the schema can be written");
    }
    let committed = fs::read_to_string(&path).expect("the schema");
    assert!(committed == text, "run `GFS2GEN_BLESS=1 cargo test --test schema_file` and read the difference");
}
