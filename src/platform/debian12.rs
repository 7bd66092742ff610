//! Debian 12: the platform that the lab runs.
//!
//! Sources, unless a line says otherwise: the packages of Debian 12 themselves (drbd-utils 9.22, pcs 0.11.5, Pacemaker 2.1.5,
//! corosync 3.1.7, lvm2 2.03.16, libvirt 9.0, qemu 7.2), and two running nodes without recommended packages.

use super::*;

pub(super) static DEBIAN12: Platform = Platform {
    id: PlatformId::Debian12,
    name: "debian12",
    title: "Debian 12: DRBD 8.4 of the kernel, lvmlockd, pcs 0.11, Pacemaker 2.1",
    note: None,
    // The kernel's own module is 8.4.11; drbd-dkms is not in Debian 12.
    drbd: &[Generation { major: DrbdMajor::V84, from: "the kernel's", packages: &["drbd-utils"] }],
    locking: Locking::Lvmlockd,
    pcs: pcs::V0_11,
    pacemaker: Pacemaker {
        version: "2.1",
        validate_with: "pacemaker-3.9",
        // `pacemakerd --features`; cibadmin refuses a CIB that states a newer one.
        feature_set: "3.16.1",
        fence_delay: FenceDelay::PcmkDelayBase,
        // pacemaker.service has Wants= and After= on it.
        ordering_unit: "resource-agents-deps.target",
        membership_times: false,
        dlm_stonith: true,
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
        // pacemaker-cli-utils (crm_mon, cibadmin: also crm-fence-peer.sh calls them), pacemaker-resource-agents
        // (ocf:pacemaker:controld), psmisc (fuser) and gawk are only recommended, or not even that.
        base: &[
            "corosync",
            "dlm-controld",
            "fence-agents",
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
        // netcat-openbsd carries libvirt's ssh transport.
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
        fence: &[
            ("fence_ipmilan", &["ipmitool"]),
            ("fence_virsh", &["openssh-client"]),
            ("fence_xvm", &["fence-virt"]),
        ],
        other_fence: &[],
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
        machine: "pc-q35-7.2",
        agent_options: common::NO_UTILIZATION,
    },
    sctp: Sctp { packages: &[], denied_by: None },
    nftables_conf: "/etc/nftables.conf",
    preparation: &[],
};
