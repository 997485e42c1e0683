//! Time limits of connections, all of the same length.

/// No connection.
const NONE: u32 = u32::MAX;

/// A queue of deadlines, one for each connection at most.
///
/// With one limit for all, deadlines expire in the order in which they were set; a doubly linked
/// list through a fixed array then does everything in constant time and never allocates.
#[derive(Debug)]
pub struct Deadlines {
    limit: u64,
    links: Box<[Link]>,
    first: u32,
    last: u32,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    deadline: u64,
    before: u32,
    after: u32,
    is_set: bool,
}

impl Deadlines {
    /// No deadline for any of `connections`; each will be `limit` nanoseconds long.
    pub fn new(connections: usize, limit: u64) -> Self {
        let unset = Link { deadline: 0, before: NONE, after: NONE, is_set: false };
        let links = vec![unset; connections].into_boxed_slice();
        Self { limit, links, first: NONE, last: NONE }
    }

    /// Sets the deadline of a connection, `limit` from now on. `now` must not decrease from call
    /// to call.
    pub fn set(&mut self, connection: usize, now: u64) {
        self.clear(connection);
        let index = narrow(connection);
        let deadline = now.saturating_add(self.limit);
        self.links[connection] = Link { deadline, before: self.last, after: NONE, is_set: true };
        match self.last {
            NONE => self.first = index,
            last => self.links[last as usize].after = index,
        }
        self.last = index;
    }

    /// Takes the deadline of a connection away, if it has one.
    pub fn clear(&mut self, connection: usize) {
        let Link { before, after, is_set, .. } = self.links[connection];
        if !is_set {
            return;
        }
        self.links[connection].is_set = false;
        match before {
            NONE => self.first = after,
            before => self.links[before as usize].after = after,
        }
        match after {
            NONE => self.last = before,
            after => self.links[after as usize].before = before,
        }
    }

    /// The earliest deadline.
    pub fn earliest(&self) -> Option<u64> {
        self.links.get(self.first as usize).map(|link| link.deadline)
    }

    /// Takes one connection whose deadline is over.
    pub fn pop_expired(&mut self, now: u64) -> Option<usize> {
        self.earliest().filter(|&deadline| deadline <= now)?;
        let connection = self.first as usize;
        self.clear(connection);
        Some(connection)
    }
}

fn narrow(connection: usize) -> u32 {
    u32::try_from(connection).expect("a plan has at most 65,535 connections")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn deadlines_expire_in_order() {
        let mut deadlines = Deadlines::new(3, 10);
        assert_eq!(deadlines.earliest(), None);
        deadlines.set(2, 0);
        deadlines.set(0, 5);
        deadlines.set(1, 6);
        deadlines.set(2, 7);
        deadlines.clear(0);
        assert_eq!(deadlines.earliest(), Some(16));
        assert_eq!(deadlines.pop_expired(15), None);
        assert_eq!(deadlines.pop_expired(99), Some(1));
        assert_eq!(deadlines.pop_expired(99), Some(2));
        assert_eq!(deadlines.pop_expired(99), None);
    }

    proptest! {
        #[test]
        fn list_is_what_a_sorted_map_would_be(
            steps in prop::collection::vec((0..8usize, 0..3u8, 0..5u64), 0..200),
        ) {
            let mut deadlines = Deadlines::new(8, 20);
            let mut model: Vec<(u64, usize)> = Vec::new();
            let mut now = 0;
            for (connection, action, passed) in steps {
                now += passed;
                match action {
                    0 => {
                        model.retain(|&(_, other)| other != connection);
                        model.push((now + 20, connection));
                        deadlines.set(connection, now);
                    }
                    1 => {
                        model.retain(|&(_, other)| other != connection);
                        deadlines.clear(connection);
                    }
                    _ => {
                        let due = model.first().is_some_and(|&(deadline, _)| deadline <= now);
                        let expected = due.then(|| model.remove(0).1);
                        prop_assert_eq!(deadlines.pop_expired(now), expected);
                    }
                }
                prop_assert_eq!(deadlines.earliest(), model.first().map(|&(at, _)| at));
            }
        }
    }
}
