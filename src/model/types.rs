//! The scalar types of the description. Each carries its pattern and the words for a person that go with it, so that the
//! schema accepts exactly what the type can be made of.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer};

/// Declares a text type with its pattern, hint and examples.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $pattern:literal, $hint:literal, [$($example:literal),*]) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "x-hint": $hint, "examples": [$($example),*] })
            }
        }
    };
}

text_type!(
    /// The cluster's name: corosync's `cluster_name` and the first half of every GFS2 lock table (mkfs.gfs2: 32 characters).
    ClusterName, "^[A-Za-z0-9_-]{1,32}$", "1 to 32 of A-Z a-z 0-9 _ -, because it is the first half of every GFS2 lock table", ["vcluster"]
);
text_type!(
    /// A node's name: `uname -n`, corosync, Pacemaker and DRBD use this one.
    NodeName, "^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$", "a host name in small letters, exactly what `uname -n` prints on the node", ["server4", "node1.example.com"]
);
text_type!(
    /// The name of a network that both nodes have an address in. 12 characters leave room for a firewalld zone's 17.
    AddressName, "^[a-z][a-z0-9]{0,11}$", "1 to 12 small letters and digits, a letter first", ["cluster", "replication"]
);
text_type!(
    /// An IPv4 or IPv6 address, not yet parsed: the rules say what is wrong with one.
    Address, "^[0-9A-Fa-f:.]{2,45}$", "an IPv4 or IPv6 address such as 192.168.11.4, no host name and no prefix length", ["192.168.11.4", "fd00::4"]
);
text_type!(
    /// The name of a DRBD resource (domain reference D15).
    ResourceName, "^[A-Za-z][A-Za-z0-9_-]{0,63}$", "a letter, then up to 63 of A-Z a-z 0-9 _ -", ["r0"]
);
text_type!(
    /// The name of a filesystem: the second half of its lock table (mkfs.gfs2: 30 characters).
    FilesystemName, "^[A-Za-z0-9_-]{1,30}$", "1 to 30 of A-Z a-z 0-9 _ -, because it is the second half of a GFS2 lock table", ["vms"]
);
text_type!(
    /// The name of a volume group or logical volume. A lock space `lvm_<vg>` has 64 bytes.
    VolumeName, "^[A-Za-z0-9_+.][A-Za-z0-9_+.-]{0,59}$", "1 to 60 of A-Z a-z 0-9 _ + . -, no - first", ["vg_r0"]
);
text_type!(
    /// The name of a guest or a fence device: an id in the CIB, so an XML NCName.
    IdName, "^[A-Za-z_][A-Za-z0-9_.-]{0,63}$", "a letter or _, then up to 63 of A-Z a-z 0-9 _ . -", ["bmc-server4"]
);
text_type!(
    /// The name of a fence agent.
    AgentName, "^fence_[a-z0-9_]{1,40}$", "the name of a fence agent such as fence_ipmilan", ["fence_ipmilan", "fence_redfish"]
);
text_type!(
    /// An absolute path. No white space, quotes or backslashes: DRBD, fstab and the Filesystem agent cannot all carry those.
    AbsolutePath, "^/[^\\s\"'\\\\\\x00-\\x1f\\x7f,]{0,4000}$", "an absolute path without white space, quotes, commas or backslashes", ["/dev/disk/by-partlabel/drbd-r0"]
);
text_type!(
    /// The path of a file that holds a secret: plain characters only, because a fence agent reads it through a shell.
    SecretPath, "^/[A-Za-z0-9_./@%+=:-]{1,4000}$", "an absolute path of A-Z a-z 0-9 _ . / @ % + = : -", ["/etc/gfs2gen/secrets/bmc-server4"]
);
text_type!(
    /// A path relative to the description, inside its folder.
    RelativePath, "^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$", "a path inside the description's folder such as domains/web.xml", ["domains/web.xml"]
);
text_type!(
    /// The name of a file directly in a filesystem's root folder.
    FileName, "^[A-Za-z0-9_][A-Za-z0-9_.+@-]{0,199}$", "a file name of A-Z a-z 0-9 _ . + @ -, without folders", ["web.raw"]
);
text_type!(
    /// Free text of one line, and some of it to be seen.
    LineText, "^[^\\x00-\\x1f\\x7f]{0,500}[^\\s\\x00-\\x1f\\x7f][^\\x00-\\x1f\\x7f]{0,500}$", "one line of text without control characters, with something to read in it", ["the network is a bond of two links"]
);
text_type!(
    /// A disk's serial number or WWN, as `lsblk -no SERIAL,WWN` prints it.
    Identity, "^[A-Za-z0-9_.:+-]{4,128}$", "the serial number or WWN that `lsblk -no SERIAL,WWN` prints", ["S6B0NL0T615860L", "0x5002538f4140a7b3"]
);
text_type!(
    /// One GFS2 mount option.
    MountOption, "^[a-z_]+(=[A-Za-z0-9_.:/-]+)?$", "one mount option such as noatime or commit=30", ["noatime", "commit=30"]
);
text_type!(
    /// The name of a bridge, as `ip link` shows it.
    InterfaceName, "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$", "an interface name of at most 15 characters", ["br0"]
);
text_type!(
    /// A MAC address of a guest.
    MacAddress, "^[0-9A-Fa-f]([048cC]|[26aAeE])(:[0-9A-Fa-f]{2}){5}$", "a unicast MAC address in quotes, such as \"52:54:00:12:34:56\"", ["52:54:00:12:34:56"]
);
text_type!(
    /// A firewalld zone.
    ZoneName, "^[A-Za-z0-9_-]{1,17}$", "the name of a firewalld zone, at most 17 of A-Z a-z 0-9 _ -", ["internal"]
);
text_type!(
    /// A mail address.
    Mail, "^[A-Za-z0-9_.+-]{1,64}(@[A-Za-z0-9.-]{1,190})?$", "a mail address such as root@example.com", ["root@example.com"]
);
text_type!(
    /// A rule's code or name.
    RuleName, "^(GFS[0-9]{3}|[a-z][a-z0-9-]*)$", "a rule's code or name, as `gfs2gen list rules` prints it", ["single-link", "GFS307"]
);
text_type!(
    /// A day of the calendar: months of 31 and of 30 days, February, and the leap days of every fourth year but three centuries
    /// of four.
    Date, "^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$", "a day that the calendar has, such as 2027-06-30", ["2027-06-30"]
);
text_type!(
    /// The name of a CPU model that libvirt knows.
    CpuModel, "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", "a CPU model that `virsh cpu-models x86_64` lists", ["Westmere", "EPYC"]
);
text_type!(
    /// A number with a unit of time.
    DurationText, "^[0-9]{1,6}(ms|s|min|h)$", "a duration with its unit, such as 10s, 500ms or 2min", ["10s", "500ms", "2min"]
);
text_type!(
    /// A number with a unit of bytes.
    SizeText, "^[1-9][0-9]{0,5}(KiB|MiB|GiB|TiB)$", "a size with its unit, such as 128MiB or 40GiB", ["128MiB", "40GiB"]
);
text_type!(
    /// A size, or a share of a volume group.
    VolumeSizeText, "^([1-9][0-9]{0,5}(KiB|MiB|GiB|TiB)|(100|[1-9][0-9]?)%(FREE)?)$", "a size such as 120GiB, 80% of the volume group, or 100%FREE", ["120GiB", "80%", "100%FREE"]
);
text_type!(
    /// The speed of a network link.
    SpeedText, "^[1-9][0-9]{0,3}(Mbit|Gbit)$", "a link's speed such as 1Gbit or 25Gbit", ["1Gbit", "25Gbit"]
);

