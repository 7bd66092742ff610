//! Graphs: what is on them is true, nothing is wider than its box, and the programs that read them get what was meant.

#[allow(dead_code)]
mod cluster;
mod program;
#[allow(dead_code)]
mod readers;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use gfs2gen::compile::compile;
use gfs2gen::graph::{Form, What, draw};
use gfs2gen::plan::Plan;
use gfs2gen::source::Source;
use program::{MINIMAL, run};

const EXAMPLES: [&str; 7] = ["debian13", "el8", "el9", "full", "minimal", "original", "ubuntu2404"];

/// How wide Helvetica and its likes are, from ` ` to `~` in thousandths of the size (Adobe's font metrics).
const HELVETICA: [i64; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// A cluster with so many resources, filesystems on each and guests, and names as long as they may be.
fn large(resources: usize, filesystems: usize, guests: usize, long: bool) -> Plan {
    let name = |base: String, most: usize| if long { format!("{base:W<most$}") } else { base };
    let node = |n: u32| if long { format!("server{n}-{}", "w".repeat(42)) } else { format!("server{n}") };
    let address = |net: u32, n: u32| {
        if long { format!("fd0{net}:1111:2222:3333:4444:5555:6666:{n}") } else { format!("10.0.{net}.{n}") }
    };
    let mut text =
        format!("apiVersion: gfs2gen/v1\nplatform: debian12\ncluster:\n  name: {}\nnodes:\n", name("c".into(), 32));
    for n in [4, 7] {
        write!(
            text,
            "  - name: {}\n    addresses: {{ cluster: \"{}\", replication: \"{}\" }}\n    fence:\n      - name: {}\n        \
             agent: fence_ipmilan\n        options: {{ ip: 10.0.99.{n}, username: admin, lanplus: true }}\n        \
             secrets: {{ password: /etc/gfs2gen/secrets/bmc{n} }}\n        delay: {}s\n",
            node(n), address(1, n), address(2, n), name(format!("bmc{n}"), 64),
            10 * u32::from(n == 4),
        ).unwrap();
    }
    text += "storage:\n";
    for r in 0..resources {
        let below = if long { format!("/{}", "W".repeat(200)) } else { String::new() };
        let (resource, group) = (name(format!("r{r}"), 64), name(format!("vg{r}"), 60));
        writeln!(text, "  - name: {resource}\n    disk: /dev/disk/by-id/{r}{below}\n    volume_group: {group}\n    size: 9TiB\n    filesystems:").unwrap();
        for f in 0..filesystems {
            let (fs, lv) = (name(format!("f{r}-{f}"), 30), name(format!("lv{f}"), 60));
            writeln!(text, "      - {{ name: {fs}, logical_volume: {lv}, size: 1TiB, mount: /srv/{r}-{f}{below} }}")
                .unwrap();
        }
    }
    text += if guests > 0 { "vms:\n" } else { "" };
    for g in 0..guests {
        let fs = name(format!("f{}-{}", g % resources, g % filesystems), 30);
        let prefer = ["", "    prefer: 4\n", "    prefer: 7\n"][g % 3].replace('4', &node(4)).replace('7', &node(7));
        write!(text, "  - name: {}\n    memory: 1GiB\n    vcpus: 1\n    disks: [{{ filesystem: {fs}, file: g{g}, size: 1GiB }}]\n{prefer}", name(format!("g{g}"), 64)).unwrap();
    }
    let compiled = compile(&Source::new("large", text), "2026-01-01", &|_| unreachable!());
    let found: Vec<String> = compiled.diagnostics.into_iter().map(|found| found.message).collect();
    compiled.built.unwrap_or_else(|| panic!("{found:?}")).0
}

/// The examples, and clusters of other sizes; made once, because the large ones take their time.
fn plans() -> &'static [(String, Plan)] {
    static PLANS: OnceLock<Vec<(String, Plan)>> = OnceLock::new();
    PLANS.get_or_init(|| {
        let examples = EXAMPLES.into_iter().map(|example| (example.to_owned(), cluster::plan(example)));
        let sizes = [(1, 1, 0), (2, 2, 3), (16, 1, 40)].into_iter().flat_map(|size| [(size, false), (size, true)]);
        let large = sizes.map(|((resources, filesystems, guests), long)| {
            let name = format!("{resources} resources, {filesystems} filesystems, {guests} guests, long: {long}");
            (name, large(resources, filesystems, guests, long))
        });
        examples.chain(large).collect()
    })
}

