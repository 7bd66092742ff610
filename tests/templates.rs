//! What no template may do: go around the escaping, put a value where escaping is wrong, or know a platform.

mod quotes;

use std::fs;
use std::path::{Path, PathBuf};

use gfs2gen::render::Format;

/// Names of platforms: a difference between them is a fact in a view, not a condition in a template.
const PLATFORMS: &[&str] = &["el7", "el8", "el9", "el10", "debian12", "debian13", "ubuntu2404", "sles15", "sles16"];

/// Every template as (name, text).
fn templates() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut folders = vec![root.clone()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("templates/ can be read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "j2") {
                files.push(path);
            }
        }
    }
    files.sort();
    let name = |path: &Path| path.strip_prefix(&root).expect("below").to_str().expect("UTF-8").to_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).expect("UTF-8"))).collect()
}

/// The template without what it hands on unread, line by line.
fn without_raw(text: &str) -> String {
    let mut raw = false;
    let kept = text.lines().map(|line| {
        raw = raw && !line.contains("{% endraw %}") || line.contains("{% raw %}");
        if raw { "" } else { line }
    });
    kept.map(|line| format!("{line}\n")).collect()
}

/// Collects what `check` finds in each line of each template.
fn no_line(check: impl Fn(&str) -> Option<String>) {
    let mut found = Vec::new();
    for (name, text) in templates() {
        for (number, line) in text.lines().enumerate() {
            found.extend(check(line).map(|what| format!("templates/{name}:{}: {what}", number + 1)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_template_turns_escaping_off() {
    no_line(|line| {
        let packed: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        let off = packed.contains("|safe") || packed.contains("autoescape");
        off.then(|| "escaping must stay on".to_owned())
    });
}

#[test]
fn no_template_knows_a_platform() {
    no_line(|line| {
        let words = line.split(|c: char| !c.is_ascii_alphanumeric());
        let platform = words.into_iter().find(|word| PLATFORMS.contains(word))?;
        Some(format!("`{platform}` is a platform: make the difference a field of the view"))
    });
}

#[test]
fn no_value_stands_where_its_escaping_is_wrong() {
    let mut found = Vec::new();
    for (name, text) in templates() {
        let format = Format::of_template(&name).unwrap_or_else(|| panic!("{name}: unknown extension"));
        for (line, what) in quotes::misplaced(format, &without_raw(&text)) {
            found.push(format!("templates/{name}:{line}: {what}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_scanner_finds_what_it_is_for() {
    let lines = |format, text: &str| -> Vec<usize> {
        quotes::misplaced(format, text).into_iter().map(|(line, _)| line).collect()
    };
    let wrong = [
        (Format::Shell, "echo \"{{ x }}\"\n"),
        (Format::Shell, "echo 'a {{ x }}'\n"),
        (Format::Shell, "echo \"a\nb {{ x }}\"\n"),
        (Format::Shell, "# {{ x }}\n"),
        (Format::Shell, "cat <<'EOF'\n{{ x }}\nEOF\n"),
        (Format::Shell, "cat <<-EOF\n\t{{ x }}\n\tEOF\n"),
        (Format::Shell, "x=\"$(y \"{{ x }}\")\"\n"),
        (Format::Shell, "x=a\\\"b\"{{ x }}\"\n"),
        (Format::Drbd, "  shared-secret \"{{ x }}\";\n"),
        (Format::Lvm, "# {{ x }}\n"),
        (Format::Yaml, "a: '{{ x }}'\n"),
        (Format::Markdown, "run `pcs {{ x }}`\n"),
        (Format::Markdown, "```sh\npcs {{ x }}\n```\n"),
    ];
    for (format, text) in wrong {
        assert_eq!(lines(format, text).len(), 1, "{text}");
    }
    let right = [
        (Format::Shell, "echo {{ x }} \"b\" 'c'\n# don't {{ x|comment }}\necho {{ x }}\n"),
        (Format::Shell, "echo \"$(drbdadm up {{ x }})\"\n"),
        (Format::Shell, "echo $# ${x#\"y\"} {{ x }}\n"),
        (Format::Shell, "{# it's a note #}\necho {{ x }}\n{% if x == \"a\" %}\necho it\\'s {{ x }}\n{% endif %}\n"),
        (Format::Shell, "cat <<'EOF'\nit's \"x\nEOF\necho {{ x }}\n"),
        (Format::Shell, "n=$(( 1 + 2 )); f() { echo {{ x }}; }\n"),
        (Format::Shell, "read -r x <<<\"y\"; echo {{ x }}\n"),
        (Format::Drbd, "on {{ x }} { a \"b\"; }\n"),
        (Format::Xml, "<a b=\"{{ x }}\"/>\n"),
        (Format::Markdown, "{{ x }} is {{ y|code }}, `z` {{ x }}\n```sh\n{% include 'x.sh.j2' %}\n```\n"),
    ];
    for (format, text) in right {
        assert_eq!(quotes::misplaced(format, text), [], "{text}");
    }
}
