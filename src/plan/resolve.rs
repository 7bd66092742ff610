//! From what was written to what will be true: every default, every derived name.

use std::collections::BTreeMap;
use std::net::IpAddr;

use sha2::{Digest, Sha256};

use super::budget::migrate_to_s;
use super::*;
use crate::domain::Domain;
use crate::model::{self, AddressName, Description, OptionValue, PerNode, defaults, millis};
use crate::platform::{self, FenceDelay};

/// A description with the files that it names, as gate 1 has accepted it.
#[derive(Debug, Clone)]
pub struct Written {
    /// The description.
    pub description: Description,
    /// The guests' own domains, by the guest's position.
    pub domains: BTreeMap<usize, Result<Domain, String>>,
}

/// Fills in every default and works out every derived value.
///
/// # Panics
///
/// Where gate 1 let something pass that it must not: that is a bug of ours.
pub fn resolve(written: &Written) -> Plan {
    let description = &written.description;
    let platform = platform::facts(description.platform);
    let names: [String; 2] = std::array::from_fn(|index| description.nodes[index].name.to_string());
    let nodes: [Node; 2] = std::array::from_fn(|index| node(description, index, platform));
    let network = |name: &str| network(&nodes, name);
    let cluster = cluster(&description.cluster, network);
    let migration = migration(description.migration.as_ref(), network);
    let storage: Vec<Storage> = description
        .storage
        .iter()
        .enumerate()
        .map(|(position, written)| storage(written, position, &names, &cluster.name, network))
        .collect();
    let vms = description.vms.as_deref().unwrap_or_default();
    let guests: Vec<Guest> = vms
        .iter()
        .enumerate()
        .map(|(position, vm)| {
            guest(vm, position, written.domains.get(&position), &storage, &cluster.name, migration.speed)
        })
        .collect();
    let budget = Budget::new(cluster.token_ms, &nodes);
    let allowed = description.policy.as_ref().map(|policy| policy.allow.as_slice()).unwrap_or_default();
    Plan {
        platform,
        drbd: description.drbd.unwrap_or(platform.drbd[0].major),
        firewall: super::firewall::firewall(description.firewall.as_ref(), &cluster, &storage, &guests, &migration),
        mail: description.notify.as_ref().map(|notify| notify.mail.to_string()),
        waivers: allowed
            .iter()
            .map(|allow| Waiver {
                rule: allow.rule.to_string(),
                reason: allow.reason.to_string(),
                until: allow.until.as_ref().map(ToString::to_string),
            })
            .collect(),
        cluster,
        nodes,
        storage,
        guests,
        migration,
        budget,
    }
}

fn network(nodes: &[Node; 2], name: &str) -> Network {
    let address = |index: usize| {
        *nodes[index].addresses.get(name).expect("gate 1 refuses a network that a node has no address in")
    };
    Network { name: name.to_owned(), addresses: [address(0), address(1)] }
}

fn name_or(written: Option<&AddressName>, default: &str) -> String {
    written.map_or_else(|| default.to_owned(), ToString::to_string)
}

fn cluster(written: &model::Cluster, network: impl Fn(&str) -> Network) -> Cluster {
    let links = match &written.links {
        Some(links) => links.iter().map(|link| network(link.as_str())).collect(),
        None => vec![network(defaults::LINK)],
    };
    Cluster {
        name: written.name.to_string(),
        token_ms: written.token.as_ref().map_or_else(|| millis(defaults::TOKEN), model::DurationText::millis),
        autostart: written.autostart.unwrap_or(defaults::AUTOSTART),
        links,
    }
}

fn node(description: &Description, index: usize, platform: &'static Platform) -> Node {
    let written = &description.nodes[index];
    let at = Path::root().key("nodes").index(index);
    let addresses: BTreeMap<String, IpAddr> = written
        .addresses
        .iter()
        .map(|(name, address)| {
            let parsed = address.as_str().parse().expect("gate 1 refuses what is no address");
            (name.to_string(), parsed)
        })
        .collect();
    let mut levels: BTreeMap<u32, Vec<FenceDevice>> = BTreeMap::new();
    for (position, fence) in written.fence.iter().enumerate() {
        let device = fence_device(fence, written.name.as_str(), platform, at.key("fence").index(position));
        levels.entry(fence.level.unwrap_or(defaults::fence_level(position))).or_default().push(device);
    }
    Node {
        name: written.name.to_string(),
        id: written.id.unwrap_or(defaults::node_id(index)),
        addresses,
        levels: levels.into_iter().map(|(index, devices)| Level { index, devices }).collect(),
        memory: written.memory.as_ref().map(model::SizeText::bytes),
        local_pvs: written.local_pvs.iter().flatten().map(ToString::to_string).collect(),
        at,
    }
}

/// Seconds of a duration, rounded up: Pacemaker and the agents take whole ones.
fn seconds(millis: u64) -> u64 {
    millis.div_ceil(1000)
}