/// Where a box is: left, top, right, bottom.
type Area = [i64; 4];

fn number(node: roxmltree::Node<'_, '_>, name: &str) -> i64 {
    node.attribute(name).and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} of {node:?}"))
}

fn area(rect: roxmltree::Node<'_, '_>) -> Area {
    let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| number(rect, name));
    [x, y, x + width, y + height]
}

fn holds(outer: Area, [left, top, right, bottom]: Area) -> bool {
    outer[0] <= left && outer[1] <= top && outer[2] >= right && outer[3] >= bottom
}

/// The letters' size by a text's first class, as the picture's style has it; bold letters are about a tenth wider.
fn width(class: &str, text: &str) -> i64 {
    let (px, bold) = match class.split(' ').next() {
        Some("head") => (20, true),
        Some("node") => (16, true),
        Some("name" | "value") => (13, true),
        Some("title") => (11, true),
        _ => (11, false),
    };
    let of = |c: char| (c as usize).checked_sub(32).and_then(|at| HELVETICA.get(at)).copied().unwrap_or(1000);
    let width = text.chars().map(of).sum::<i64>() * px / 1000;
    if bold { width * 11 / 10 } else { width }
}

#[test]
fn every_word_of_a_picture_is_in_its_box_and_every_box_on_the_page() {
    for (name, plan) in plans() {
        for what in What::ALL {
            let picture = draw(plan, what, Form::Svg).unwrap();
            let document = roxmltree::Document::parse(&picture).unwrap();
            let page = [0, 0, number(document.root_element(), "width"), number(document.root_element(), "height")];
            let elements = |tag: &'static str| document.descendants().filter(move |node| node.has_tag_name(tag));
            let elements = |tag: &'static str| elements(("http://www.w3.org/2000/svg", tag).1);
            let boxes: Vec<Area> = elements("rect").map(area).collect();
            assert!(boxes.iter().all(|inner| holds(page, *inner)), "{name}: {what:?}");
            for text in elements("text").filter(|text| text.attribute("transform").is_none()) {
                let (class, words) = (text.attribute("class").unwrap_or_default(), text.text().unwrap_or_default());
                let (x, y, width) = (number(text, "x"), number(text, "y"), width(class, words));
                let left = if class.contains("link") { x - width / 2 } else { x };
                let around = boxes.iter().filter(|around| holds(**around, [x, y, x, y]));
                let around = around.min_by_key(|[left, _, right, _]| right - left).copied().unwrap_or(page);
                let around = if class.contains("link") && !class.contains("on") { page } else { around };
                assert!(
                    holds(around, [left, y - 8, left + width, y + 2]),
                    "{name}: {what:?}: `{words}` is wider than its box"
                );
            }
        }
    }
}

#[test]
fn boxes_lie_in_each_other_or_apart() {
    for (name, plan) in plans() {
        for what in [What::Stack, What::Order] {
            let picture = draw(plan, what, Form::Svg).unwrap();
            let document = roxmltree::Document::parse(&picture).unwrap();
            let cards = document
                .descendants()
                .filter(|node| node.attribute("class").is_some_and(|class| class.starts_with("card")));
            let cards: Vec<Area> = cards.map(area).collect();
            for (at, one) in cards.iter().enumerate() {
                let over =
                    |other: &&Area| one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
                assert_eq!(cards[..at].iter().find(over), None, "{name}: {what:?}: {one:?}");
            }
        }
    }
}

