//! What a simulation knows of the cluster beside its CIB: which resource stands on which.

use crate::pacemaker::ids;
use crate::plan::Plan;
use crate::platform::Locking;

/// The two nodes and what runs on them, by the ids of its resources.
#[derive(Debug, Clone)]
pub struct Stack {
    /// The nodes as the machines themselves are called: what a fence handler writes into its ban.
    pub nodes: [String; 2],
    /// What every filesystem needs on its node, lowest first. Nothing of it stands on a disk.
    pub locking: Vec<String>,
    /// What stands on every disk at once and below every filesystem, where there is such a thing.
    pub activation: Option<String>,
    /// The replicated disks.
    pub disks: Vec<Disk>,
    /// The guests.
    pub guests: Vec<Guest>,
    /// The fence devices, each with the index of the node that it shoots.
    pub devices: Vec<(usize, String)>,
}

/// A replicated disk.
#[derive(Debug, Clone)]
pub struct Disk {
    /// The DRBD resource.
    pub name: String,
    /// Its resource in Pacemaker.
    pub id: String,
    /// The filesystems on it.
    pub filesystems: Vec<Filesystem>,
}

/// A filesystem.
#[derive(Debug, Clone)]
pub struct Filesystem {
    /// The activation of its volume, where that is a resource.
    pub volume: Option<String>,
    /// Its mount.
    pub mount: String,
}

/// A guest.
#[derive(Debug, Clone)]
pub struct Guest {
    /// Its resource.
    pub id: String,
    /// The mounts that it needs.
    pub mounts: Vec<String>,
}

impl Stack {
    /// The stack of a plan.
    pub fn of(plan: &Plan) -> Stack {
        let volumes = plan.platform.locking == Locking::Lvmlockd;
        let disks = plan.storage.iter().map(|storage| {
            let filesystems = storage.filesystems.iter().map(|filesystem| Filesystem {
                volume: volumes.then(|| ids::volume(&filesystem.name)),
                mount: ids::mount(&filesystem.name),
            });
            Disk { name: storage.name.clone(), id: ids::drbd(&storage.name), filesystems: filesystems.collect() }
        });
        let guests = plan.guests.iter().map(|guest| Guest {
            id: ids::guest(&guest.name),
            mounts: guest.filesystems.iter().map(|filesystem| ids::mount(filesystem)).collect(),
        });
        let (locking, activation) = match plan.platform.locking {
            Locking::Lvmlockd => (vec![ids::DLM.to_owned(), ids::LVMLOCKD.to_owned()], None),
            Locking::Clvmd => (vec![ids::DLM.to_owned()], Some(ids::CLVMD.to_owned())),
        };
        Stack {
            nodes: plan.nodes.each_ref().map(|node| node.name.clone()),
            locking,
            activation,
            disks: disks.collect(),
            guests: guests.collect(),
            devices: plan.fence_devices().map(|(target, device)| (target, device.name.clone())).collect(),
        }
    }

    /// Every filesystem with the disk under it.
    pub fn filesystems(&self) -> impl Iterator<Item = (&Disk, &Filesystem)> {
        self.disks.iter().flat_map(|disk| disk.filesystems.iter().map(move |filesystem| (disk, filesystem)))
    }

    /// Whether it is a guest.
    pub fn is_guest(&self, id: &str) -> bool {
        self.guests.iter().any(|guest| guest.id == id)
    }

    /// Whether it is a fence device.
    pub fn is_device(&self, id: &str) -> bool {
        self.devices.iter().any(|(_, device)| device == id)
    }

    /// Whether it is a replicated disk.
    pub fn is_disk(&self, id: &str) -> bool {
        self.disks.iter().any(|disk| disk.id == id)
    }

    /// What stands directly or indirectly on a disk and is no guest.
    pub fn above<'a>(&'a self, disk: &'a Disk) -> Vec<&'a str> {
        match &self.activation {
            // It stands on every disk, and every filesystem on it.
            Some(activation) => {
                let all = self.filesystems().flat_map(|(_, filesystem)| filesystem.parts());
                [activation.as_str()].into_iter().chain(all).collect()
            }
            None => disk.filesystems.iter().flat_map(Filesystem::parts).collect(),
        }
    }

    /// A disk with what stands on it and is no guest.
    pub fn stack_of(&self, disk: &Disk) -> Vec<String> {
        [disk.id.as_str()].into_iter().chain(self.above(disk)).map(str::to_owned).collect()
    }

    /// Everything that runs once on each node.
    pub fn on_each_node(&self) -> impl Iterator<Item = &str> {
        let mounts = self.filesystems().flat_map(|(_, filesystem)| filesystem.parts());
        let locking = self.locking.iter().chain(&self.activation).map(String::as_str);
        locking.chain(self.disks.iter().map(|disk| disk.id.as_str())).chain(mounts)
    }
}

impl Filesystem {
    /// Its resources, lowest first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.volume.iter().chain([&self.mount]).map(String::as_str)
    }
}
