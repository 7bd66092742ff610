//! The time budget: how long each layer may take, each longer than what it waits for.
//!
//! The chain is token < fencing < handler timeout < DC timeout < promote and stop timeouts. A handler that gives up before
//! fencing can have ended leaves I/O frozen on both sides; a promotion that gives up before the handler is tried again
//! (crm-fence-peer.sh, header, method b). Where only the replication link is lost, it is DRBD that notices: see [`Connection`].

use super::Node;

/// Seconds, but for the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Corosync's token timeout in milliseconds.
    pub token_ms: u64,
    /// Corosync's consensus timeout in milliseconds: its own default, 1.2 times the token (corosync.conf(5)).
    pub consensus_ms: u64,
    /// The longest that fencing one node takes, through all levels: each device's delay and timeout.
    pub fencing: u64,
    /// Pacemaker's `stonith-timeout`: the longest that one device takes, with its delay.
    pub stonith_timeout: u64,
    /// `--timeout` of DRBD's fence handler: the other node is noticed as lost, and fenced.
    pub handler: u64,
    /// `--dc-timeout` of DRBD's fence handler: as long again as an election takes after the loss.
    pub dc: u64,
    /// Promotion, demotion and stop of a DRBD resource.
    pub drbd: u64,
    /// How DRBD notices that its connection is gone.
    pub connection: Connection,
}

/// How DRBD watches a connection; the units are those of drbd.conf(5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// `ping-int`, in seconds: after so long without a packet the peer is asked for one.
    pub ping_int: u64,
    /// `ping-timeout`, in tenths of a second: how long it may take to answer. An interruption of up to half of it
    /// fences nobody: TCP sends again after twice the time each time.
    pub ping_timeout: u64,
    /// `timeout`, in tenths of a second.
    pub timeout: u64,
    /// `ko-count`: after so many of the latter for one write the peer is given up.
    pub ko_count: u64,
}

/// The drbd resource agent's advice for promote and demote is 90 s, for stop 100 s (its metadata).
const DRBD_ADVICE: u64 = 100;

/// DRBD's own `timeout` and `ko-count` (drbd.conf(5), drbd_limits.h): 6 s, and 7 times that for one write.
const TIMEOUT_DEFAULT: u64 = 60;
const KO_COUNT_DEFAULT: u64 = 7;

/// DRBD's least and most for `ping-timeout` here: 1 s, because a second is nothing on a busy host; 30 s is its limit.
const PING_TIMEOUT: (u64, u64) = (10, 300);

/// How long a node takes at most to ban the other after it has noticed; 1.4 s were measured.
const BAN_S: u64 = 5;

/// After so long drbdadm ends a handler (drbd-utils, `SLEEPS_VERY_LONG`), and what is kept of it for slow programs.
const HANDLER_LIMIT_S: u64 = 600;
const HANDLER_SLACK_S: u64 = 20;

/// What is rounded to, so that numbers stay readable.
const STEP: u64 = 5;

impl Budget {
    /// Works out the budget.
    pub(super) fn new(token_ms: u64, nodes: &[Node; 2]) -> Budget {
        let consensus_ms = token_ms * 12 / 10;
        let loss = (token_ms + consensus_ms).div_ceil(1000);
        // A level tries its devices one after the other; the next level comes when one has failed.
        let fencing = nodes.iter().map(node_fencing).max().unwrap_or_default().max(loss + 1);
        let stonith_timeout = nodes
            .iter()
            .flat_map(|node| &node.levels)
            .flat_map(|level| &level.devices)
            .map(|device| device.delay_s + device.timeout_s)
            .max()
            .unwrap_or_default();
        let handler = round_up(loss + fencing + 1);
        let dc = round_up(handler + loss + 1);
        let drbd = round_up(dc + 1).max(DRBD_ADVICE);
        let connection = Connection::new(token_ms);
        Budget { token_ms, consensus_ms, fencing, stonith_timeout, handler, dc, drbd, connection }
    }

    /// How long it takes to notice that the other node is lost, in seconds.
    pub fn loss(&self) -> u64 {
        (self.token_ms + self.consensus_ms).div_ceil(1000)
    }

    /// How long an answer to a request to fence may take, in seconds: it comes over corosync, which stands still until it has
    /// noticed that the node is gone.
    pub fn shot(&self) -> u64 {
        self.fencing + self.loss()
    }

    /// How long a side whose writes stand still waits until the other node is known to be off, in seconds: fencing is tried
    /// again and again meanwhile, and DRBD asks only once. It is all that drbdadm leaves beside the head start and the shot.
    pub fn patience(&self) -> u64 {
        let taken = self.head_start() + self.shot() + HANDLER_SLACK_S;
        (HANDLER_LIMIT_S.saturating_sub(taken) / STEP * STEP).max(self.handler)
    }

    /// How long one node leaves the other alone with a cut connection, in seconds: until that has noticed, too, and has put
    /// its ban into the CIB.
    pub fn head_start(&self) -> u64 {
        2 * self.connection.ping_int + BAN_S
    }
}