/// Splits a text that matched its pattern into its number and its unit.
fn number_and_unit(text: &str) -> (u64, &str) {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    (number.parse().unwrap_or(0), unit)
}

impl DurationText {
    /// In milliseconds.
    pub fn millis(&self) -> u64 {
        millis(&self.0)
    }
}

/// A duration text in milliseconds.
pub fn millis(text: &str) -> u64 {
    match number_and_unit(text) {
        (n, "ms") => n,
        (n, "min") => n * 60_000,
        (n, "h") => n * 3_600_000,
        (n, _) => n * 1000,
    }
}

/// A size text in bytes.
pub fn bytes(text: &str) -> u64 {
    match number_and_unit(text) {
        (n, "KiB") => n << 10,
        (n, "MiB") => n << 20,
        (n, "GiB") => n << 30,
        (n, _) => n << 40,
    }
}

impl SizeText {
    /// In bytes.
    pub fn bytes(&self) -> u64 {
        bytes(&self.0)
    }
}

/// How much of a volume group a logical volume takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeSize {
    /// Bytes.
    Bytes(u64),
    /// Percent of the whole volume group.
    PercentOfGroup(u8),
    /// Percent of what is free when it is made.
    PercentFree(u8),
}

/// A volume size text, taken apart.
pub fn volume_size(text: &str) -> VolumeSize {
    let (number, unit) = number_and_unit(text);
    let percent = u8::try_from(number).unwrap_or(100);
    match unit {
        "%" => VolumeSize::PercentOfGroup(percent),
        "%FREE" => VolumeSize::PercentFree(percent),
        _ => VolumeSize::Bytes(bytes(text)),
    }
}

