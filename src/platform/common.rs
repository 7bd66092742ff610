//! Facts that several platforms share.

/// What is off where lvmlockd runs, each with the reason.
pub(super) const OFF_WITH_LVMLOCKD: &[(&str, &str)] = &[
    ("drbd.service", "the drbd resource agent brings DRBD up"),
    ("dlm.service", "the controld resource agent runs dlm_controld"),
    ("lvmlockd.service", "the lvmlockd resource agent runs lvmlockd"),
    ("lvmlocks.service", "the LVM-activate resource agent starts the lock spaces"),
    ("libvirt-guests.service", "it would suspend or stop guests behind Pacemaker's back"),
    ("sbd.service", "no sbd device is configured"),
];

/// What agents need in any case before Pacemaker starts resources. The clvm agent deactivates volume groups at stop: before
/// blk-availability tears devices down.
pub(super) const BEFORE_RESOURCES: &[&str] =
    &["network-online.target", "systemd-modules-load.service", "blk-availability.service"];

/// Options of VirtualDomain since resource-agents 4.9. Without them the agent would write what it measures into the CIB, which
/// then differs from what is generated.
pub(super) const NO_UTILIZATION: &[(&str, &str)] = &[
    ("autoset_utilization_cpu", "false"),
    ("autoset_utilization_host_memory", "false"),
    ("autoset_utilization_hv_memory", "false"),
];

/// Where each agent has a package of its own that depends on the programs it calls. On Debian all of them together are 300
/// packages and 1 GB, with multipath-tools among them: only for agents that are not named here.
pub(super) const FENCE_AGENT_PACKAGES: &[(&str, &[&str])] = &[
    ("fence_apc", &["fence-agents-apc"]),
    ("fence_apc_snmp", &["fence-agents-apc-snmp"]),
    ("fence_idrac", &["fence-agents-ipmilan"]),
    ("fence_ilo3", &["fence-agents-ipmilan"]),
    ("fence_ilo4", &["fence-agents-ipmilan"]),
    ("fence_ilo5", &["fence-agents-ipmilan"]),
    ("fence_imm", &["fence-agents-ipmilan"]),
    ("fence_ipmilan", &["fence-agents-ipmilan"]),
    ("fence_ipmilanplus", &["fence-agents-ipmilan"]),
    ("fence_redfish", &["fence-agents-redfish"]),
    ("fence_sbd", &["fence-agents-sbd"]),
    ("fence_virsh", &["fence-agents-virsh"]),
    ("fence_virt", &["fence-virt"]),
    ("fence_xvm", &["fence-virt"]),
];
