//! How a connection comes about: one address after the other, without waiting.

use iter8_load::Failure;
use rustix::io::Errno;

use super::{Cause, Connection, Context, Phase, Step};
use crate::socket::{Peer, connected};

impl Connection {
    pub(super) fn connect(&mut self, ctx: &mut Context<'_>, tried: usize) -> Step {
        self.close();
        let Some(peers) = ctx.transport.peers(self.hop.as_deref()) else {
            return self.fail(ctx, Failure::Redirect, Cause::Redirect);
        };
        let since = ctx.clock.now();
        for tried in tried..peers.len() {
            match self.connect_to(ctx, &peers[(self.address + tried) % peers.len()]) {
                Ok(is_connected) => {
                    self.phase = Phase::Connecting { since, tried };
                    return if is_connected {
                        self.on_connected(ctx, since)
                    } else {
                        Step::Pending
                    };
                }
                Err(error) if tried + 1 == peers.len() => return self.fail_connect(ctx, error),
                Err(_) => {}
            }
        }
        self.fail_connect(ctx, Errno::ADDRNOTAVAIL)
    }

    fn connect_to(&mut self, ctx: &Context<'_>, peer: &Peer) -> Result<bool, Errno> {
        let connecting = peer.connect()?;
        let watched = ctx.poller.watch(&connecting.socket, self.token());
        watched.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
        self.socket = Some(connecting.socket);
        Ok(connecting.is_connected)
    }

    pub(super) fn on_connecting(
        &mut self,
        ctx: &mut Context<'_>,
        since: u64,
        tried: usize,
    ) -> Step {
        let Some(socket) = &self.socket else {
            return Step::Pending;
        };
        match connected(socket) {
            Ok(()) => {
                // From now on begin with the address that answered.
                self.address = self.address.wrapping_add(tried);
                self.on_connected(ctx, since)
            }
            Err(error) => {
                let others = ctx.transport.peers(self.hop.as_deref());
                if others.is_some_and(|peers| tried + 1 < peers.len()) {
                    self.connect(ctx, tried + 1)
                } else {
                    self.fail_connect(ctx, error)
                }
            }
        }
    }

    fn on_connected(&mut self, ctx: &mut Context<'_>, since: u64) -> Step {
        let now = ctx.clock.now();
        let took = now.saturating_sub(since);
        self.free = now;
        self.phase = Phase::Idle;
        let Some(request) = &mut self.request else {
            return Step::Opened(took);
        };
        request.connect = Some(request.connect.unwrap_or(0) + took);
        self.send(ctx)
    }

    fn fail_connect(&mut self, ctx: &mut Context<'_>, error: Errno) -> Step {
        let failure = match error {
            Errno::CONNREFUSED => Failure::ConnectRefused,
            Errno::TIMEDOUT => Failure::ConnectTimeout,
            _ => Failure::ConnectOther,
        };
        self.fail(ctx, failure, Cause::Io(error))
    }
}