#[test]
fn a_picture_needs_nothing_from_elsewhere_and_says_what_it_is() {
    let plan = &cluster::plan("full");
    for what in What::ALL {
        let picture = draw(plan, what, Form::Svg).unwrap();
        assert_eq!(picture, draw(plan, what, Form::Svg).unwrap());
        for foreign in ["<script", "href", "url(", "@import", "@font-face", "<foreignObject", "<image"] {
            assert!(!picture.contains(foreign), "{what:?}: {foreign}");
        }
        for part in
            ["role=\"img\"", "<title id=\"title\">", "<desc id=\"desc\">", "@media (prefers-color-scheme: dark)"]
        {
            assert!(picture.contains(part), "{what:?}: {part}");
        }
    }
}

/// Every class that a shape has is drawn by the style, in the light and in the dark.
#[test]
fn the_style_knows_every_class() {
    for (_, plan) in plans() {
        for what in What::ALL {
            let picture = draw(plan, what, Form::Svg).unwrap();
            let document = roxmltree::Document::parse(&picture).unwrap();
            let style =
                document.descendants().find(|node| node.has_tag_name("style")).and_then(|node| node.text()).unwrap();
            for class in document.descendants().filter_map(|node| node.attribute("class")) {
                for word in class.split(' ') {
                    let drawn = [' ', ',', '.'].iter().any(|end| style.contains(&format!(".{word}{end}")));
                    assert!(drawn, "{word}");
                }
            }
        }
    }
}

#[test]
fn the_stack_names_what_the_description_names() {
    for (name, plan) in plans().iter().filter(|(name, _)| !name.contains("long: true")) {
        let picture = draw(plan, What::Stack, Form::Svg).unwrap();
        let document = roxmltree::Document::parse(&picture).unwrap();
        let words: String =
            document.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text()).collect();
        let mermaid = draw(plan, What::Stack, Form::Mermaid).unwrap().replace("<br/>", "");
        let mut names: Vec<String> = plan.nodes.iter().map(|node| node.name.clone()).collect();
        names.extend(plan.storage.iter().flat_map(|storage| [storage.device(), format!("tcp {}", storage.port)]));
        names.extend(plan.storage.iter().flat_map(|storage| storage.disks.clone()));
        names.extend(
            plan.filesystems()
                .flat_map(|(_, one)| [one.mount.clone(), one.lock_table.clone(), one.logical_volume.clone()]),
        );
        names.extend(plan.fence_devices().map(|(_, device)| device.name.clone()));
        names.extend(plan.cluster.links.iter().flat_map(|link| link.addresses).map(|address| address.to_string()));
        names.extend(plan.guests.iter().take(6).map(|guest| guest.name.clone()));
        for one in names {
            assert!(words.contains(&one), "{name}: the picture does not say {one}");
            assert!(mermaid.contains(&one), "{name}: the diagram does not say {one}");
        }
    }
}

/// The edges of a graph for Graphviz, by the names of what they connect.
fn edges(dot: &str) -> Vec<(String, String)> {
    let mut names = BTreeMap::new();
    for line in dot.lines() {
        if let Some((id, rest)) = line.trim().split_once(" [").filter(|(_, rest)| rest.starts_with("fillcolor")) {
            let label = rest.split("label=\"").nth(1).and_then(|label| label.split('"').next()).unwrap();
            names.insert(id.to_owned(), label.to_owned());
        }
    }
    let edges = dot.lines().filter_map(|line| line.split(" [").next()?.trim().split_once(" -> "));
    edges.map(|(from, to)| (names[from].clone(), names[to].clone())).collect()
}

#[test]
fn the_order_has_every_constraint_of_the_cib_and_no_other() {
    for example in EXAMPLES {
        let plan = &cluster::plan(example);
        let bundle = gfs2gen::artifact::bundle(plan).unwrap();
        let cib = roxmltree::Document::parse(&bundle.get("cluster/cib.xml").unwrap().content).unwrap();
        let orders = cib.descendants().filter(|node| node.has_tag_name("rsc_order"));
        let pair = |node: roxmltree::Node<'_, '_>| {
            (node.attribute("first").unwrap().to_owned(), node.attribute("then").unwrap().to_owned())
        };
        let mut expected: Vec<_> = orders.map(pair).collect();
        let mut drawn = edges(&draw(plan, What::Order, Form::Dot).unwrap());
        expected.sort();
        drawn.sort();
        assert_eq!(drawn, expected, "{example}");
        let picture = draw(plan, What::Order, Form::Svg).unwrap();
        for (tag, attribute) in [("primitive", "id"), ("rsc_location", "rsc")] {
            for node in cib.descendants().filter(|node| node.has_tag_name(tag)) {
                assert!(picture.contains(node.attribute(attribute).unwrap()), "{example}: {node:?}");
            }
        }
    }
}

