//! How connections come about and go.

use iter8_h2::Connection;
use iter8_load::{Event, Failure};
use iter8_sockets::{Dialing, Link, LinkError};

use super::Pool;
use crate::cause::Cause;
use crate::session::Session;
use crate::slot::Protocol;

impl<P: Protocol> Pool<P> {
    /// Goes on with whatever waits for a connection: dials, or opens streams.
    pub(super) fn serve(&mut self, connection: usize) {
        let session = match self.current[connection] {
            Some(session) if !self.sessions[session].h2.is_closing() => session,
            _ => {
                // The old session carries its last requests and then goes by itself.
                let session = self.spare_session(connection);
                self.current[connection] = Some(session);
                self.dialing.set(connection, self.clock.now());
                let link = &mut self.sessions[session].link;
                let dialing = link.dial(&self.plan.endpoint, &self.poller, &mut self.buffers);
                self.on_dialing(session, dialing);
                return;
            }
        };
        if self.sessions[session].is_open() {
            self.open_streams(session);
        }
    }

    /// A closed session for a connection.
    fn spare_session(&mut self, connection: usize) -> usize {
        let now = self.clock.now();
        let h2 = Connection::new(&self.plan.settings);
        if let Some(session) = self.spare.pop() {
            let old = &mut self.sessions[session];
            (old.h2, old.connection, old.since, old.is_asked) = (h2, connection, now, false);
            return session;
        }
        let session = self.sessions.len();
        let index = u32::try_from(session).expect("there are fewer sessions than ports");
        let further = if self.plan.is_spread { connection } else { 0 };
        let address = self.plan.first_address.wrapping_add(further);
        self.sessions.push(Session {
            link: Link::new(index, address),
            h2,
            connection,
            since: now,
            received: 0,
            unsent: Vec::with_capacity(self.plan.width),
            bytes_in: 0,
            bytes_out: 0,
            is_asked: false,
            is_dirty: false,
        });
        session
    }

    /// Goes on dialling after an event.
    pub(super) fn resume(&mut self, session: usize) {
        let link = &mut self.sessions[session].link;
        let dialing = link.resume(&self.plan.endpoint, &self.poller, &mut self.buffers);
        self.on_dialing(session, dialing);
    }

    fn on_dialing(&mut self, session: usize, dialing: Result<Dialing, LinkError>) {
        match dialing {
            Ok(Dialing::Pending) => {}
            Ok(Dialing::Open) if self.is_spoken(session) => self.on_open(session),
            Ok(Dialing::Open) => self.on_unopened(session, Failure::Protocol, &Cause::NotSpoken),
            Err(error) => {
                self.on_unopened(session, error.connect_failure(), &Cause::Link(error.clone()));
            }
        }
    }

    /// Whether the server has agreed to HTTP/2; without encryption that is taken for granted.
    fn is_spoken(&self, session: usize) -> bool {
        let protocol = self.sessions[session].link.protocol();
        self.plan.endpoint.encryption.is_none() || protocol == Some(b"h2")
    }

    fn on_open(&mut self, session: usize) {
        let Session { connection, since, .. } = self.sessions[session];
        self.dialing.clear(connection);
        let took = self.clock.now().saturating_sub(since);
        if self.waiting[connection].is_empty() {
            self.results.push_back(Event::Opened { connection, nanoseconds: took });
        } else if let Some(&first) = self.waiting[connection].front()
            && let Some(attempt) = &mut self.slots[first].attempt
        {
            // One connection was opened, whatever the number of requests that waited for it.
            attempt.connect = Some(attempt.connect.unwrap_or(0) + took);
        }
        let now = self.clock.now();
        self.watch(session, now);
        self.touch(session);
        self.open_streams(session);
        // The server may have begun together with the handshake, which raises no further event.
        self.on_event(session);
    }

    /// No connection: whatever waits for it has failed.
    fn on_unopened(&mut self, session: usize, failure: Failure, cause: &Cause) {
        let connection = self.sessions[session].connection;
        self.dialing.clear(connection);
        self.retire(session);
        if self.waiting[connection].is_empty() {
            let cause = Some(cause.clone());
            self.results.push_back(Event::NotOpened { connection, cause });
        }
        while let Some(slot) = self.waiting[connection].pop_front() {
            self.fail(slot, failure, cause.clone());
        }
    }

    pub(super) fn on_dial_timeout(&mut self, connection: usize) {
        if let Some(session) = self.current[connection] {
            self.on_unopened(session, Failure::ConnectTimeout, &Cause::ConnectTimeout);
        }
    }

    /// Closes a session that carries nothing any more.
    pub(super) fn retire(&mut self, session: usize) {
        let Session { link, connection, unsent, .. } = &mut self.sessions[session];
        link.close();
        unsent.clear();
        if self.current[*connection] == Some(session) {
            self.current[*connection] = None;
        }
        if !self.spare.contains(&session) {
            self.spare.push(session);
        }
    }
}
