//! What the service did, by its own recording.

use iter8_stats::Histogram;

/// Counts and service times since the start.
///
/// A request is counted when its head was read. Its service time, from the head read to the last
/// byte written, is recorded after the last byte was written: a client that asks on another
/// connection may be a few microseconds ahead of the recording. The time spent in a freeze is
/// part of the service time. `/stats`, `/metrics` and `/healthz` are neither counted nor recorded.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Requests understood, apart from `/stats`, `/metrics` and `/healthz`.
    pub requests: u64,
    /// The answers given to them.
    pub answers: Answers,
    /// Requests refused because they were malformed, too long or too slow.
    pub rejected: u64,
    /// Connections served at present.
    pub connections_open: usize,
    /// Connections served so far, those at present included.
    pub connections_accepted: u64,
    /// Connections answered 503 because there were too many.
    pub connections_refused: u64,
    /// Service times in nanoseconds.
    pub service_time: Histogram,
}

/// Numbers of answers by the first digit of their status: 2xx, 3xx, 4xx, 5xx.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers(pub [u64; 4]);

impl Answers {
    /// Those with a status of 400 or more, injected or asked for.
    pub fn errors(self) -> u64 {
        self.0[2] + self.0[3]
    }
}

impl Stats {
    /// The JSON that `/stats` answers, on one line. Times are in microseconds with three
    /// decimals, `null` as long as nothing was recorded.
    pub fn to_json(&self) -> String {
        let times = &self.service_time;
        let us = |nanos: Option<u64>| match nanos {
            Some(nanos) => format!("{}.{:03}", nanos / 1000, nanos % 1000),
            None => "null".to_owned(),
        };
        format!(
            concat!(
                "{{\"requests\":{},\"errors\":{},\"rejected\":{},",
                "\"connections\":{{\"open\":{},\"accepted\":{},\"refused\":{}}},",
                "\"service_time_us\":{{\"count\":{},\"min\":{},\"p50\":{},\"p95\":{},",
                "\"p99\":{},\"max\":{}}}}}\n"
            ),
            self.requests,
            self.answers.errors(),
            self.rejected,
            self.connections_open,
            self.connections_accepted,
            self.connections_refused,
            times.count(),
            us(times.min()),
            us(times.quantile(0.5)),
            us(times.quantile(0.95)),
            us(times.quantile(0.99)),
            us(times.max()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(times: &[u64]) -> Stats {
        let mut service_time = Histogram::new();
        for &time in times {
            service_time.record(time);
        }
        Stats {
            requests: 4,
            answers: Answers([3, 0, 0, 1]),
            rejected: 2,
            connections_open: 3,
            connections_accepted: 5,
            connections_refused: 6,
            service_time,
        }
    }

    #[test]
    fn json_without_and_with_times() {
        assert_eq!(
            stats(&[]).to_json(),
            "{\"requests\":4,\"errors\":1,\"rejected\":2,\
             \"connections\":{\"open\":3,\"accepted\":5,\"refused\":6},\
             \"service_time_us\":{\"count\":0,\"min\":null,\"p50\":null,\"p95\":null,\
             \"p99\":null,\"max\":null}}\n"
        );
        assert!(stats(&[1002; 7]).to_json().ends_with(
            "\"service_time_us\":{\"count\":7,\"min\":1.002,\"p50\":1.002,\"p95\":1.002,\
             \"p99\":1.002,\"max\":1.002}}\n"
        ));
    }

    #[test]
    fn json_is_json() {
        let json: serde_json::Value = serde_json::from_str(&stats(&[5, 70_000]).to_json()).unwrap();
        assert_eq!(json["service_time_us"]["max"], 70.0);
    }
}