fn fence_device(fence: &model::Fence, target: &str, platform: &'static Platform, at: Path) -> FenceDevice {
    let older = |name: &str| {
        let renamed = platform.fence_option_names.iter().find(|(today, _)| *today == name);
        renamed.map_or_else(|| name.to_owned(), |(_, older)| (*older).to_owned())
    };
    let mut options: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in fence.options.iter().flatten() {
        let value = match value {
            OptionValue::Text(text) => text.clone(),
            OptionValue::Flag(flag) => String::from(if *flag { "1" } else { "0" }),
        };
        options.insert(older(name), value);
    }
    for (name, path) in fence.secrets.iter().flatten() {
        // The agent runs this through a shell and takes what it prints (fencing.py), so the CIB never holds the secret.
        options.insert(older(&format!("{name}_script")), format!("cat {path}"));
    }
    let delay_s =
        seconds(fence.delay.as_ref().map_or_else(|| millis(defaults::FENCE_DELAY), model::DurationText::millis));
    if delay_s > 0 {
        match platform.pacemaker.fence_delay {
            FenceDelay::PcmkDelayBase => options.insert("pcmk_delay_base".into(), format!("{delay_s}s")),
            FenceDelay::AgentDelay => options.insert("delay".into(), delay_s.to_string()),
        };
    }
    if !options.contains_key("pcmk_host_map") {
        options.entry("pcmk_host_list".into()).or_insert_with(|| target.to_owned());
    }
    let timeout = fence.timeout.as_ref().map_or_else(|| millis(defaults::FENCE_TIMEOUT), model::DurationText::millis);
    FenceDevice {
        name: fence.name.to_string(),
        agent: fence.agent.to_string(),
        options,
        secrets: fence.secrets.iter().flatten().map(|(_, path)| path.to_string()).collect(),
        delay_s,
        timeout_s: seconds(timeout),
        at,
    }
}

fn migration(written: Option<&model::Migration>, network: impl Fn(&str) -> Network) -> Migration {
    let address = written.and_then(|migration| migration.address.as_ref());
    let speed = written.and_then(|migration| migration.speed.as_ref());
    Migration {
        network: network(&name_or(address, defaults::REPLICATION)),
        transport: written.and_then(|migration| migration.transport).unwrap_or(defaults::TRANSPORT),
        speed_written: speed.is_some(),
        speed: model::bits_per_second(speed.map_or(defaults::MIGRATION_SPEED, |speed| speed.as_str())),
    }
}

fn storage(
    written: &model::Storage,
    position: usize,
    names: &[String; 2],
    cluster: &str,
    network: impl Fn(&str) -> Network,
) -> Storage {
    let at = Path::root().key("storage").index(position);
    let name = written.name.to_string();
    let drbd = written.drbd.clone().unwrap_or_default();
    let resync = drbd.resync.unwrap_or_default();
    let rate =
        |written: Option<model::SizeText>, default| model::bytes(written.as_ref().map_or(default, |r| r.as_str()));
    let volume_group = written.volume_group.as_ref().map_or_else(|| defaults::volume_group(&name), ToString::to_string);
    let filesystems = written.filesystems.iter().enumerate();
    Storage {
        minor: written.minor.unwrap_or(defaults::minor(position)),
        port: written.port.unwrap_or_else(|| defaults::port(position)),
        network: network(&name_or(written.address.as_ref(), defaults::REPLICATION)),
        disks: std::array::from_fn(|index| per_node(&written.disk, &names[index])),
        identities: std::array::from_fn(|index| {
            written.identity.as_ref().and_then(|identity| identity.get(&names[index])).map(ToString::to_string)
        }),
        size: written.size.as_ref().map(model::SizeText::bytes),
        secret: drbd.secret.map_or_else(|| defaults::drbd_secret(&name), |path| path.to_string()),
        auth_alg: drbd.auth_alg.unwrap_or(defaults::AUTH_ALG),
        verify_alg: drbd.verify_alg.unwrap_or(defaults::VERIFY_ALG),
        csums_alg: drbd.csums_alg,
        al_extents: drbd.al_extents.unwrap_or(defaults::AL_EXTENTS),
        max_buffers: drbd.max_buffers.unwrap_or(defaults::MAX_BUFFERS),
        resync_max: rate(resync.max_rate, defaults::RESYNC_MAX_RATE),
        resync_min: rate(resync.min_rate, defaults::RESYNC_MIN_RATE),
        filesystems: filesystems
            .map(|(index, filesystem)| {
                self::filesystem(filesystem, cluster, &volume_group, at.key("filesystems").index(index))
            })
            .collect(),
        volume_group,
        name,
        at,
    }
}

fn per_node(value: &PerNode<model::AbsolutePath>, node: &str) -> String {
    value.get(node).expect("gate 1 refuses a disk that is missing for a node").to_string()
}

