//! When bytes came in, by the kernel's own stamp.
//!
//! The kernel stamps a segment when it arrives and hands the stamp out with the bytes, however
//! long they lay in the socket. Stamps count by the wall clock, while tests count by a monotonic
//! one, so both clocks are compared again and again.

use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, OwnedFd};

use iter8_load::Clock;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
use rustix::io::Errno;
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Room for one stamp with its head, see cmsg(3), on every machine.
const CONTROL: usize = 64;

/// Readings of both clocks that are made to get one without an interruption in between.
const READINGS: usize = 3;

/// What both readings of the monotonic clock may be apart to be taken as uninterrupted, in
/// nanoseconds.
const CLOSE: u64 = 2_000;

/// The stamp of what was received last, and how the wall clock relates to the monotonic one.
#[derive(Debug, Default)]
pub(crate) struct Stamps {
    control: Control,
    /// By the wall clock, in nanoseconds.
    latest: Option<i64>,
    /// What the wall clock is ahead.
    ahead: i64,
}

/// Aligned as the kernel wants it.
#[derive(Debug)]
#[repr(align(16))]
struct Control([u8; CONTROL]);

impl Default for Control {
    fn default() -> Self {
        Self([0; CONTROL])
    }
}

impl Stamps {
    /// Asks the kernel for stamps. Where there are none, such as in some sandboxes, what is
    /// received has none; so that it may be ignored if this fails.
    pub(crate) fn ask(socket: &OwnedFd) {
        let _ = setsockopt(socket, sockopt::ReceiveTimestampns, &true);
    }

    /// Compares the clocks.
    pub(crate) fn compare(&mut self, clock: Clock) {
        let mut least = u64::MAX;
        for _ in 0..READINGS {
            let before = clock.now();
            let wall = nanoseconds(clock_gettime(ClockId::Realtime));
            let apart = clock.now().saturating_sub(before);
            if apart < least {
                least = apart;
                self.ahead = wall.wrapping_sub_unsigned(before + apart / 2);
            }
            if apart <= CLOSE {
                break;
            }
        }
    }

    /// When the bytes received last came in by the monotonic clock, if the kernel told.
    #[inline]
    pub(crate) fn latest(&self) -> Option<u64> {
        self.latest.map(|stamp| u64::try_from(stamp.wrapping_sub(self.ahead)).unwrap_or(0))
    }

    pub(crate) fn forget(&mut self) {
        self.latest = None;
    }

    /// Receives what is there, with its stamp; `None` when nothing is at present, `Some(0)` at the
    /// end. Of several segments it is the stamp of the last.
    #[inline]
    pub(crate) fn receive(
        &mut self,
        socket: &OwnedFd,
        buffer: &mut [u8],
    ) -> Result<Option<usize>, Errno> {
        loop {
            let mut slices = [IoSliceMut::new(buffer)];
            let control = Some(&mut self.control.0[..]);
            let flags = MsgFlags::MSG_DONTWAIT;
            let message = match recvmsg::<()>(socket.as_raw_fd(), &mut slices, control, flags) {
                Ok(message) => message,
                Err(nix::errno::Errno::EINTR) => continue,
                Err(nix::errno::Errno::EAGAIN) => return Ok(None),
                Err(error) => return Err(Errno::from_raw_os_error(error as i32)),
            };
            if message.bytes > 0 {
                let mut controls = message.cmsgs().into_iter().flatten();
                self.latest = controls.find_map(|control| match control {
                    ControlMessageOwned::ScmTimestampns(stamp) => Some(nanoseconds(Timespec {
                        tv_sec: stamp.tv_sec(),
                        tv_nsec: stamp.tv_nsec(),
                    })),
                    _ => None,
                });
            }
            return Ok(Some(message.bytes));
        }
    }
}

fn nanoseconds(time: Timespec) -> i64 {
    time.tv_sec.wrapping_mul(1_000_000_000).wrapping_add(time.tv_nsec)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    /// A connection over loopback whose receiving end is stamped.
    fn pair() -> (TcpStream, OwnedFd) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let far: OwnedFd = listener.accept().unwrap().0.into();
        Stamps::ask(&far);
        (near, far)
    }

    #[test]
    fn stamps_tell_when_bytes_came_not_when_they_are_read() {
        let (mut near, far) = pair();
        let (clock, mut stamps, mut buffer) = (Clock::start(), Stamps::default(), [0; 16]);
        // The kernel begins with stamps a moment after it was asked.
        let patience = clock.now() + 60_000_000_000;
        while stamps.latest().is_none() && clock.now() < patience {
            near.write_all(b"x").unwrap();
            while stamps.receive(&far, &mut buffer).unwrap().is_none() {}
        }
        near.write_all(b"abc").unwrap();
        let written = clock.now();
        while clock.now() < written + 20_000_000 {}
        stamps.forget();
        assert_eq!(stamps.receive(&far, &mut buffer), Ok(Some(3)));
        stamps.compare(clock);
        // On loopback bytes arrive while they are written. Clocks are compared to microseconds;
        // what is allowed here is half of the time that the bytes lay there.
        let stamp = stamps.latest().unwrap();
        assert!(stamp < written + 10_000_000, "{stamp} is too long after {written}");
        assert!(stamp + 1_000_000_000 > written, "{stamp} is too long before {written}");
    }

    #[test]
    fn nothing_and_the_end_are_told_apart() {
        let (near, far) = pair();
        let (mut stamps, mut buffer) = (Stamps::default(), [0; 16]);
        assert_eq!(stamps.receive(&far, &mut buffer), Ok(None));
        drop(near);
        assert_eq!(stamps.receive(&far, &mut buffer), Ok(Some(0)));
        assert_eq!(stamps.latest(), None);
    }
}
