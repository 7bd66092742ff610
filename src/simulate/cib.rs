//! The CIB of a simulated cluster: what happens outside of Pacemaker is written into it as it would be on a node.

use std::ops::Range;

use roxmltree::{Document, Node};

use crate::render::{Format, escape};

/// The newest feature set and schema that crm_simulate of Pacemaker 2.1.5 takes, which is what runs here. Newer ones are
/// lowered in the copy that is simulated: nothing that gfs2gen generates needs them.
const FEATURE_SET: (&str, &[u32]) = ("3.16.1", &[3, 16, 1]);
const SCHEMA: (&str, &[u32]) = ("pacemaker-3.9", &[3, 9]);

/// A CIB as text that has been parsed once.
#[derive(Debug, Clone)]
pub(super) struct Cib(String);

/// Why a text is no CIB that can be simulated.
pub(super) type Broken = String;

impl Cib {
    /// The CIB of a cluster that has been off: both nodes are known, neither is there.
    pub fn new(text: &str) -> Result<Cib, Broken> {
        let mut cib = Cib(text.to_owned());
        cib.set(|node| node.has_tag_name("cib"), &[("have-quorum", "1"), ("dc-uuid", "1")])?;
        let (feature_set, schema) = cib.read(|root| {
            let of = |name| root.attribute(name).unwrap_or_default().to_owned();
            (of("crm_feature_set"), of("validate-with"))
        })?;
        if numbers(&feature_set) > FEATURE_SET.1.to_vec() {
            cib.set(|node| node.has_tag_name("cib"), &[("crm_feature_set", FEATURE_SET.0)])?;
        }
        if numbers(schema.trim_start_matches("pacemaker-")) > SCHEMA.1.to_vec() {
            cib.set(|node| node.has_tag_name("cib"), &[("validate-with", SCHEMA.0)])?;
        }
        cib.forget()?;
        Ok(cib)
    }

