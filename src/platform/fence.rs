//! What is known of fence agents, on every platform.
//!
//! Source: the metadata of fence-agents 4.12.1 (`fence_ipmilan -o metadata` and so on): what is not marked as deprecated. That of
//! their development branch of June 2026 (tests/data/metadata) has the same options.

/// An agent whose options are known.
#[derive(Debug)]
pub struct FenceAgent {
    /// Its names.
    pub names: &'static [&'static str],
    /// Its options by today's names, in groups.
    pub options: &'static [&'static [&'static str]],
    /// What it does nothing without, beside secrets.
    pub required: &'static [&'static str],
    /// Whether it speaks to a controller that belongs to one machine, so that an address is a machine.
    pub one_machine: bool,
}

/// What every agent of the library `fencing` takes.
const ALL: &[&str] = &[
    "action",
    "debug_file",
    "delay",
    "disable_timeout",
    "help",
    "login_timeout",
    "password",
    "password_script",
    "plug",
    "plug_separator",
    "power_timeout",
    "power_wait",
    "quiet",
    "retry_on",
    "shell_timeout",
    "stonith_status_sleep",
    "username",
    "verbose",
    "verbose_level",
    "version",
];
const NET: &[&str] = &["ip", "ipport"];
const IPMI: &[&str] = &[
    "auth",
    "cipher",
    "hexadecimal_kg",
    "ipmitool_path",
    "ipmitool_timeout",
    "lanplus",
    "method",
    "port_as_ip",
    "privlvl",
    "sudo_path",
    "target",
    "use_sudo",
];
const REDFISH: &[&str] =
    &["gnutlscli_path", "port_as_ip", "redfish_uri", "ssl", "ssl_insecure", "ssl_secure", "systems_uri"];
const LOGIN: &[&str] =
    &["command_prompt", "identity_file", "inet4_only", "inet6_only", "separator", "ssh", "ssh_options", "ssh_path"];
const VIRSH: &[&str] = &["missing_as_off", "sudo_path", "use_sudo"];
const APC: &[&str] = &["switch", "telnet_path"];
const SNMP: &[&str] = &[
    "community",
    "separator",
    "snmp_auth_prot",
    "snmp_priv_passwd",
    "snmp_priv_passwd_script",
    "snmp_priv_prot",
    "snmp_sec_level",
    "snmp_version",
    "snmpget_path",
    "snmpset_path",
    "snmpwalk_path",
];
const XVM: &[&str] = &[
    "action",
    "auth",
    "debug",
    "delay",
    "hash",
    "ip_family",
    "ipport",
    "key_file",
    "multicast_address",
    "plug",
    "retrans",
    "timeout",
    "use_uuid",
];

static AGENTS: &[FenceAgent] = &[
    FenceAgent {
        names: &[
            "fence_ipmilan",
            "fence_ipmilanplus",
            "fence_idrac",
            "fence_ilo3",
            "fence_ilo4",
            "fence_ilo5",
            "fence_imm",
        ],
        options: &[ALL, NET, IPMI],
        // Its metadata does not say so, but it can do nothing without.
        required: &["ip"],
        one_machine: true,
    },
    FenceAgent {
        names: &["fence_redfish"],
        options: &[ALL, NET, REDFISH],
        required: &["ip", "username"],
        one_machine: true,
    },
    FenceAgent {
        names: &["fence_virsh"],
        options: &[ALL, NET, LOGIN, VIRSH],
        required: &["ip", "username", "plug"],
        one_machine: false,
    },
    FenceAgent {
        names: &["fence_apc"],
        options: &[ALL, NET, LOGIN, APC],
        required: &["ip", "username", "plug"],
        one_machine: false,
    },
    FenceAgent {
        names: &["fence_apc_snmp"],
        options: &[ALL, NET, SNMP],
        required: &["ip", "plug"],
        one_machine: false,
    },
    FenceAgent { names: &["fence_xvm"], options: &[XVM], required: &[], one_machine: false },
];

/// What is known of an agent.
pub fn fence_agent(name: &str) -> Option<&'static FenceAgent> {
    AGENTS.iter().find(|agent| agent.names.contains(&name))
}

/// Names of before fence-agents 4.0.25, as (then, today).
const OLDER: &[(&str, &str)] = &[
    ("cmd_prompt", "command_prompt"),
    ("debug", "debug_file"),
    ("domain", "plug"),
    ("ipaddr", "ip"),
    ("login", "username"),
    ("passwd", "password"),
    ("passwd_script", "password_script"),
    ("port", "plug"),
    ("redfish-uri", "redfish_uri"),
    ("secure", "ssh"),
    ("sudo", "use_sudo"),
    ("systems-uri", "systems_uri"),
];

/// Today's name of an option of before.
pub fn todays_name(option: &str) -> Option<&'static str> {
    OLDER.iter().find(|(older, _)| *older == option).map(|(_, today)| *today)
}

/// Agents after which a node may still run, with what they do instead.
pub const CUT_NO_POWER: &[(&str, &str)] = &[
    ("fence_sbd", "asks a daemon on the node, sbd, which is not configured here"),
    ("fence_watchdog", "relies on a daemon on the node, sbd, which is not configured here"),
    ("fence_scsi", "takes a shared disk away, and with DRBD each node has its own"),
    ("fence_mpath", "takes a shared disk away, and with DRBD each node has its own"),
    ("fence_brocade", "closes a port of a storage network, and with DRBD each node has its own disk"),
    ("fence_sanbox2", "closes a port of a storage network, and with DRBD each node has its own disk"),
    ("fence_cisco_mds", "closes a port of a storage network, and with DRBD each node has its own disk"),
    ("fence_ifmib", "closes a port of a switch, behind which the node runs on"),
    ("fence_heuristics_ping", "asks only whether the other side is to shoot"),
    ("fence_dummy", "does nothing"),
];