#[test]
fn what_comes_first_stands_higher() {
    for (name, plan) in plans().iter().filter(|(name, _)| !name.contains("long: true")) {
        let picture = draw(plan, What::Order, Form::Svg).unwrap();
        let document = roxmltree::Document::parse(&picture).unwrap();
        let title =
            |node: &roxmltree::Node<'_, '_>| node.has_tag_name("text") && node.attribute("class") == Some("name");
        let height: BTreeMap<String, i64> = document
            .descendants()
            .filter(title)
            .map(|node| (node.text().unwrap().to_owned(), number(node, "y")))
            .collect();
        let dot = draw(plan, What::Order, Form::Dot).unwrap();
        let ordered: String =
            dot.lines().filter(|line| !line.contains("style=dashed")).map(|line| format!("{line}\n")).collect();
        for (first, then) in edges(&ordered) {
            assert!(height[&first] < height[&then], "{name}: {first} before {then}");
        }
    }
}

#[test]
fn graphviz_reads_every_graph() {
    let Some(dot) = readers::find("dot") else { return };
    for (name, plan) in plans() {
        for what in What::ALL {
            let text = draw(plan, what, Form::Dot).unwrap();
            let (_folder, path) = readers::file("graph.dot", &text);
            let read = readers::run(Command::new(&dot).arg("-Tplain").arg(&path), &text);
            let (boxes, drawn) = (text.matches(" [fillcolor=").count(), read.matches("\nnode ").count());
            assert_eq!(boxes, drawn, "{name}: {what:?}");
        }
    }
}

#[test]
fn graphs_for_graphviz_are_as_expected() {
    for what in What::ALL {
        let text = draw(&cluster::plan("full"), what, Form::Dot).unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/graphed/full-{}.dot", what.name()));
        if std::env::var_os("GFS2GEN_BLESS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &text).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(text, expected, "{}; GFS2GEN_BLESS=1 writes it", file.display());
    }
}

#[test]
fn the_command_draws_and_refuses() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cluster.yaml"), MINIMAL).unwrap();
    let picture = run(folder.path(), &["graph", "cluster.yaml"], "");
    assert_eq!((picture.code, picture.err.as_str()), (0, ""));
    assert!(picture.out.starts_with("<svg ") && picture.out.contains("<title id=\"title\">Cluster vcluster</title>"));
    assert_eq!(run(folder.path(), &["graph", "-", "--what", "stack", "--format", "svg"], MINIMAL).out, picture.out);
    let diagram = run(folder.path(), &["graph", "cluster.yaml", "--what", "order", "--format", "mermaid"], "");
    assert!(diagram.out.starts_with("flowchart TB\n"), "{}", diagram.out);
    let time = run(folder.path(), &["graph", "cluster.yaml", "--what", "time", "--format", "mermaid"], "");
    assert!(time.out.contains("  token 5 s :0, 5000\n"), "{}", time.out);
    let broken = run(folder.path(), &["graph", "-"], MINIMAL.replace("mount:", "mont:"));
    assert_eq!((broken.code, broken.out.as_str()), (1, ""));
    assert!(broken.err.contains("error[GFS101]: unknown key `mont`"), "{}", broken.err);
    assert_eq!(run(folder.path(), &["graph", "cluster.yaml", "--what", "all"], "").code, 2);
    assert_eq!(run(folder.path(), &["graph", "missing.yaml"], "").code, 4);
    assert!(!folder.path().join("out").exists());
}