fn filesystem(written: &model::Filesystem, cluster: &str, volume_group: &str, at: Path) -> Filesystem {
    let name = written.name.to_string();
    let logical_volume =
        written.logical_volume.as_ref().map_or_else(|| defaults::logical_volume(&name), ToString::to_string);
    let size = written.size.as_ref().map_or(defaults::FILESYSTEM_SIZE, |size| size.as_str());
    let journal_size =
        written.journal_size.as_ref().map_or_else(|| model::bytes(defaults::JOURNAL_SIZE), model::SizeText::bytes);
    let options = match &written.options {
        Some(options) => options.iter().map(ToString::to_string).collect(),
        None => vec![defaults::MOUNT_OPTION.to_owned()],
    };
    Filesystem {
        lock_table: format!("{cluster}:{name}"),
        device: format!("/dev/{volume_group}/{logical_volume}"),
        size: model::volume_size(size),
        mount: written.mount.to_string(),
        journals: written.journals.unwrap_or(defaults::JOURNALS),
        journal_mib: journal_size >> 20,
        options,
        logical_volume,
        name,
        at,
    }
}

fn guest(
    vm: &model::Vm,
    position: usize,
    domain: Option<&Result<Domain, String>>,
    storage: &[Storage],
    cluster: &str,
    speed: u64,
) -> Guest {
    let filesystems = || storage.iter().flat_map(|storage| &storage.filesystems);
    let (body, memory, mut on): (GuestBody, u64, Vec<String>) = match domain {
        Some(domain) => {
            let domain = domain.clone().expect("gate 1 refuses a domain that cannot be read");
            let holder = |path: &str| {
                filesystems()
                    .filter(|filesystem| {
                        path.strip_prefix(filesystem.mount.as_str()).is_some_and(|p| p.starts_with('/'))
                    })
                    .max_by_key(|filesystem| filesystem.mount.len())
            };
            let on = domain.images.iter().filter_map(|image| holder(&image.path)).map(|f| f.name.clone()).collect();
            (GuestBody::Own(domain.clone()), domain.memory, on)
        }
        None => {
            let machine = machine(vm, storage, cluster);
            let memory = vm.memory.as_ref().expect("gate 1 refuses a described guest without memory").bytes();
            let on = vm.disks.iter().flatten().map(|disk| disk.filesystem.to_string()).collect();
            (GuestBody::Described(machine), memory, on)
        }
    };
    on.sort();
    on.dedup();
    Guest {
        name: vm.name.to_string(),
        body,
        memory,
        filesystems: on,
        prefer: vm.prefer.as_ref().map(ToString::to_string),
        shutdown_s: seconds(
            vm.shutdown.as_ref().map_or_else(|| millis(defaults::GUEST_SHUTDOWN), |text| text.millis()),
        ),
        migrate_to_s: migrate_to_s(memory, speed),
        at: Path::root().key("vms").index(position),
    }
}

fn machine(vm: &model::Vm, storage: &[Storage], cluster: &str) -> Machine {
    let name = vm.name.as_str();
    let mount = |filesystem: &str| {
        let mut all = storage.iter().flat_map(|storage| &storage.filesystems);
        let found = all.find(|candidate| candidate.name == filesystem);
        found.expect("gate 1 refuses a filesystem that is not there").mount.trim_end_matches('/').to_owned()
    };
    Machine {
        kind: vm.kind.unwrap_or(defaults::GUEST_TYPE),
        uuid: guest_uuid(cluster, name),
        vcpus: vm.vcpus.expect("gate 1 refuses a described guest without vcpus"),
        cpu: vm.cpu.as_ref().map_or(defaults::CPU_MODEL, |cpu| cpu.as_str()).to_owned(),
        images: vm
            .disks
            .iter()
            .flatten()
            .map(|disk| Image {
                path: format!("{}/{}", mount(disk.filesystem.as_str()), disk.file),
                size: disk.size.bytes(),
                format: disk.format.unwrap_or(defaults::DISK_FORMAT),
            })
            .collect(),
        interface: vm.network.as_ref().map(|network| {
            let mac = network.mac.as_ref().map_or_else(|| mac(cluster, name), |mac| mac.as_str().to_lowercase());
            (network.bridge.to_string(), mac)
        }),
    }
}

fn digest(purpose: &str, cluster: &str, guest: &str) -> [u8; 32] {
    Sha256::digest(format!("gfs2gen\0{purpose}\0{cluster}\0{guest}")).into()
}

/// A UUID that is always the same for this guest of this cluster: version 8 of RFC 9562, made of a digest.
pub fn guest_uuid(cluster: &str, guest: &str) -> String {
    let mut bytes = digest("uuid", cluster, guest);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// A MAC address in the range that QEMU and libvirt use.
fn mac(cluster: &str, guest: &str) -> String {
    let bytes = digest("mac", cluster, guest);
    format!("52:54:00:{:02x}:{:02x}:{:02x}", bytes[0], bytes[1], bytes[2])
}