    /// What crm_simulate wrote.
    pub fn saved(text: String) -> Cib {
        Cib(text)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The nodes by their Pacemaker names, in order.
    pub fn nodes(&self) -> Result<Vec<String>, Broken> {
        self.read(|root| {
            let nodes = root.descendants().filter(|node| node.has_tag_name("node"));
            nodes.filter_map(|node| node.attribute("uname")).map(str::to_owned).collect()
        })
    }

    /// Forgets what both nodes were and did: what is left when both have been off.
    pub fn forget(&mut self) -> Result<(), Broken> {
        self.remove(|node| node.has_tag_name("status"))?;
        self.insert(|node| node.has_tag_name("cib"), "<status/>")
    }

    /// Makes a node one that is known to be off: what is left of one that was fenced or that left.
    pub fn down(&mut self, node: &str) -> Result<(), Broken> {
        let id = self.read(|root| {
            let mut nodes = root.descendants().filter(|found| found.has_tag_name("node"));
            let known = nodes.find(|found| found.attribute("uname") == Some(node))?;
            known.attribute("id").map(str::to_owned)
        })?;
        self.remove(|found| found.has_tag_name("node_state") && found.attribute("uname") == Some(node))?;
        let [id, name] = [text(&id.unwrap_or_default())?, text(node)?];
        let state = format!(
            "<node_state id={id} uname={name} in_ccm=\"false\" crmd=\"offline\" join=\"down\" expected=\"down\"/>"
        );
        self.insert(|found| found.has_tag_name("status"), &state)
    }

    /// Sets an attribute of the cluster itself, `have-quorum`.
    pub fn quorum(&mut self, has: bool) -> Result<(), Broken> {
        self.set(|node| node.has_tag_name("cib"), &[("have-quorum", if has { "1" } else { "0" })])
    }

    /// Sets a cluster property, or takes it back.
    pub fn property(&mut self, name: &str, value: Option<&str>) -> Result<(), Broken> {
        let id = format!("simulated-{name}");
        self.remove(|node| has_id(node, &id))?;
        match value {
            Some(value) => self.insert(|node| node.has_tag_name("cluster_property_set"), &pair(&id, name, value)?),
            None => Ok(()),
        }
    }

    /// Puts a node on standby, or back.
    pub fn standby(&mut self, node: &str, on: bool) -> Result<(), Broken> {
        let id = format!("nodes-{node}");
        self.remove(|found| has_id(found, &id))?;
        if !on {
            return Ok(());
        }
        let id = text(&id)?;
        let set = format!("<instance_attributes id={id}>{}</instance_attributes>", pair("standby", "standby", "on")?);
        self.insert(|found| found.has_tag_name("node") && found.attribute("uname") == Some(node), &set)
    }

    /// Puts a resource on a node, or takes that back: `pcs resource move`.
    pub fn place(&mut self, resource: &str, node: Option<&str>) -> Result<(), Broken> {
        let id = format!("cli-prefer-{resource}");
        self.remove(|found| has_id(found, &id))?;
        let Some(node) = node else { return Ok(()) };
        let [id, resource, node] = [text(&id)?, text(resource)?, text(node)?];
        let constraint = format!("<rsc_location id={id} rsc={resource} node={node} score=\"INFINITY\"/>");
        self.insert(|found| found.has_tag_name("constraints"), &constraint)
    }

    /// What crm-fence-peer.sh writes on the machine `host` for a promotable clone: nobody else may be promoted.
    pub fn ban(&mut self, disk: &str, clone: &str, host: &str) -> Result<(), Broken> {
        self.lift_ban(disk, clone)?;
        let [own, rule, expression] = ["", "rule-", "expr-"].map(|what| text(&ban_id(disk, what, clone)));
        let constraint = format!(
            "<rsc_location rsc={} id={}><rule role=\"Master\" score=\"-INFINITY\" id={}>\
             <expression attribute=\"#uname\" operation=\"ne\" value={} id={}/></rule></rsc_location>",
            text(clone)?,
            own?,
            rule?,
            text(host)?,
            expression?
        );
        self.insert(|found| found.has_tag_name("constraints"), &constraint)
    }

    /// What crm-unfence-peer.sh takes away.
    pub fn lift_ban(&mut self, disk: &str, clone: &str) -> Result<(), Broken> {
        let id = ban_id(disk, "", clone);
        self.remove(|found| has_id(found, &id))
    }

    /// Sets a node's transient attribute, or takes it away. Nothing happens where the node has no status.
    pub fn transient(&mut self, node: &str, name: &str, value: Option<&str>) -> Result<(), Broken> {
        let state = |found: &Node| found.has_tag_name("node_state") && found.attribute("uname") == Some(node);
        let of_node = |found: &Node| found.ancestors().any(|outer| state(&outer));
        let set = |found: &Node| {
            found.has_tag_name("instance_attributes")
                && found.parent().is_some_and(|parent| parent.has_tag_name("transient_attributes"))
                && of_node(found)
        };
        self.remove(|found| {
            found.attribute("name") == Some(name) && found.parent().is_some_and(|parent| set(&parent))
        })?;
        let [known, has_set] = self.read(|root| {
            let has = |wanted: &dyn Fn(&Node) -> bool| root.descendants().any(|found| wanted(&found));
            [has(&state), has(&set)]
        })?;
        let Some(value) = value.filter(|_| known) else { return Ok(()) };
        if !has_set {
            let id = text(&format!("status-{node}"))?;
            let empty = format!("<transient_attributes id={id}><instance_attributes id={id}/></transient_attributes>");
            self.insert(state, &empty)?;
        }
        self.insert(set, &pair(&format!("status-{node}-{name}"), name, value)?)
    }

    /// Counts a failed start as so many that the resource leaves the node.
    pub fn fatal_start(&mut self, node: &str, resource: &str) -> Result<(), Broken> {
        let feature_set = self.read(|root| root.attribute("crm_feature_set").map(numbers))?;
        // Failures are counted by operation since this one (lib/pengine/failcounts.c).
        let by_operation = feature_set.unwrap_or_default() >= [3, 0, 13].to_vec();
        let operation = if by_operation { "#start_0" } else { "" };
        self.transient(node, &format!("fail-count-{resource}{operation}"), Some("INFINITY"))
    }

    fn read<T>(&self, look: impl FnOnce(Node) -> T) -> Result<T, Broken> {
        let document = Document::parse(&self.0).map_err(|error| error.to_string())?;
        Ok(look(document.root_element()))
    }

    /// The byte ranges of elements, in order.
    fn ranges(&self, wanted: impl Fn(&Node) -> bool) -> Result<Vec<Range<usize>>, Broken> {
        self.read(|root| root.descendants().filter(Node::is_element).filter(wanted).map(|node| node.range()).collect())
    }

    fn first(&self, wanted: impl Fn(&Node) -> bool) -> Result<Range<usize>, Broken> {
        let all = self.ranges(wanted)?;
        all.into_iter().next().ok_or_else(|| "an element that every CIB of gfs2gen has is missing".to_owned())
    }

    fn remove(&mut self, wanted: impl Fn(&Node) -> bool) -> Result<(), Broken> {
        for range in self.ranges(wanted)?.into_iter().rev() {
            self.0.replace_range(range, "");
        }
        Ok(())
    }

    /// Puts elements at the end of the first element that is wanted.
    fn insert(&mut self, wanted: impl Fn(&Node) -> bool, elements: &str) -> Result<(), Broken> {
        let Range { start, end } = self.first(wanted)?;
        let element = &self.0[start..end];
        if let Some(open) = element.strip_suffix("/>") {
            let name: String = open[1..].chars().take_while(|c| !c.is_whitespace()).collect();
            let whole = format!("{open}>{elements}</{name}>");
            self.0.replace_range(start..end, &whole);
        } else if let Some(at) = element.rfind("</") {
            self.0.insert_str(start + at, elements);
        }
        Ok(())
    }

    /// Sets attributes of the first element that is wanted.
    fn set(&mut self, wanted: impl Fn(&Node) -> bool, attributes: &[(&str, &str)]) -> Result<(), Broken> {
        for (name, value) in attributes {
            let value = text(value)?;
            let Range { start, .. } = self.first(&wanted)?;
            let known = self.read(|root| {
                let node = root.descendants().filter(Node::is_element).find(|node| wanted(node))?;
                Some(node.attribute_node(*name)?.range())
            })?;
            match known {
                Some(range) => self.0.replace_range(range, &format!("{name}={value}")),
                None => {
                    let name_ends = self.0[start..].find(|c: char| c.is_whitespace() || c == '>' || c == '/');
                    self.0.insert_str(start + name_ends.unwrap_or(1), &format!(" {name}={value}"));
                }
            }
        }
        Ok(())
    }
}

fn ban_id(disk: &str, what: &str, clone: &str) -> String {
    format!("drbd-fence-by-handler-{disk}-{what}{clone}")
}

fn has_id(node: &Node, id: &str) -> bool {
    node.attribute("id") == Some(id)
}

/// A value in the quotes of an attribute.
fn text(value: &str) -> Result<String, Broken> {
    let value = escape(Format::Xml, value).map_err(|error| error.to_string())?;
    Ok(format!("\"{value}\""))
}

fn pair(id: &str, name: &str, value: &str) -> Result<String, Broken> {
    Ok(format!("<nvpair id={} name={} value={}/>", text(id)?, text(name)?, text(value)?))
}

/// The numbers of a version.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
