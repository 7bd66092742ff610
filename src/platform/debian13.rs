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
    drbd: &[Generation { major: DrbdMajor::V84, from: "the kernel's", packages: &["drbd-utils"] }],
    locking: Locking::Lvmlockd,
    pcs: pcs::V0_12,
    pacemaker: Pacemaker {
        version: "3.0",
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
        fence: common::FENCE_AGENT_PACKAGES,
        other_fence: &["fence-agents"],
        firewall: (&["firewalld"], &["nftables"]),
    },
    services: Services {
        off: common::OFF_WITH_LVMLOCKD,
        guests: &["libvirtd.service", "virtlogd.service"],
        tls_socket: Some("libvirtd-tls.socket"),
        before_resources: common::BEFORE_RESOURCES,
    },
    guests: Guests {
        emulator: "/usr/bin/qemu-system-x86_64",
        machine: "pc-q35-10.0",
        agent_options: common::NO_UTILIZATION,
    },
    sctp: Sctp { packages: &[], denied_by: None },
    nftables_conf: "/etc/nftables.conf",
    preparation: &[],
};