/// A link speed text in bits per second.
pub fn bits_per_second(text: &str) -> u64 {
    match number_and_unit(text) {
        (n, "Mbit") => n * 1_000_000,
        (n, _) => n * 1_000_000_000,
    }
}

/// The value of a fence agent's option: words, a number or yes/no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionValue {
    /// Text or a number, as it is given to the agent.
    Text(String),
    /// Yes or no; agents read 1 and 0.
    Flag(bool),
}

impl<'de> Deserialize<'de> for OptionValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(OptionValue::Text(text)),
            serde_json::Value::Number(number) => Ok(OptionValue::Text(number.to_string())),
            serde_json::Value::Bool(flag) => Ok(OptionValue::Flag(flag)),
            _ => Err(de::Error::custom("a text, a whole number or true/false")),
        }
    }
}

impl JsonSchema for OptionValue {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "OptionValue".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer", "boolean"],
            "pattern": "^[^\\x00-\\x1f\\x7f]{1,1000}$",
            "x-hint": "one line of text without control characters",
            "examples": ["10.0.99.4", 623, true],
        })
    }
}

/// One value for both nodes, or one for each by the node's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PerNode<T> {
    /// The same on both nodes.
    Both(T),
    /// By node name.
    Each(BTreeMap<String, T>),
}

impl<T> PerNode<T> {
    /// The value for a node, if there is one.
    pub fn get(&self, node: &str) -> Option<&T> {
        match self {
            PerNode::Both(value) => Some(value),
            PerNode::Each(values) => values.get(node),
        }
    }
}

impl<'de, T: de::DeserializeOwned> Deserialize<'de> for PerNode<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        if value.is_object() {
            serde_json::from_value(value).map(PerNode::Each)
        } else {
            serde_json::from_value(value).map(PerNode::Both)
        }
        .map_err(de::Error::custom)
    }
}

impl<T: JsonSchema> JsonSchema for PerNode<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("PerNode_{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let each = T::json_schema(generator);
        let mut schema = each.clone();
        schema.insert("type".into(), serde_json::json!(["string", "object"]));
        schema.insert("additionalProperties".into(), each.to_value());
        schema.insert("minProperties".into(), 1.into());
        schema
    }
}

/// A number in the largest unit that it is a whole number of.
fn in_unit(number: u64, units: &[(u64, &str)]) -> String {
    let whole = |(size, _): &&(u64, &str)| number > 0 && number.is_multiple_of(*size);
    let (size, unit) = units.iter().find(whole).or(units.last()).copied().unwrap_or((1, ""));
    format!("{}{unit}", number / size)
}

/// Milliseconds as a duration text.
pub fn duration_text(millis: u64) -> String {
    in_unit(millis, &[(3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, if millis == 0 { "s" } else { "ms" })])
}

/// Bytes as a size text; what is smaller than a KiB is cut off.
pub fn size_text(bytes: u64) -> String {
    in_unit(bytes, &[(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")])
}

/// Bits per second as a link's speed.
pub fn speed_text(bits: u64) -> String {
    in_unit(bits, &[(1_000_000_000, "Gbit"), (1_000_000, "Mbit")])
}

impl fmt::Display for VolumeSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VolumeSize::Bytes(bytes) => f.write_str(&size_text(*bytes)),
            VolumeSize::PercentOfGroup(percent) => write!(f, "{percent}%"),
            VolumeSize::PercentFree(percent) => write!(f, "{percent}%FREE"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_it_is_read() {
        for text in ["0s", "1ms", "500ms", "90s", "2min", "3h"] {
            assert_eq!(duration_text(millis(text)), text);
        }
        assert_eq!(duration_text(millis("120s")), "2min");
        for text in ["1KiB", "1536MiB", "40GiB", "999999TiB", "999999GiB"] {
            assert_eq!(size_text(bytes(text)), text);
        }
        for text in ["900Mbit", "10Gbit"] {
            assert_eq!(speed_text(bits_per_second(text)), text);
        }
        for text in ["80%", "100%FREE", "120GiB"] {
            assert_eq!(volume_size(text).to_string(), text);
        }
    }

    #[test]
    fn units_are_what_they_say() {
        assert_eq!(millis("500ms"), 500);
        assert_eq!(millis("2min"), 120_000);
        assert_eq!(bytes("128MiB"), 134_217_728);
        assert_eq!(bytes("999999TiB"), 999_999 << 40);
        assert_eq!(volume_size("80%"), VolumeSize::PercentOfGroup(80));
        assert_eq!(volume_size("100%FREE"), VolumeSize::PercentFree(100));
        assert_eq!(volume_size("1GiB"), VolumeSize::Bytes(1 << 30));
        assert_eq!(bits_per_second("25Gbit"), 25_000_000_000);
    }
}
