//! What is true of a platform: rows of facts, each with its source beside it. Nothing else in gfs2gen knows a platform's name.

mod common;
mod debian12;
mod debian13;
mod drbd;
mod el7;
mod el8;
mod el9;
mod fence;
mod pcs;
mod refused;
mod release;
mod ubuntu2404;

use crate::model::{DrbdMajor, PlatformId};

pub use drbd::{DrbdFacts, FencingSection, drbd_facts};
pub use fence::{CUT_NO_POWER, FenceAgent, fence_agent, todays_name};
pub use refused::why_refused;
pub use release::{likely, of_release};

/// Everything that differs between platforms.
#[derive(Debug)]
pub struct Platform {
    /// The row's id.
    pub id: PlatformId,
    /// The id as it is written in a description.
    pub name: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// Whether the platform's maker still supports it; what to say where not.
    pub note: Option<&'static str>,
    /// The DRBD generations that it can run, the default first.
    pub drbd: &'static [Generation],
    /// How LVM's locking is clustered.
    pub locking: Locking,
    /// How this pcs speaks.
    pub pcs: Pcs,
    /// What this Pacemaker knows.
    pub pacemaker: Pacemaker,
    /// How this corosync is configured.
    pub corosync: Corosync,
    /// Older names of fence agents' options, as (today's, the platform's).
    pub fence_option_names: &'static [(&'static str, &'static str)],
    /// How packages are installed and which are needed.
    pub packages: Packages,
    /// Which services are on and off.
    pub services: Services,
    /// What guests are made of.
    pub guests: Guests,
    /// How a node is made to speak SCTP, which DLM needs over several links.
    pub sctp: Sctp,
    /// The file that nftables.service loads at boot.
    pub nftables_conf: &'static str,
    /// What has to be done on a node before the first start and is left to people, as (what, its command).
    pub preparation: &'static [(&'static str, Option<&'static str>)],
}

impl Platform {
    /// What it has of a generation of DRBD.
    pub fn generation(&self, major: DrbdMajor) -> Option<&'static Generation> {
        self.drbd.iter().find(|generation| generation.major == major)
    }
}

/// A generation of DRBD on a platform.
#[derive(Debug)]
pub struct Generation {
    /// Which one.
    pub major: DrbdMajor,
    /// Where its kernel module comes from.
    pub from: &'static str,
    /// The packages of the module and of its programs.
    pub packages: &'static [&'static str],
}

/// How a node is made to speak SCTP.
#[derive(Debug)]
pub struct Sctp {
    /// The packages that have the kernel module, where it is not among the others.
    pub packages: &'static [&'static str],
    /// The file below /etc by which such a package denies the module, as it comes.
    pub denied_by: Option<&'static str>,
}

/// How LVM's locking is clustered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    /// clvmd with `locking_type = 3` (LVM 2.02).
    Clvmd,
    /// lvmlockd over DLM (LVM 2.03).
    Lvmlockd,
}

/// How a line of pcs versions speaks.
#[derive(Debug)]
pub struct Pcs {
    /// The version line, for people.
    pub version: &'static str,
    /// The CIB element of a clone that is promoted, and how pcs makes one.
    pub promotable: Promotable,
    /// The words for the two roles, in operations and constraints.
    pub roles: Roles,
    /// The words before `name=value` in `pcs resource ...` for resource defaults.
    pub defaults_command: &'static [&'static str],
    /// The id of the set that holds the resource defaults.
    pub defaults_id: &'static str,
    /// The words between `pcs resource clone ID` and the clone's meta attributes.
    pub clone_meta: &'static [&'static str],
    /// How several devices of one level are given.
    pub level_devices: LevelDevices,
    /// A level's attributes in the CIB, in the order in which this pcs writes them.
    pub level_attributes: [&'static str; 4],
    /// The group of commands that `standby` and `unstandby` belong to.
    pub standby: &'static str,
    /// Whether `pcs resource move` leaves a constraint that has to be cleared.
    pub move_leaves_constraint: bool,
}

impl Pcs {
    /// Whether a pcs of this row takes scripts that are written for the other, and makes the same CIB of them.
    pub fn takes(&self, other: &Pcs) -> bool {
        let words = |pcs: &Pcs| (pcs.promotable, pcs.roles, pcs.defaults_command, pcs.clone_meta, pcs.level_devices);
        words(self) == words(other) && self.defaults_id == other.defaults_id
    }
}

/// How a promotable clone is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promotable {
    /// `pcs resource promotable`, `<clone>` with `promotable=true`, `promoted-max`.
    Clone,
    /// `pcs resource master`, `<master>`, `master-max`.
    Master,
}

/// The words for a promotable resource's roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// The role of the side that may write.
    pub promoted: &'static str,
    /// The other.
    pub unpromoted: &'static str,
}

/// How `pcs stonith level add` takes several devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelDevices {
    /// As words of their own.
    Words,
    /// As one word with commas.
    Commas,
}

