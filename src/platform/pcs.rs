//! The lines of pcs versions: how each speaks.
//!
//! Sources, unless a line says otherwise: each line itself, run over the same configurations (0.9.169, 0.10.1, 0.10.4, 0.10.18,
//! 0.11.5, 0.11.9, 0.12.0.2, 0.12.2), and its changelog.

use super::{LevelDevices, Pcs, Promotable, Roles};

/// For Pacemaker 1.1.
pub(super) const V0_9: Pcs = Pcs {
    version: "0.9",
    promotable: Promotable::Master,
    roles: Roles { promoted: "Master", unpromoted: "Slave" },
    defaults_command: &["defaults"],
    defaults_id: "rsc_defaults-options",
    clone_meta: &[],
    level_devices: LevelDevices::Commas,
    level_attributes: ["index", "devices", "target", "id"],
    // `pcs node standby` came with later versions of this line than CentOS 7.3 has.
    standby: "cluster",
    move_leaves_constraint: true,
};

/// For Pacemaker 2.
pub(super) const V0_10: Pcs = Pcs {
    version: "0.10",
    promotable: Promotable::Clone,
    // Later ones take the words of today too, but store these (0.10.18).
    roles: Roles { promoted: "Master", unpromoted: "Slave" },
    // Since 0.10.7.
    defaults_command: &["defaults", "update"],
    defaults_id: "rsc_defaults-meta_attributes",
    clone_meta: &["meta"],
    level_devices: LevelDevices::Words,
    level_attributes: ["index", "devices", "target", "id"],
    standby: "node",
    move_leaves_constraint: true,
};

/// For Pacemaker 2.1.
pub(super) const V0_11: Pcs = Pcs {
    version: "0.11",
    promotable: Promotable::Clone,
    roles: Roles { promoted: "Promoted", unpromoted: "Unpromoted" },
    defaults_command: &["defaults", "update"],
    defaults_id: "rsc_defaults-meta_attributes",
    clone_meta: &["meta"],
    level_devices: LevelDevices::Words,
    level_attributes: ["index", "devices", "target", "id"],
    standby: "node",
    // Since 0.11 the constraint goes when the resource has moved (changelog).
    move_leaves_constraint: false,
};

/// For Pacemaker 3.
pub(super) const V0_12: Pcs = Pcs {
    version: "0.12",
    promotable: Promotable::Clone,
    // It refuses the older words.
    roles: Roles { promoted: "Promoted", unpromoted: "Unpromoted" },
    defaults_command: &["defaults", "update"],
    defaults_id: "rsc_defaults-meta_attributes",
    clone_meta: &["meta"],
    // It refuses commas.
    level_devices: LevelDevices::Words,
    level_attributes: ["index", "devices", "id", "target"],
    standby: "node",
    // `pcs resource move --help`.
    move_leaves_constraint: false,
};
