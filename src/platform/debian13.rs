//! Debian 13.
//!
//! Sources, unless a line says otherwise: the packages of Debian 13 themselves, component main (Linux 6.12.117, drbd-utils
//! 9.22, pcs 0.12.0.2, Pacemaker 3.0.0, corosync 3.1.9, dlm 4.3, lvm2 2.03.31, gfs2-utils 3.6.1, resource-agents and
//! fence-agents 4.16, libvirt 11.3, qemu 10.0, systemd 257), installed without recommended packages, and what their programs
//! say of themselves. pcs made the CIBs of `tests/recorded/debian13-*.xml`.

use super::*;

pub(super) static DEBIAN13: Platform = Platform {
    id: PlatformId::Debian13,
    name: "debian13",
    title: "Debian 13: DRBD 8.4 of the kernel, lvmlockd, pcs 0.12, Pacemaker 3.0",
    note: None,
    // The kernel's own module (`modinfo -F version drbd`: 8.4.11); drbd-dkms is not in Debian 13.
    drbd: &[DrbdMajor::V84],
    locking: Locking::Lvmlockd,
    pcs: Pcs {
        version: "0.12",
        promotable: Promotable::Clone,
        // 0.12 refuses the older words.
        roles: Roles { promoted: "Promoted", unpromoted: "Unpromoted" },
        defaults_command: &["defaults", "update"],
        defaults_id: "rsc_defaults-meta_attributes",
        clone_meta: &["meta"],
        // 0.12 refuses commas.
        level_devices: LevelDevices::Words,
        level_attributes: ["index", "devices", "id", "target"],
        standby: "node",
        // `pcs resource move --help`.
        move_leaves_constraint: false,
    },
    pacemaker: Pacemaker {
        // What `cibadmin --empty` states, and so a new cluster.
        validate_with: "pacemaker-4.0",
        // `pacemakerd --features`.
        feature_set: "3.20.0",
        fence_delay: FenceDelay::PcmkDelayBase,
        // pacemaker.service has Wants= and After= on it.
        ordering_unit: "resource-agents-deps.target",
        membership_times: true,
        dlm_stonith: false,
    },
    corosync: Corosync {
        transport: Transport::Knet,
        // corosync.conf(5), linknumber; knet itself has no more.
        max_links: 8,
        logfile: "/var/log/corosync/corosync.log",
    },
    fence_option_names: &[],
    packages: Packages {
        manager: PackageManager::Apt,
        // pacemaker-cli-utils (crm_mon, cibadmin: also crm-fence-peer.sh calls them) is only recommended. gawk and psmisc
        // (fuser) are dependencies of resource-agents.
        base: &[
            "corosync",
            "dlm-controld",
            "drbd-utils",
            "gawk",
            "gfs2-utils",
            "lvm2",
            "lvm2-lockd",
            "pacemaker",
            "pacemaker-cli-utils",
            "pacemaker-resource-agents",
            "pcs",
            "psmisc",
            "resource-agents",
        ],
        // virt-ssh-helper of libvirt-daemon-common carries libvirt's ssh transport; netcat does where it is not found.
        guests: &[
            "libvirt-clients",
            "libvirt-daemon-driver-qemu",
            "libvirt-daemon-system",
            "netcat-openbsd",
            "openssh-client",
            "qemu-system-x86",
            "qemu-utils",
        ],
        mail: &["bsd-mailx"],
        // Each agent has a package of its own that depends on the programs it calls. All of them together are 300 packages
        // and 1 GB, with multipath-tools among them: only for agents that are not named here.
        fence: &[
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
        ],
        other_fence: &["fence-agents"],
        firewall: (&["firewalld"], &["nftables"]),
    },
    services: Services {
        off: &[
            ("drbd.service", "the drbd resource agent brings DRBD up"),
            ("dlm.service", "the controld resource agent runs dlm_controld"),
            ("lvmlockd.service", "the lvmlockd resource agent runs lvmlockd"),
            ("lvmlocks.service", "the LVM-activate resource agent starts the lock spaces"),
            ("libvirt-guests.service", "it would suspend or stop guests behind Pacemaker's back"),
            ("sbd.service", "no sbd device is configured"),
        ],
        // libvirtd and its sockets are still one daemon here: there is no virtqemud.
        guests: &["libvirtd.service", "virtlogd.service"],
        tls_socket: Some("libvirtd-tls.socket"),
        before_resources: &["network-online.target", "systemd-modules-load.service", "blk-availability.service"],
    },
    guests: Guests {
        emulator: "/usr/bin/qemu-system-x86_64",
        machine: "pc-q35-10.0",
        // The agent would write what it measures into the CIB, which then differs from what is generated.
        agent_options: &[
            ("autoset_utilization_cpu", "false"),
            ("autoset_utilization_host_memory", "false"),
            ("autoset_utilization_hv_memory", "false"),
        ],
    },
};
