//! A processor that never halts.
//!
//! A virtual machine hands a halted processor back to its host, and waking it takes tens of
//! microseconds that belong to neither client nor server. A loop of the idle class keeps it from
//! halting and gives way at once to everything else.

use crate::child::Running;

/// Spinners, one on each of two processors, for as long as this lives.
pub(crate) struct Awake {
    _spinners: [Running; 2],
}

impl Awake {
    pub(crate) fn begin() -> anyhow::Result<Self> {
        Ok(Self { _spinners: [spinner("0")?, spinner("1")?] })
    }
}

fn spinner(processor: &str) -> anyhow::Result<Running> {
    let own = crate::child::own_program()?;
    Running::start(&["chrt", "--idle", "0", "taskset", "-c", processor, &own, "spin"])
}

/// Spins until it is killed, or until its parent is gone, which it looks at now and then.
pub(crate) fn until_orphaned() {
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        for _ in 0..1_000_000 {
            std::hint::spin_loop();
        }
    }
}