impl Connection {
    /// A dead connection is noticed within two intervals and the time for an answer: DRBD starts a new interval where data
    /// came in during the last one (its ack receiver). Together that is the token, so that both halves of the cluster call a
    /// node lost after the same time.
    fn new(token_ms: u64) -> Connection {
        let ping_int = (token_ms / 4000).max(1);
        let ping_timeout = (token_ms / 100).saturating_sub(20 * ping_int).clamp(PING_TIMEOUT.0, PING_TIMEOUT.1);
        // It must be lower than ping-int (drbd.conf(5)). One write still gets as long as it gets by default.
        let timeout = (10 * ping_int - 1).min(TIMEOUT_DEFAULT);
        let ko_count = (TIMEOUT_DEFAULT * KO_COUNT_DEFAULT).div_ceil(timeout);
        Connection { ping_int, ping_timeout, timeout, ko_count }
    }
}

fn node_fencing(node: &Node) -> u64 {
    node.levels.iter().flat_map(|level| &level.devices).map(|device| device.delay_s + device.timeout_s).sum()
}

fn round_up(seconds: u64) -> u64 {
    seconds.div_ceil(STEP) * STEP
}

/// How much of a link's speed a migration gets beside everything else on it.
const MIGRATION_SHARE_PERCENT: u64 = 70;
/// Connecting, the last round, and starting on the other side.
const MIGRATION_MARGIN_S: u64 = 30;
/// The VirtualDomain agent's advice for migrate_to (its metadata).
const MIGRATE_TO_ADVICE_S: u64 = 120;

/// How long sending a guest's memory may take: once over the link at its share, and half of it again for what is written
/// meanwhile.
pub(super) fn migrate_to_s(memory: u64, speed: u64) -> u64 {
    let bytes_per_second = (speed / 8 * MIGRATION_SHARE_PERCENT / 100).max(1);
    round_up((memory + memory / 2).div_ceil(bytes_per_second) + MIGRATION_MARGIN_S).max(MIGRATE_TO_ADVICE_S)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::path::Path;
    use crate::plan::{FenceDevice, Level};

    fn node(devices: &[(u64, u64)]) -> Node {
        let level = |(at, &(delay_s, timeout_s)): (usize, &(u64, u64))| Level {
            index: at as u32 + 1,
            devices: vec![FenceDevice {
                name: format!("f{at}"),
                agent: "fence_ipmilan".into(),
                options: BTreeMap::new(),
                secrets: Vec::new(),
                delay_s,
                timeout_s,
                at: Path::root(),
            }],
        };
        Node {
            name: "n".into(),
            id: 1,
            addresses: BTreeMap::new(),
            levels: devices.iter().enumerate().map(level).collect(),
            memory: None,
            local_pvs: Vec::new(),
            at: Path::root(),
        }
    }

    #[test]
    fn the_numbers_of_the_smallest_description() {
        let budget = Budget::new(5000, &[node(&[(10, 60)]), node(&[(0, 60)])]);
        assert_eq!(budget.consensus_ms, 6000);
        assert_eq!(
            (budget.loss(), budget.fencing, budget.stonith_timeout, budget.handler, budget.dc, budget.drbd),
            (11, 70, 70, 85, 100, 105)
        );
        assert_eq!(budget.connection, Connection { ping_int: 1, ping_timeout: 30, timeout: 9, ko_count: 47 });
        assert_eq!((budget.head_start(), budget.shot(), budget.patience()), (7, 81, 490));
    }

    proptest! {
        #[test]
        fn each_layer_waits_longer_than_what_it_waits_for(
            token_ms in 1000u64..60_000,
            first in prop::collection::vec((0u64..120, 1u64..600), 1..9),
            second in prop::collection::vec((0u64..120, 1u64..600), 1..9),
        ) {
            let budget = Budget::new(token_ms, &[node(&first), node(&second)]);
            prop_assert!(budget.token_ms < budget.fencing * 1000);
            prop_assert!(budget.fencing + budget.loss() < budget.handler);
            prop_assert!(budget.handler + budget.loss() < budget.dc);
            prop_assert!(budget.dc < budget.drbd);
            prop_assert!(budget.stonith_timeout <= budget.fencing);
            prop_assert!(budget.handler <= budget.patience());
        }

        #[test]
        fn drbd_notices_a_cut_within_about_the_token_and_within_its_own_limits(token_ms in 1000u64..30_001) {
            let Connection { ping_int, ping_timeout, timeout, ko_count } = Connection::new(token_ms);
            let noticed_ms = 2000 * ping_int + 100 * ping_timeout;
            prop_assert!(noticed_ms <= token_ms.max(3000));
            prop_assert!(noticed_ms + 100 > token_ms);
            prop_assert!((1..=120).contains(&ping_int) && (1..=300).contains(&ping_timeout));
            prop_assert!(timeout < 10 * ping_int && timeout < 100, "lower than ping-int and the default connect-int");
            prop_assert!((1..=200).contains(&ko_count) && timeout * ko_count >= 420);
        }

        #[test]
        fn a_migration_may_take_as_long_as_its_memory_needs(memory in 1u64<<20..1u64<<42, speed in 1_000_000u64..400_000_000_000) {
            let seconds = migrate_to_s(memory, speed);
            prop_assert!(seconds >= MIGRATE_TO_ADVICE_S);
            prop_assert!(seconds * (speed / 8) >= memory);
        }
    }
}
