//! The head of a request, less the metadata.

use std::time::Duration;

/// What the head of every request of a test says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head<'a> {
    /// Whether the connection is over TLS.
    pub is_secure: bool,
    /// `:authority`.
    pub authority: &'a str,
    /// `:path`, from [`crate::Method::path`].
    pub path: &'a str,
    /// The time limit of a call, told to the server.
    pub timeout: Option<Duration>,
    /// Whether messages are compressed.
    pub gzip: bool,
    /// The client's name.
    pub user_agent: &'a str,
}

impl Head<'_> {
    /// Names and values in the order in which they are sent.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            (":method", "POST".to_owned()),
            (":scheme", if self.is_secure { "https" } else { "http" }.to_owned()),
            (":path", self.path.to_owned()),
            (":authority", self.authority.to_owned()),
            ("te", "trailers".to_owned()),
        ];
        fields.extend(self.timeout.map(|timeout| ("grpc-timeout", grpc_timeout(timeout))));
        fields.push(("content-type", "application/grpc".to_owned()));
        if self.gzip {
            fields.push(("grpc-encoding", "gzip".to_owned()));
        }
        fields.push(("grpc-accept-encoding", "gzip".to_owned()));
        fields.push(("user-agent", self.user_agent.to_owned()));
        fields
    }
}

/// A time limit as `grpc-timeout` has it: at most eight digits and a unit, rounded up.
pub fn grpc_timeout(timeout: Duration) -> String {
    const MOST: u128 = 99_999_999;
    let nanoseconds = timeout.as_nanos();
    let units = [
        (1, 'n'),
        (1_000, 'u'),
        (1_000_000, 'm'),
        (1_000_000_000, 'S'),
        (60_000_000_000, 'M'),
        (3_600_000_000_000, 'H'),
    ];
    let fitting = units.into_iter().find(|(unit, _)| nanoseconds.div_ceil(*unit) <= MOST);
    match fitting {
        Some((unit, letter)) => format!("{}{letter}", nanoseconds.div_ceil(unit)),
        None => format!("{MOST}H"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_have_the_finest_unit_that_fits() {
        let cases = [
            (Duration::from_nanos(1), "1n"),
            (Duration::from_millis(50), "50000000n"),
            (Duration::from_millis(100), "100000u"),
            (Duration::from_nanos(100_000_001), "100001u"),
            (Duration::from_secs(20), "20000000u"),
            (Duration::from_secs(100), "100000m"),
            (Duration::from_secs(100_000), "100000S"),
            (Duration::from_secs(100_000_000), "1666667M"),
            (Duration::MAX, "99999999H"),
        ];
        for (timeout, expected) in cases {
            assert_eq!(grpc_timeout(timeout), expected);
        }
    }

    #[test]
    fn heads_say_what_is_needed() {
        let head = Head {
            is_secure: false,
            authority: "h:1",
            path: "/p.S/M",
            timeout: Some(Duration::from_secs(20)),
            gzip: true,
            user_agent: "iter8/1",
        };
        let lines = |head: &Head<'_>| {
            let fields = head.fields();
            let lines = fields.iter().map(|(name, value)| format!("{name}: {value}\n"));
            lines.collect::<Vec<_>>().concat()
        };
        expect_test::expect![[r"
            :method: POST
            :scheme: http
            :path: /p.S/M
            :authority: h:1
            te: trailers
            grpc-timeout: 20000000u
            content-type: application/grpc
            grpc-encoding: gzip
            grpc-accept-encoding: gzip
            user-agent: iter8/1
        "]]
        .assert_eq(&lines(&head));
        let plain = Head { is_secure: true, timeout: None, gzip: false, ..head };
        assert!(lines(&plain).contains(":scheme: https"));
        assert!(!lines(&plain).contains("grpc-encoding") && !lines(&plain).contains("timeout"));
    }
}
