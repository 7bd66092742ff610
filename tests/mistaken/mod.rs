//! The mistakes, each as a change of the text of a generated CIB.

/// A mistake.
pub struct Mistake {
    /// What is wrong.
    pub what: &'static str,
    /// The example whose CIB it is made in.
    pub example: &'static str,
    /// Makes it.
    pub change: fn(&str) -> String,
    /// The scenario that shows it.
    pub scenario: &'static str,
    /// The claim that catches it.
    pub claim: &'static str,
}

/// The text with another in place of one that must be there.
fn replaced(cib: &str, from: &str, to: &str) -> String {
    assert!(cib.contains(from), "{from}");
    cib.replace(from, to)
}

/// Without the lines that have all of these texts.
fn without(cib: &str, marks: &[&str]) -> String {
    let wanted = |line: &&str| !marks.iter().all(|mark| line.contains(mark));
    cib.lines().filter(wanted).map(|line| format!("{line}\n")).collect()
}

/// With one more constraint.
fn constrained(cib: &str, constraint: &str) -> String {
    replaced(cib, "</constraints>", &format!("{constraint}</constraints>"))
}

/// With one more property.
fn with_property(cib: &str, name: &str, value: &str) -> String {
    let pair = format!("<nvpair id=\"p-{name}\" name=\"{name}\" value=\"{value}\"/></cluster_property_set>");
    replaced(cib, "</cluster_property_set>", &pair)
}

/// With a property of another value.
fn with_value(cib: &str, id: &str, value: &str) -> String {
    let at = cib.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("{id}"));
    let start = at + cib[at..].find("value=\"").unwrap() + "value=\"".len();
    let end = start + cib[start..].find('"').unwrap();
    format!("{}{value}{}", &cib[..start], &cib[end..])
}

/// With something appended to the tag of the constraint with this id.
fn but(cib: &str, id: &str, attributes: &str) -> String {
    replaced(cib, &format!("id=\"{id}\"/>"), &format!("id=\"{id}\" {attributes}/>"))
}

/// An element with its end, from the text that it begins with.
fn element<'a>(cib: &'a str, begin: &str, end: &str) -> &'a str {
    let start = cib.find(begin).unwrap_or_else(|| panic!("{begin}"));
    let length = cib[start..].find(end).unwrap_or_else(|| panic!("{end}")) + end.len();
    &cib[start..start + length]
}

/// With two neighbours the other way round.
fn swapped(cib: &str, first: &str, second: &str) -> String {
    let primitive = |id: &str| element(cib, &format!("<primitive id=\"{id}\""), "</primitive>").to_owned();
    let (first, second) = (primitive(first), primitive(second));
    cib.replace(&first, "@").replace(&second, &first).replace('@', &second)
}

/// Where a node has another name in Pacemaker than the machine has itself.
fn renamed(cib: &str) -> String {
    let once = replaced(cib, "uname=\"alpha\"", "uname=\"alpha-ha\"").replace("node=\"alpha\"", "node=\"alpha-ha\"");
    once.replace("target=\"alpha\"", "target=\"alpha-ha\"")
        .replace("name=\"pcmk_host_list\" value=\"alpha\"", "name=\"pcmk_host_list\" value=\"alpha-ha\"")
}

/// Where each node has in Pacemaker the name that the other machine has.
fn crossed(cib: &str) -> String {
    let once = replaced(cib, "uname=\"alpha\"", "uname=\"@\"");
    replaced(&once, "uname=\"beta\"", "uname=\"alpha\"").replace("uname=\"@\"", "uname=\"beta\"")
}

macro_rules! mistakes {
    ($($what:literal, $example:literal, $change:expr => $scenario:literal $claim:literal;)*) => {
        /// All mistakes.
        pub const MISTAKES: &[Mistake] =
            &[$(Mistake { what: $what, example: $example, change: $change, scenario: $scenario, claim: $claim }),*];
    };
}

