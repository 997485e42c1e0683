//! How a connection comes about, without waiting.

use iter8_load::Failure;
use iter8_sockets::{Dialing, LinkError};

use super::{Cause, Connection, Context, Phase, Step};

impl Connection {
    pub(super) fn connect(&mut self, ctx: &mut Context<'_>) -> Step {
        self.close();
        let Some(endpoint) = ctx.transport.endpoint(self.hop.as_deref()) else {
            return self.fail(ctx, Failure::Redirect, Cause::Redirect);
        };
        self.phase = Phase::Connecting { since: ctx.clock.now() };
        let dialing = self.link.dial(&endpoint, ctx.poller, ctx.buffers);
        self.on_dialing(ctx, dialing)
    }

    pub(super) fn on_connecting(&mut self, ctx: &mut Context<'_>) -> Step {
        let Some(endpoint) = ctx.transport.endpoint(self.hop.as_deref()) else {
            return self.fail(ctx, Failure::Redirect, Cause::Redirect);
        };
        let dialing = self.link.resume(&endpoint, ctx.poller, ctx.buffers);
        self.on_dialing(ctx, dialing)
    }

    fn on_dialing(&mut self, ctx: &mut Context<'_>, dialing: Result<Dialing, LinkError>) -> Step {
        match dialing {
            Ok(Dialing::Pending) => Step::Pending,
            Ok(Dialing::Open) => self.on_connected(ctx),
            Err(error) => self.fail_connect(ctx, error),
        }
    }

    fn on_connected(&mut self, ctx: &mut Context<'_>) -> Step {
        let now = ctx.clock.now();
        let took = match self.phase {
            Phase::Connecting { since } => now.saturating_sub(since),
            _ => 0,
        };
        self.free = now;
        self.phase = Phase::Idle;
        let Some(request) = &mut self.request else {
            return Step::Opened(took);
        };
        request.connect = Some(request.connect.unwrap_or(0) + took);
        self.send(ctx)
    }

    fn fail_connect(&mut self, ctx: &mut Context<'_>, error: LinkError) -> Step {
        let failure = error.connect_failure();
        self.fail(ctx, failure, Cause::Link(error))
    }
}
