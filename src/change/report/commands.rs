//! A step as the commands that a person would type.

use serde_json::json;

use crate::change::Names;
use crate::change::steps::{Step, What, Where};
use crate::pacemaker;
use crate::render::{self, Format, RenderError, escape};

/// Where the new tree is on the nodes.
const TREE: &str = "/var/lib/gfs2gen/tree";

/// Where a step is done, in words.
pub(in crate::change) fn place(step: &Step, names: &Names) -> String {
    match step.at {
        Where::Here => "here".to_owned(),
        Where::Node(index) => format!("on {}", names.nodes[index]),
        Where::Both => "on both nodes".to_owned(),
    }
}

/// The commands, line by line; none where there is nothing to type.
pub(super) fn commands(step: &Step, names: &Names) -> Result<Vec<String>, RenderError> {
    let [first, second] = &names.nodes;
    let template = |kind: &str, view: &serde_json::Value| {
        let text = render::render(&format!("change/do/{kind}.sh.j2"), &json!({ "s": view }))?;
        Ok(text.lines().map(str::to_owned).filter(|line| !line.is_empty()).collect())
    };
    match &step.what {
        What::Tree => template("tree", &json!({ "nodes": names.nodes, "cluster": names.cluster })),
        What::Keys if step.at == Where::Node(0) => template("keys", &json!({ "from": second, "to": first })),
        What::Keys => template("keys", &json!({ "from": first, "to": second })),
        What::Node(arguments) => {
            let node = match step.at {
                Where::Node(index) => names.nodes[index].as_str(),
                Where::Here | Where::Both => "\"$(uname -n)\"",
            };
            Ok(vec![format!("bash {TREE}/nodes/{node}/node.sh {}", line(arguments)?)])
        }
        What::Cib(calls) => calls.iter().map(|call| line(&pacemaker::command(call))).collect(),
        What::Own(kind, view) => template(kind, view),
        What::Hand(_) => Ok(Vec::new()),
        What::Bootstrap(arguments) => Ok(vec![format!("./bootstrap.sh {}", arguments.join(" "))]),
        What::Verify => Ok(vec!["./verify.sh".to_owned()]),
    }
}

/// Words as a line for a shell.
fn line(words: &[String]) -> Result<String, RenderError> {
    // An option is one, so it needs no quotes that keep it from being taken for one.
    let plain = |word: &str| word.starts_with("--") && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let word = |word: &String| if plain(word) { Ok(word.clone()) } else { escape(Format::Shell, word) };
    let words: Result<Vec<_>, _> = words.iter().map(word).collect();
    let failed =
        |refused: render::Refused| RenderError { template: String::new(), line: 0, message: refused.to_string() };
    Ok(words.map_err(failed)?.join(" "))
}
