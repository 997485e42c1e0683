//! Waiting for sockets and for a moment, to the microsecond.
//!
//! Sockets are watched edge-triggered: one registration for the life of a socket, no further
//! call when interest changes, and the kernel need not look at sockets again that were drained.
//! `epoll_wait` counts in milliseconds, and its successor needs Linux 5.11 and is unknown to
//! older sandboxes; a timer descriptor does the same everywhere, and without timer slack.

use std::io;
use std::num::NonZeroU64;
use std::os::fd::{AsFd, OwnedFd};

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use rustix::thread::{nanosleep, set_current_timer_slack};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime,
};

/// Events taken from the kernel at once: enough that a busy loop rarely asks twice, and few
/// enough that the first of them is not old when the last is handled.
const EVENTS_AT_ONCE: usize = 64;

/// Longest wait in milliseconds, so that a stop is noticed in half of the 0.1 s promised.
const LONGEST_WAIT_MS: i64 = 50;

/// The token of the timer; sockets have smaller ones.
const TIMER: u64 = u64::MAX;

/// A set of sockets and a timer.
pub struct Poller {
    epoll: OwnedFd,
    timer: OwnedFd,
    /// The moment for which the timer is set; 0 when it is not.
    armed: u64,
    events: Vec<epoll::Event>,
    handled: usize,
}

/// What happened to a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    /// The token under which it was registered.
    pub token: u64,
    /// The peer closed, or there is an error to be read.
    pub hangup: bool,
}

impl Poller {
    /// An empty set, for the thread that makes it.
    pub fn new() -> io::Result<Self> {
        // A sleep may take 50 µs longer by default, so that several end together. Where that cannot
        // be changed it stays so.
        let _ = set_current_timer_slack(Some(NonZeroU64::MIN));
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        epoll::add(&epoll, &timer, EventData::new_u64(TIMER), EventFlags::IN | EventFlags::ET)?;
        let events = Vec::with_capacity(EVENTS_AT_ONCE);
        Ok(Self { epoll, timer, armed: 0, events, handled: 0 })
    }

    /// Watches a socket for everything until it is closed.
    pub fn watch(&self, socket: impl AsFd, token: u64) -> io::Result<()> {
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        Ok(epoll::add(&self.epoll, socket, EventData::new_u64(token), flags)?)
    }

    /// The next event of those that the last wait brought.
    #[inline]
    pub fn next_event(&mut self) -> Option<Readiness> {
        while let Some(event) = self.events.get(self.handled) {
            self.handled += 1;
            let (token, flags) = (event.data.u64(), event.flags);
            if token != TIMER {
                let ends = EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR;
                return Some(Readiness { token, hangup: flags.intersects(ends) });
            }
            self.armed = 0;
        }
        None
    }

    /// Waits for events, at most until `wake_at` and at most 50 ms. Call it only when
    /// [`Self::next_event`] has nothing left.
    pub fn wait(&mut self, now: u64, wake_at: u64) -> io::Result<()> {
        let mut milliseconds = LONGEST_WAIT_MS;
        if wake_at <= now {
            milliseconds = 0;
        } else if wake_at - now < LONGEST_WAIT_MS.unsigned_abs() * 1_000_000 {
            self.arm(now, wake_at)?;
        }
        self.events.clear();
        self.handled = 0;
        let timeout = Timespec { tv_sec: 0, tv_nsec: milliseconds * 1_000_000 };
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Sleeps until `wake_at`, at most 50 ms, whatever happens to sockets; the next
    /// [`Self::wait`] tells. A signal ends it early.
    pub fn nap(&self, now: u64, wake_at: u64) {
        let longest = LONGEST_WAIT_MS.unsigned_abs() * 1_000_000;
        let nanoseconds = wake_at.saturating_sub(now).min(longest);
        let tv_nsec = nanoseconds.try_into().expect("below 50 ms, which fits every type");
        // An error would be about the time, and that is one.
        let _ = nanosleep(&Timespec { tv_sec: 0, tv_nsec });
    }

    /// Forgets the moment for which the timer is set, because another clock counts from now on.
    pub fn restart(&mut self) {
        self.armed = 0;
    }

    fn arm(&mut self, now: u64, wake_at: u64) -> io::Result<()> {
        if self.armed == wake_at {
            return Ok(());
        }
        // Below 50 ms, so that it fits whatever the type; never 0, which would disarm the timer.
        let nanoseconds = i64::try_from(wake_at - now).unwrap_or(1);
        let once = Itimerspec {
            it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
            it_value: Timespec { tv_sec: 0, tv_nsec: nanoseconds },
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once)?;
        self.armed = wake_at;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use iter8_load::Clock;

    use super::*;

    #[test]
    fn timer_wakes_at_its_moment() {
        let mut poller = Poller::new().unwrap();
        let clock = Clock::start();
        for _ in 0..10 {
            let now = clock.now();
            let wake_at = now + 300_000;
            poller.wait(now, wake_at).unwrap();
            assert!(clock.now() >= wake_at);
            assert_eq!(poller.next_event(), None);
        }
    }

    #[test]
    fn naps_end_at_their_moment_and_not_for_sockets() {
        let mut poller = Poller::new().unwrap();
        let (mut near, far) = UnixStream::pair().unwrap();
        poller.watch(&far, 7).unwrap();
        near.write_all(b"x").unwrap();
        let clock = Clock::start();
        let now = clock.now();
        poller.nap(now, now + 300_000);
        assert!(clock.now() >= now + 300_000);
        assert_eq!(poller.next_event(), None);
        poller.wait(0, 0).unwrap();
        assert_eq!(poller.next_event(), Some(Readiness { token: 7, hangup: false }));
    }

    #[test]
    fn sockets_report_data_and_the_end() {
        let mut poller = Poller::new().unwrap();
        let (mut near, far) = UnixStream::pair().unwrap();
        poller.watch(&far, 7).unwrap();
        poller.wait(0, 0).unwrap();
        assert_eq!(poller.next_event(), Some(Readiness { token: 7, hangup: false }));
        poller.wait(0, 0).unwrap();
        assert_eq!(poller.next_event(), None);
        near.write_all(b"x").unwrap();
        poller.wait(0, 0).unwrap();
        assert_eq!(poller.next_event(), Some(Readiness { token: 7, hangup: false }));
        drop(near);
        poller.wait(0, 0).unwrap();
        assert_eq!(poller.next_event(), Some(Readiness { token: 7, hangup: true }));
    }
}
