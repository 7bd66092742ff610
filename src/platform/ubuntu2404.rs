//! Ubuntu 24.04 (noble).
//!
//! Sources, unless a line says otherwise: the pages of packages.ubuntu.com and manpages.ubuntu.com for noble (Pacemaker
//! 2.1.6-5ubuntu2, resource-agents-extra 4.13.0-1ubuntu4, fence-agents-ipmilan and fence-virt 4.12.1-2~exp1ubuntu4,
//! dlm-controld 4.2.0-3build1), and for what is packaged as in Debian, Debian 12.

use super::*;

pub(super) static UBUNTU2404: Platform = Platform {
    id: PlatformId::Ubuntu2404,
    name: "ubuntu2404",
    title: "Ubuntu 24.04: DRBD 8.4 of the kernel, lvmlockd, pcs 0.11, Pacemaker 2.1",
    note: None,
    // The mainline kernel has 8.4, as on Debian.
    drbd: &[Generation { major: DrbdMajor::V84, from: "the kernel's", packages: &["drbd-utils"] }],
    locking: Locking::Lvmlockd,
    pcs: pcs::V0_11,
    pacemaker: Pacemaker {
        version: "2.1",
        // The newest schema of Pacemaker 2.1.6 (its xml folder).
        validate_with: "pacemaker-3.9",
        // 2.1.6 has 3.17.4 (its crm.h); a CIB may state an older one, such as that of Debian 12.
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
        // As on Debian 12, but that resource-agents is two packages: LVM-activate is in -base, everything else in -extra (Ubuntu
        // Server's documentation, "Pacemaker resource agents"), which depends on gawk and not on psmisc (fuser).
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
            "resource-agents-base",
            "resource-agents-extra",
        ],
        // netcat carries libvirt's ssh transport where virt-ssh-helper is not found.
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
        // Ubuntu Server's documentation, "Pacemaker fence agents".
        other_fence: &["fence-agents-extra"],
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
        // That of Debian 12's QEMU, which is older.
        machine: "pc-q35-7.2",
        agent_options: common::NO_UTILIZATION,
    },
    sctp: Sctp { packages: &[], denied_by: None },
    nftables_conf: "/etc/nftables.conf",
    preparation: &[],
};
