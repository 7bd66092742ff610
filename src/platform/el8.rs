//! Red Hat Enterprise Linux 8 and its rebuilds, from 8.8 on.
//!
//! Sources, unless a line says otherwise: the specifications of OpenELA's packages for 8.8 and 8.9 (Pacemaker 2.1.5 and 2.1.6,
//! pcs 0.10.15 and 0.10.17, resource-agents and fence-agents 4.9 and 4.2, corosync 3.1.7, lvm2 2.03.14, libvirt 8.0), and those of
//! ELRepo for DRBD.

use super::*;

pub(super) static EL8: Platform = Platform {
    id: PlatformId::El8,
    name: "el8",
    title: "Enterprise Linux 8: DRBD 9 or 8.4 of ELRepo, lvmlockd, pcs 0.10, Pacemaker 2.1",
    note: None,
    // Each pair refuses to be installed beside the other.
    drbd: &[
        Generation { major: DrbdMajor::V9, from: "ELRepo's", packages: &["drbd90-utils", "kmod-drbd90"] },
        Generation { major: DrbdMajor::V84, from: "ELRepo's", packages: &["drbd84-utils", "kmod-drbd84"] },
    ],
    locking: Locking::Lvmlockd,
    pcs: pcs::V0_10,
    pacemaker: Pacemaker {
        version: "2.1",
        // The newest of 2.1.5 (its xml folder), which 8.8 has.
        validate_with: "pacemaker-3.9",
        // Of 2.1.5 (its crm.h).
        feature_set: "3.16.1",
        fence_delay: FenceDelay::PcmkDelayBase,
        // pacemaker.service has Wants= and After= on it, and resource-agents 4.9 the unit.
        ordering_unit: "resource-agents-deps.target",
        // Later minor releases have later Pacemakers. ELRepo's drbd-utils 9.34 would understand them.
        membership_times: true,
        // dlm comes with dlm_stonith, and Pacemaker 2.1 with the library that it loads.
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
        mail: &["mailx", "postfix"],
        fence: common::FENCE_AGENT_PACKAGES,
        other_fence: &["fence-agents-all"],
        firewall: (&["firewalld"], &["nftables"]),
    },
    services: Services {
        off: common::OFF_WITH_LVMLOCKD,
        // libvirt's drivers are one daemon here (with_modular_daemons is set from 9 on).
        guests: &["libvirtd.service", "virtlogd.service"],
        tls_socket: Some("libvirtd-tls.socket"),
        before_resources: common::BEFORE_RESOURCES,
    },
    guests: Guests {
        emulator: "/usr/libexec/qemu-kvm",
        // The newest of qemu-kvm in 8.8.
        machine: "pc-q35-rhel8.6.0",
        agent_options: common::NO_UTILIZATION,
    },
    // The kernel's mod-extra.list, and mod-blacklist.sh, which makes such a file for each network protocol in it.
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
