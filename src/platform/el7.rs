//! Red Hat Enterprise Linux 7 and its rebuilds: what the original project ran on (CentOS 7.3).
//!
//! Sources: the sources of pcs 0.9.169 (run against them), Pacemaker 1.1.15, corosync 2.4, lvm2 2.02 and resource-agents 3.9.5,
//! and ELRepo's packages of DRBD 8.4.

use super::*;

pub(super) static EL7: Platform = Platform {
    id: PlatformId::El7,
    name: "el7",
    title: "Enterprise Linux 7: DRBD 8.4 of ELRepo, clvmd with locking_type = 3, pcs 0.9, Pacemaker 1.1",
    note: Some("its maker ended maintenance in June 2024: for clusters that exist, not for new ones"),
    drbd: &[Generation { major: DrbdMajor::V84, from: "ELRepo's", packages: &["drbd84-utils", "kmod-drbd84"] }],
    locking: Locking::Clvmd,
    pcs: pcs::V0_9,
    pacemaker: Pacemaker {
        version: "1.1",
        // Pacemaker 1.1.15 knows schemas up to 2.5.
        validate_with: "pacemaker-2.5",
        feature_set: "3.0.10",
        // pcmk_delay_base came with 1.1.18.
        fence_delay: FenceDelay::AgentDelay,
        // resource-agents-deps.target came with later resource-agents.
        ordering_unit: "pacemaker.service",
        membership_times: false,
        dlm_stonith: true,
    },
    corosync: Corosync {
        transport: Transport::Udpu,
        // INTERFACE_MAX in corosync 2.4's totem.h: its redundant rings are two.
        max_links: 2,
        logfile: "/var/log/cluster/corosync.log",
    },
    // fence-agents 4.0.11: the names of today came with 4.0.25.
    fence_option_names: &[
        ("ip", "ipaddr"),
        ("username", "login"),
        ("password", "passwd"),
        ("password_script", "passwd_script"),
        ("plug", "port"),
        ("ssh", "secure"),
        ("ssl", "ssl"),
        ("ssh_options", "ssh_options"),
    ],
    packages: Packages {
        manager: PackageManager::Yum,
        base: &[
            "corosync",
            "dlm",
            "fence-agents-all",
            "gfs2-utils",
            "lvm2",
            "lvm2-cluster",
            "pacemaker",
            "pacemaker-cli",
            "pcs",
            "psmisc",
            "resource-agents",
        ],
        guests: &["libvirt", "libvirt-client", "nmap-ncat", "openssh-clients", "qemu-kvm", "qemu-img"],
        mail: &["mailx"],
        fence: &[("fence_ipmilan", &["ipmitool"])],
        other_fence: &[],
        firewall: (&["firewalld"], &["nftables"]),
    },
    services: Services {
        off: &[
            ("drbd.service", "the drbd resource agent brings DRBD up"),
            ("dlm.service", "the controld resource agent runs dlm_controld"),
            ("lvm2-cluster-activation.service", "the clvm resource agent activates the volume groups"),
            ("lvm2-lvmetad.service", "lvmetad cannot be used with clvmd"),
            ("lvm2-lvmetad.socket", "it would start lvmetad"),
            ("libvirt-guests.service", "it would suspend or stop guests behind Pacemaker's back"),
        ],
        guests: &["libvirtd.service", "virtlogd.service"],
        tls_socket: None,
        before_resources: common::BEFORE_RESOURCES,
    },
    guests: Guests { emulator: "/usr/libexec/qemu-kvm", machine: "pc-i440fx-rhel7.3.0", agent_options: &[] },
    sctp: Sctp { packages: &[], denied_by: None },
    // nftables.service of Enterprise Linux.
    nftables_conf: "/etc/sysconfig/nftables.conf",
    preparation: &[(
        "The distribution's repositories High Availability and Resilient Storage are enabled, and ELRepo, which has DRBD.",
        None,
    )],
};