/// What a line of Pacemaker versions knows.
#[derive(Debug)]
pub struct Pacemaker {
    /// The version line, for people.
    pub version: &'static str,
    /// The CIB schema that a generated CIB states: one that the oldest of these versions knows.
    pub validate_with: &'static str,
    /// The feature set that a generated CIB states. cibadmin refuses one that is newer than its own, and takes an older one.
    pub feature_set: &'static str,
    /// How a device's delay is given.
    pub fence_delay: FenceDelay,
    /// The unit that is ordered between what resource agents need and Pacemaker.
    pub ordering_unit: &'static str,
    /// Whether the CIB may say since when a node is a member (`in_ccm`, `crmd`), as it does since Pacemaker 2.1.7 (its commit
    /// 247788954b), in place of `true` and `online`. crm-fence-peer.sh reads only those before drbd-utils 9.28.
    pub membership_times: bool,
    /// Whether DLM's own fence helper finds Pacemaker: dlm_stonith (up to dlm 4.3 at least) loads libstonithd.so.26, which
    /// Pacemaker 3 does not have.
    pub dlm_stonith: bool,
}

/// How a fence device's static delay is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FenceDelay {
    /// `pcmk_delay_base`, waited by Pacemaker.
    PcmkDelayBase,
    /// The agent's own `delay`.
    AgentDelay,
}

/// How a line of corosync versions is configured.
#[derive(Debug)]
pub struct Corosync {
    /// The transport.
    pub transport: Transport,
    /// How many links it can have.
    pub max_links: usize,
    /// Where corosync logs.
    pub logfile: &'static str,
}

/// How corosync carries its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Kronosnet: several links, encrypted.
    Knet,
    /// UDP unicast, rings.
    Udpu,
}

/// How packages are installed and which are needed.
#[derive(Debug)]
pub struct Packages {
    /// The program family.
    pub manager: PackageManager,
    /// What the stack needs in any case beside DRBD, without relying on recommended packages.
    pub base: &'static [&'static str],
    /// What guests need.
    pub guests: &'static [&'static str],
    /// What notifications by mail need.
    pub mail: &'static [&'static str],
    /// By fence agent, as (agent, packages).
    pub fence: &'static [(&'static str, &'static [&'static str])],
    /// What an agent needs that is not named there.
    pub other_fence: &'static [&'static str],
    /// What each firewall manager needs, as (firewalld, nftables).
    pub firewall: (&'static [&'static str], &'static [&'static str]),
}

/// A program family that installs packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageManager {
    /// apt-get and dpkg.
    Apt,
    /// yum and rpm.
    Yum,
    /// dnf and rpm.
    Dnf,
}

impl PackageManager {
    /// The command that installs packages, without what they only recommend, as words before their names.
    pub fn install(self) -> &'static [&'static str] {
        match self {
            // In the template: Debian starts what it installs.
            PackageManager::Apt => &["apt-get"],
            PackageManager::Yum => &["yum", "install", "-y", "-q"],
            // dnf.conf(5), install_weak_deps.
            PackageManager::Dnf => &["dnf", "install", "-y", "-q", "--setopt=install_weak_deps=False"],
        }
    }
}

/// Which services are on and off.
#[derive(Debug)]
pub struct Services {
    /// Units that Pacemaker or corosync run by themselves, or that would act behind Pacemaker's back; each with the reason.
    pub off: &'static [(&'static str, &'static str)],
    /// Units that guests need at boot.
    pub guests: &'static [&'static str],
    /// The socket that a TLS migration needs, if libvirt is socket-activated here.
    pub tls_socket: Option<&'static str>,
    /// What agents need before Pacemaker starts resources and until it has stopped them, beside the guests' units.
    pub before_resources: &'static [&'static str],
}

/// What guests are made of.
#[derive(Debug)]
pub struct Guests {
    /// The emulator's path.
    pub emulator: &'static str,
    /// The machine type, pinned so that both nodes and later versions agree.
    pub machine: &'static str,
    /// Options of the VirtualDomain agent that every guest gets, sorted.
    pub agent_options: &'static [(&'static str, &'static str)],
}

/// All rows, in the order in which they are listed.
pub static PLATFORMS: &[&Platform] =
    &[&el7::EL7, &el8::EL8, &el9::EL9, &debian12::DEBIAN12, &debian13::DEBIAN13, &ubuntu2404::UBUNTU2404];

/// The row of a platform.
pub fn facts(id: PlatformId) -> &'static Platform {
    PLATFORMS.iter().find(|platform| platform.id == id).expect("every platform id has a row: the test below")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_of_the_schema_has_one_row_under_its_own_name() {
        let schema = crate::model::PlatformId::names();
        let rows: Vec<&str> = PLATFORMS.iter().map(|platform| platform.name).collect();
        assert_eq!(schema, rows);
        for platform in PLATFORMS {
            assert_eq!(facts(platform.id).name, platform.name);
            assert!(!platform.drbd.is_empty());
        }
    }
}