mistakes! {
    // Names.
    "a node has another name in Pacemaker than in DRBD", "full", renamed
        => "banned" "healthy-node-untouched";
    "the handler's ban hits both nodes, and guests are stopped", "full", renamed
        => "banned" "whole";
    "a fence device knows the machine's name only", "full", |cib| replaced(&renamed(cib), "value=\"alpha-ha\"", "value=\"alpha\"")
        => "cold-start" "can-be-fenced";

    "the nodes' names are crossed", "full", crossed
        => "banned" "banned-side-waits";

    // Clones.
    "the storage clone is not interleaved", "full", |cib| without(cib, &["storage-vms-clone-meta_attributes-interleave"])
        => "standby" "healthy-node-untouched";
    "clvmd's clone is not interleaved", "original", |cib| without(cib, &["clvmd-clone-meta_attributes-interleave"])
        => "standby" "healthy-node-untouched";
    "a mount's clone is not interleaved", "original", |cib| without(cib, &["fs-vGFS2-clone-meta_attributes-interleave"])
        => "standby" "healthy-node-untouched";
    "a guest is restarted when the other node comes back", "full", |cib| without(cib, &["storage-vms-clone-meta_attributes-interleave"])
        => "standby" "guests-stay";
    "one node is promoted only", "full", |cib| with_value(cib, "drbd-slow-clone-meta_attributes-promoted-max", "1")
        => "cold-start" "whole";
    "DRBD is not told", "minimal", |cib| with_value(cib, "drbd-r0-clone-meta_attributes-notify", "false")
        => "cold-start" "disk-is-told";

    // The lock managers and DRBD.
    "the lock managers wait for DRBD", "full", |cib| constrained(cib, "<rsc_order id=\"x\" first=\"drbd-fast-clone\" first-action=\"promote\" then=\"locking-clone\" then-action=\"start\"/>")
        => "cold-start" "locks-without-disks";
    "the lock manager waits for DRBD, as in the original", "original", |cib| constrained(cib, "<rsc_order id=\"x\" first=\"drbd-vDrbd-clone\" first-action=\"promote\" then=\"dlm-clone\" then-action=\"start\"/>")
        => "cold-start" "locks-without-disks";
    "the lock managers go where DRBD is promoted", "full", |cib| constrained(cib, "<rsc_colocation id=\"x\" rsc=\"locking-clone\" with-rsc=\"drbd-fast-clone\" with-rsc-role=\"Promoted\" score=\"INFINITY\"/>")
        => "banned" "locking-stays";

    // Orders.
    "nothing says that a disk is promoted first", "full", |cib| without(cib, &["order-drbd-fast-clone-storage-vms-clone-mandatory"])
        => "cold-start" "promoted-before-use";
    "the disk has to be started first, not promoted", "full", |cib| replaced(cib, "first=\"drbd-fast-clone\" then=\"storage-vms-clone\" first-action=\"promote\"", "first=\"drbd-fast-clone\" then=\"storage-vms-clone\" first-action=\"start\"")
        => "cold-start" "promoted-before-use";
    "the order of disk and storage does not hold for stopping", "full", |cib| but(cib, "order-drbd-fast-clone-storage-vms-clone-mandatory", "symmetrical=\"false\"")
        => "standby" "unused-before-demote";
    "the order of disk and storage only serializes", "full", |cib| but(cib, "order-drbd-slow-clone-storage-iso-clone-mandatory", "kind=\"Serialize\" symmetrical=\"false\"")
        => "standby" "unused-before-demote";
    "clvmd does not wait for DRBD", "original", |cib| without(cib, &["<rsc_order", "drbd-vDrbd-clone"])
        => "cold-start" "promoted-before-use";
    "nothing says that locks are needed for longer", "full", |cib| without(cib, &["order-locking-clone-storage-iso-clone-mandatory"])
        => "standby" "unused-before-unlock";
    "a mount does not wait for clvmd", "original", |cib| without(cib, &["<rsc_order", "first=\"clvmd-clone\""])
        => "cold-start" "locks-before-use";
    "the order of locks and storage does not hold for stopping", "full", |cib| but(cib, "order-locking-clone-storage-iso-clone-mandatory", "symmetrical=\"false\"")
        => "standby" "unused-before-unlock";
    "a guest does not wait for its filesystem", "full", |cib| without(cib, &["<rsc_order", "then=\"vm-legacy\""])
        => "cold-start" "mounted-before-guest";
    "a guest waits for one of its two filesystems only", "full", |cib| without(cib, &["<rsc_order", "storage-logs-clone", "then=\"vm-web\""])
        => "cold-start" "mounted-before-guest";
    "the order of storage and guest does not hold for stopping", "full", |cib| but(cib, "order-storage-vms-clone-vm-legacy-mandatory", "symmetrical=\"false\"")
        => "planned-stop" "guests-go-before-unmount";
    "a mount comes before its volume", "minimal", |cib| swapped(cib, "lv-vms", "fs-vms")
        => "cold-start" "mounted-before-guest";
    "the lock managers have to stop before what needs them", "minimal", |cib| constrained(cib, "<rsc_order id=\"x\" first=\"locking-clone\" first-action=\"stop\" then=\"storage-vms-clone\" then-action=\"stop\" symmetrical=\"false\"/>")
        => "standby" "node-is-empty";
    "orders go in a circle", "minimal", |cib| constrained(cib, "<rsc_order id=\"x\" first=\"storage-vms-clone\" then=\"locking-clone\"/>")
        => "cold-start" "whole";
    "two volumes of a group may start together", "full", |cib| without(cib, &["kind=\"Serialize\""])
        => "cold-start" "one-volume-at-a-time";
    "one filesystem waits for the other", "full", |cib| replaced(cib, "kind=\"Serialize\" first-action=\"start\" then-action=\"start\" symmetrical=\"false\"", "first-action=\"start\" then-action=\"start\"")
        => "volume-stays-down" "only-its-own-stack";

    // Where things run.
    "a guest may run where its filesystem is not mounted", "full", |cib| without(cib, &["<rsc_colocation", "rsc=\"vm-legacy\""])
        => "volume-stays-down" "mounted-before-guest";
    "a filesystem may go where its disk is not promoted", "full", |cib| without(cib, &["<rsc_colocation", "storage-", "with-rsc=\"drbd-fast-clone\""])
        => "banned" "guests-migrate";
    "only orders, and guests start where their filesystem is gone", "full", |cib| without(cib, &["<rsc_colocation", "rsc=\"storage-"])
        => "banned" "comes-to-rest";
    "a filesystem goes where the other is", "full", |cib| constrained(cib, "<rsc_colocation id=\"x\" rsc=\"storage-iso-clone\" with-rsc=\"storage-vms-clone\" score=\"INFINITY\"/>")
        => "volume-stays-down" "only-its-own-stack";
    "a guest may run on one node only", "full", |cib| constrained(cib, "<rsc_location id=\"x\" rsc=\"vm-web\" node=\"beta\" score=\"-INFINITY\"/>")
        => "node-lost" "guests-run";
    "guests move back by themselves", "full", |cib| with_value(cib, "rsc_defaults-meta_attributes-resource-stickiness", "0")
        => "node-lost" "guests-stay";
    "a guest prefers a node more than it stays", "full", |cib| replaced(cib, "node=\"alpha\" score=\"50\"", "node=\"alpha\" score=\"500\"")
        => "standby" "guests-stay";
    "a guest may not migrate", "full", |cib| without(cib, &["vm-web-meta_attributes-allow-migrate"])
        => "standby" "guests-migrate";
    "a device runs on the node that it fences", "full", |cib| replaced(cib, "rsc=\"bmc-alpha\" node=\"alpha\"", "rsc=\"bmc-alpha\" node=\"beta\"")
        => "cold-start" "can-be-fenced";

    // Fencing and quorum.
    "fencing is off", "full", |cib| with_value(cib, "cib-bootstrap-options-stonith-enabled", "false")
        => "node-lost" "fenced-first";
    "fencing is off, and a lost node is not waited for", "full", |cib| with_value(cib, "cib-bootstrap-options-stonith-enabled", "false")
        => "fencing-fails" "nothing-unfenced";
    "fencing is off, and a guest may run twice", "full", |cib| with_value(cib, "cib-bootstrap-options-stonith-enabled", "false")
        => "node-lost" "guest-runs-once";
    "a node that was not seen is taken for off", "full", |cib| with_property(cib, "startup-fencing", "false")
        => "starts-alone" "only-the-lost-is-fenced";
    "without quorum everything is stopped", "full", |cib| without(cib, &["cib-bootstrap-options-no-quorum-policy"])
        => "quorum-lost" "nothing-happens";
    "without quorum everything goes on", "full", |cib| with_value(cib, "cib-bootstrap-options-no-quorum-policy", "ignore")
        => "waits-for-both" "nothing-happens";
    "without quorum a node fences itself", "full", |cib| with_value(cib, "cib-bootstrap-options-no-quorum-policy", "suicide")
        => "quorum-lost" "nothing-happens";

    // Failures.
    "a filesystem that withdrew is only restarted", "full", |cib| replaced(cib, "on-fail=\"fence\" id=\"fs-vms-monitor", "id=\"fs-vms-monitor")
        => "filesystem-withdraws" "fenced-first";
    "a lock manager that failed is only restarted", "full", |cib| replaced(cib, "on-fail=\"fence\" id=\"dlm-monitor", "id=\"dlm-monitor")
        => "locks-fail" "only-the-lost-is-fenced";
    "a disk's monitor fences its node", "full", |cib| replaced(cib, "role=\"Promoted\" id=\"drbd-fast-monitor", "role=\"Promoted\" on-fail=\"fence\" id=\"drbd-fast-monitor")
        => "disk-monitor-fails" "nobody-is-fenced";
    "a filesystem that cannot be unmounted is left alone", "full", |cib| replaced(cib, "id=\"fs-vms-stop-interval-0s\"", "on-fail=\"block\" id=\"fs-vms-stop-interval-0s\"")
        => "unmount-fails" "comes-to-rest";
    "DRBD has one monitor, as in the original", "full", |cib| without(cib, &["drbd-fast-monitor-interval-29s"])
        => "cold-start" "role-is-monitored";
    "a volume has no monitor", "full", |cib| without(cib, &["lv-vms-monitor-interval"])
        => "volume-fails" "failure-is-seen";

    // What somebody left behind.
    "the cluster is still in maintenance", "full", |cib| with_property(cib, "maintenance-mode", "true")
        => "cold-start" "whole";
    "resources are still stopped", "minimal", |cib| with_property(cib, "stop-all-resources", "true")
        => "cold-start" "whole";
    "the handler's ban is for the start only", "full", |cib| constrained(cib, "<rsc_location id=\"x\" rsc=\"drbd-fast-clone\" node=\"beta\" score=\"-INFINITY\"/>")
        => "cold-start" "whole";
}
