//! Mistakes, each as it stands in a file that a program reads, and as it stands in a description.

/// The program that reads a file.
#[derive(Clone, Copy, PartialEq)]
pub enum Reader {
    Drbdadm,
    /// With a second resource, a copy of the first with the disk /dev/disk/by-id/second.
    DrbdadmOfTwo,
    Lvmconfig,
    Corosync,
    CrmVerify,
    VirtXmlValidate,
    Mkfs,
}
use Reader::*;

/// What is replaced in a text, each of which must be there.
pub type Changes = &'static [(&'static str, &'static str)];

/// One mistake.
pub struct Row {
    pub what: &'static str,
    pub reader: Reader,
    /// In the file that the program reads.
    pub there: Changes,
    /// In the description of docs/rules/base; the domain there is read by both.
    pub here: Changes,
    pub code: &'static str,
}

const fn row(what: &'static str, reader: Reader, there: Changes, here: Changes, code: &'static str) -> Row {
    Row { what, reader, there, here, code }
}

pub const DISK: &str = "/dev/disk/by-partlabel/drbd-r0";
const FENCE: &str = "ip: 10.0.99.4, username: admin, lanplus: true";

pub const ROWS: &[Row] = &[
    row(
        "an address that is none",
        Drbdadm,
        &[("10.10.10.4", "10.10.10.400")],
        &[("10.10.10.4", "10.10.10.400")],
        "GFS301",
    ),
    row(
        "addresses of two families",
        Drbdadm,
        &[("ipv4 10.10.10.7", "ipv6 [fd00::7]")],
        &[("10.10.10.7", "\"fd00::7\"")],
        "GFS303",
    ),
    row(
        "one disk under two resources",
        DrbdadmOfTwo,
        &[("/dev/disk/by-id/second", DISK)],
        &[(
            "mount: /srv/vms\n",
            "mount: /srv/vms\n  - { name: r1, disk: /dev/disk/by-partlabel/drbd-r0, filesystems: [{ name: b, mount: /srv/b }] }\n",
        )],
        "GFS501",
    ),
    row(
        "a disk under one resource, a partition of it under another",
        DrbdadmOfTwo,
        &[(DISK, "/dev/disk/by-id/x"), ("/dev/disk/by-id/second", "/dev/disk/by-id/x-part2")],
        &[
            (DISK, "/dev/disk/by-id/x"),
            (
                "mount: /srv/vms\n",
                "mount: /srv/vms\n  - { name: r1, disk: /dev/disk/by-id/x-part2, filesystems: [{ name: b, mount: /srv/b }] }\n",
            ),
        ],
        "GFS508",
    ),
    row("a file as a disk", Drbdadm, &[(DISK, "/srv/r0.img")], &[(DISK, "/srv/r0.img")], "GFS507"),
    row("a DRBD device under itself", Drbdadm, &[(DISK, "/dev/drbd7")], &[(DISK, "/dev/drbd7")], "GFS506"),
    row(
        "a resource whose name means all",
        Drbdadm,
        &[("resource r0", "resource all")],
        &[("name: r0", "name: all")],
        "GFS221",
    ),
    row(
        "a minor number that the kernel does not have",
        Drbdadm,
        &[("/dev/drbd0 minor 0", "/dev/drbd1048576 minor 1048576")],
        &[("name: r0", "name: r0\n    minor: 1048576")],
        "GFS106",
    ),
    row(
        "a digest that is mistyped",
        Drbdadm,
        &[("verify-alg sha256", "verify-alg sha265")],
        &[("name: r0", "name: r0\n    drbd: { verify_alg: sha265 }")],
        "GFS105",
    ),
    row(
        "a checksum as a proof of identity",
        Drbdadm,
        &[("cram-hmac-alg sha256", "cram-hmac-alg crc32c")],
        &[("name: r0", "name: r0\n    drbd: { auth_alg: crc32c }")],
        "GFS505",
    ),
    row(
        "more active extents than there is room for",
        Drbdadm,
        &[("al-extents 3389", "al-extents 10000")],
        &[("name: r0", "name: r0\n    drbd: { al_extents: 10000 }")],
        "GFS510",
    ),
    row(
        "LVM accepts the disk under DRBD",
        Lvmconfig,
        &[("\"r|^/dev/disk", "\"a|^/dev/disk")],
        &[("name: server4\n", "name: server4\n    local_pvs: [/dev/disk/by-partlabel/drbd-r0]\n")],
        "GFS601",
    ),
    row(
        "the system's own disk by a name that changes",
        Lvmconfig,
        &[("\"a|^/dev/drbd0$|\",", "\"a|^/dev/drbd0$|\", \"a|^/dev/sda3$|\",")],
        &[("name: server4\n", "name: server4\n    local_pvs: [/dev/sda3]\n")],
        "GFS611",
    ),
    row(
        "one address for both nodes",
        Corosync,
        &[("192.168.11.7", "192.168.11.4")],
        &[("192.168.11.7", "192.168.11.4")],
        "GFS302",
    ),
    row(
        "a token that every hiccup outlasts",
        Corosync,
        &[("token: 5000", "token: 500"), ("consensus: 6000", "consensus: 600")],
        &[("name: vcluster", "name: vcluster\n  token: 500ms")],
        "GFS306",
    ),
    row(
        "a name too long for a lock table",
        Corosync,
        &[("cluster_name: vcluster", "cluster_name: a-name-that-is-longer-than-thirty-two")],
        &[("name: vcluster", "name: a-name-that-is-longer-than-thirty-two")],
        "GFS104",
    ),
    row(
        "the only link is DRBD's",
        Corosync,
        &[("192.168.11.4", "10.10.10.4"), ("192.168.11.7", "10.10.10.7")],
        &[("name: vcluster", "name: vcluster\n  links: [replication]")],
        "GFS308",
    ),
    row(
        "both nodes shoot at once",
        CrmVerify,
        &[("name=\"pcmk_delay_base\" value=\"10s\"", "name=\"pcmk_delay_base\" value=\"0s\"")],
        &[("        delay: 10s\n", "")],
        "GFS405",
    ),
    row("one BMC for both nodes", CrmVerify, &[("10.0.99.7", "10.0.99.4")], &[("10.0.99.7", "10.0.99.4")], "GFS414"),
    row(
        "a BMC with the node's own address",
        CrmVerify,
        &[("10.0.99.4", "192.168.11.4")],
        &[("10.0.99.4", "192.168.11.4")],
        "GFS413",
    ),
    row(
        "a device that shoots the other node",
        CrmVerify,
        &[("name=\"pcmk_host_list\" value=\"server4\"", "name=\"pcmk_host_map\" value=\"server7:1\"")],
        &[(FENCE, "ip: 10.0.99.4, username: admin, lanplus: true, pcmk_host_map: \"server7:1\"")],
        "GFS410",
    ),
    row(
        "an option that the agent does not have",
        CrmVerify,
        &[("name=\"lanplus\"", "name=\"lan_plus\"")],
        &[(FENCE, "ip: 10.0.99.4, username: admin, lanplus: true, lan_plus: 1")],
        "GFS411",
    ),
    row(
        "power that is cycled, not cut",
        CrmVerify,
        &[("name=\"lanplus\" value=\"1\"", "name=\"method\" value=\"cycle\"")],
        &[(FENCE, "ip: 10.0.99.4, username: admin, lanplus: true, method: cycle")],
        "GFS406",
    ),
    row(
        "a mount over the system",
        CrmVerify,
        &[("/srv/vms", "/usr")],
        &[("mount: /srv/vms", "mount: /usr"), ("  - name: legacy\n    domain: domains/legacy.xml\n", "")],
        "GFS806",
    ),
    row(
        "locks that the other node does not see",
        CrmVerify,
        &[("value=\"noatime\"", "value=\"localflocks\"")],
        &[("mount: /srv/vms\n", "mount: /srv/vms\n        options: [localflocks]\n")],
        "GFS807",
    ),
    row(
        "a mount option that there is not",
        CrmVerify,
        &[("value=\"noatime\"", "value=\"noatme\"")],
        &[("mount: /srv/vms\n", "mount: /srv/vms\n        options: [noatme]\n")],
        "GFS809",
    ),
    row(
        "a cache that the other node does not see",
        VirtXmlValidate,
        &[("cache='none'", "cache='writeback'")],
        &[],
        "GFS854",
    ),
    row(
        "a guest that writes below the filesystem",
        VirtXmlValidate,
        &[(
            "    </disk>\n",
            "    </disk>\n    <disk type='block' device='disk'><source dev='/dev/drbd0'/><target dev='vdb' bus='virtio'/></disk>\n",
        )],
        &[],
        "GFS860",
    ),
    row(
        "a guest with one node's processor",
        VirtXmlValidate,
        &[("<vcpu>2</vcpu>\n", "<vcpu>2</vcpu>\n  <cpu mode='host-passthrough'/>\n")],
        &[],
        "GFS861",
    ),
    row(
        "a machine that is another one next year",
        VirtXmlValidate,
        &[("machine='pc-q35-7.2'", "machine='q35'")],
        &[],
        "GFS863",
    ),
    row(
        "a name that the agent does not find",
        VirtXmlValidate,
        &[("  <name>legacy</name>\n", "  <name>legacy</name><title>old</title>\n")],
        &[],
        "GFS852",
    ),
    row(
        "one journal for two nodes",
        Mkfs,
        &[("-j 2", "-j 1")],
        &[("mount: /srv/vms\n", "mount: /srv/vms\n        journals: 1\n")],
        "GFS801",
    ),
];
