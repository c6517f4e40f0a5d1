//! Properties over arbitrary scripts. Between events the watch is stored and restored; each step runs twice.

use proptest::prelude::*;
use rayback_core::watch::Watch;

use crate::oracle::Oracle;
use crate::script::{busy_script, script};
use crate::world::{World, failure};

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn any_script_obeys_the_rules_and_the_next_failure_gets_an_attempt(acts in script()) {
        let mut oracle = Oracle::new();
        for act in acts {
            oracle.act(act);
        }
        oracle.must_continue();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_busy_script_obeys_the_rules(acts in busy_script()) {
        let mut oracle = Oracle::new();
        for act in acts {
            oracle.act(act);
        }
    }

    #[test]
    fn a_damaged_store_is_an_error_or_a_watch_and_never_a_panic(
        acts in script(),
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
        digits in "[0-9]{1,19}",
    ) {
        let mut world = World::new();
        world.fail(failure(1, 522));
        let mut bytes = world.watch.store().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let damaged = String::from_utf8_lossy(&bytes).into_owned();
        let far = world.watch.store().replace("1800000", &digits);
        for stored in [damaged, far] {
            if let Ok(watch) = Watch::restore(&stored) {
                let mut oracle = Oracle::of(watch);
                for act in acts.clone() {
                    oracle.endure(act);
                }
            }
        }
    }
}
