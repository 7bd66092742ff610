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

/// What SchemaStore's own checks ask of an entry of its catalog: `assertCatalogJsonHasNoBadFields` in its cli.js, and the catalog's
/// schema.
#[test]
fn schema_store_takes_the_entry() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/schema-store.json")).expect("the entry");
    let entry: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let keys: Vec<&str> = entry.as_object().expect("a mapping").keys().map(String::as_str).collect();
    assert_eq!(keys, ["name", "description", "fileMatch", "url"]);
    for key in ["name", "description"] {
        let text = entry[key].as_str().expect("a text");
        assert!(!text.is_empty() && !text.ends_with([',', '.', ' ', '\t', '-']) && !text.contains('\n'), "{key}");
        assert!(!text.to_lowercase().contains("schema"), "{key}");
    }
    let names: Vec<&str> =
        entry["fileMatch"].as_array().expect("a list").iter().map(|name| name.as_str().expect("a text")).collect();
    // Nobody else's files: each name has ours in it.
    assert!(names.iter().all(|name| name.contains("gfs2gen") && !name.contains('/')), "{names:?}");
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
    assert_eq!(entry["url"], gfs2gen::schema::ID);
    let schema: serde_json::Value = serde_json::from_str(&gfs2gen::schema::schema_text()).expect("JSON");
    assert_eq!(schema["$id"], entry["url"]);
}
