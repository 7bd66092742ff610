//! Red Hat Enterprise Linux 9 and its rebuilds, from 9.2 on.
//!
//! Sources, unless a line says otherwise: the specifications of OpenELA's packages for 9.2 and 9.3 (fence-agents 4.10, corosync
//! 3.1.7, dlm 4.2, lvm2 2.03.17 and 2.03.21, libvirt 9.0 and 9.5), those of ELRepo for DRBD, and "Clusters from Scratch" of Pacemaker
//! 2.1, which is written for AlmaLinux 9.

use super::*;

pub(super) static EL9: Platform = Platform {
    id: PlatformId::El9,
    name: "el9",
    title: "Enterprise Linux 9: DRBD 9 or 8.4 of ELRepo, lvmlockd, pcs 0.11, Pacemaker 2.1",
    note: None,
    // Each pair refuses to be installed beside the other.
    drbd: &[
        Generation { major: DrbdMajor::V9, from: "ELRepo's", packages: &["drbd9x-utils", "kmod-drbd9x"] },
        Generation { major: DrbdMajor::V84, from: "ELRepo's", packages: &["drbd84-utils", "kmod-drbd84"] },
    ],
    locking: Locking::Lvmlockd,
    pcs: pcs::V0_11,
    pacemaker: Pacemaker {
        version: "2.1",
        // The newest of 2.1.5 (its xml folder), which 9.2 has.
        validate_with: "pacemaker-3.9",
        // Of 2.1.5 (its crm.h).
        feature_set: "3.16.1",
        fence_delay: FenceDelay::PcmkDelayBase,
        // pacemaker.service has Wants= and After= on it, and resource-agents 4.10 the unit.
        ordering_unit: "resource-agents-deps.target",
        // Later minor releases have later Pacemakers. ELRepo's drbd-utils 9.34 would understand them.
        membership_times: true,
        // dlm 4.2 comes with dlm_stonith, and Pacemaker 2.1 with the library that it loads.
        dlm_stonith: true,
    },
    corosync: Corosync {
        transport: Transport::Knet,
        // corosync.conf(5), linknumber; knet itself has no more.
        max_links: 8,
        // The folder is the package's.
        logfile: "/var/log/cluster/corosync.log",
    },
    fence_option_names: &[],
    packages: Packages {
        manager: PackageManager::Dnf,
        // ocf:pacemaker:controld is in pacemaker itself, crm_mon and cibadmin are in pacemaker-cli.
        base: &[
            "corosync",
            "dlm",
            "gawk",
            "gfs2-utils",
            "lvm2",
            "lvm2-lockd",
            "pacemaker",
            "pacemaker-cli",
            "pcs",
            "psmisc",
            "resource-agents",
        ],
        // libvirt-daemon-kvm requires every part of libvirt that QEMU needs, and virt-ssh-helper, which carries the ssh transport.
        guests: &["libvirt-client", "libvirt-daemon-kvm", "openssh-clients", "qemu-img", "qemu-kvm"],
        // DRBD's notify scripts call mail, Pacemaker's alert_smtp.sh calls sendmail.
        mail: &["s-nail", "postfix"],
        fence: common::FENCE_AGENT_PACKAGES,
        other_fence: &["fence-agents-all"],
        firewall: (&["firewalld"], &["nftables"]),
    },
    services: Services {
        off: common::OFF_WITH_LVMLOCKD,
        // libvirt's drivers are a daemon each; virtproxyd is what other hosts reach, and hands them on.
        guests: &["virtqemud.service", "virtlogd.service"],
        tls_socket: Some("virtproxyd-tls.socket"),
        before_resources: common::BEFORE_RESOURCES,
    },
    guests: Guests {
        emulator: "/usr/libexec/qemu-kvm",
        // The newest of qemu-kvm in 9.2.
        machine: "pc-q35-rhel9.2.0",
        agent_options: common::NO_UTILIZATION,
    },
    // The kernel's mod-extra.list.rhel, and mod-denylist.sh, which makes such a file for each network protocol in it.
    sctp: Sctp { packages: &["kernel-modules-extra"], denied_by: Some("etc/modprobe.d/sctp-blacklist.conf") },
    // nftables.service.
    nftables_conf: "/etc/sysconfig/nftables.conf",
    preparation: &[
        (
            "The distribution's repositories High Availability and Resilient Storage are enabled, and ELRepo, which has DRBD.",
            None,
        ),
        // "Clusters from Scratch", "Install the DRBD Packages".
        (
            "SELinux lets DRBD's programs alone, which its policy would stop:",
            Some("dnf install policycoreutils-python-utils && semanage permissive -a drbd_t"),
        ),
    ],
};
