//! One call, and what its templates know of it.

use std::any::Any;
use std::cell::RefCell;

use jiff::Timestamp;

use crate::environment::Zone;
use crate::value::{Map, Object, Text, Value};

/// Which call it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Number of the call in the whole test, from 0.
    pub number: u64,
    /// Number of the worker, from 0.
    pub worker: usize,
    /// Number of the connection that it uses, from 0.
    pub connection: usize,
    /// When it begins.
    pub now: Timestamp,
}

/// Fields that change with each call.
const OF_CALL: &[&str] = &[
    "WorkerID",
    "RequestNumber",
    "Timestamp",
    "TimestampUnix",
    "TimestampUnixMilli",
    "TimestampUnixNano",
    "UUID",
];

/// The data of templates: what does not change in the test, and the call under way.
#[derive(Debug)]
pub struct Fields {
    constants: Vec<(&'static str, Value)>,
    /// Comes before the names of workers.
    prefix: String,
    zone: Zone,
    current: RefCell<Current>,
}

#[derive(Debug)]
struct Current {
    call: Call,
    uuid: [u8; 16],
}

impl Fields {
    /// Fields of calls besides these, which are the same in all of them. `name` comes before the
    /// names of workers, and local time is that of the zone.
    pub fn new(constants: Vec<(&'static str, Value)>, name: Option<&str>, zone: Zone) -> Self {
        let prefix = name.map(|name| format!("{name}:")).unwrap_or_default();
        let call = Call { number: 0, worker: 0, connection: 0, now: Timestamp::UNIX_EPOCH };
        let current = RefCell::new(Current { call, uuid: [0; 16] });
        Self { constants, prefix, zone, current }
    }

    pub(super) fn begin(&self, call: Call, uuid: [u8; 16]) {
        *self.current.borrow_mut() = Current { call, uuid };
    }

    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    fn of_call(&self, name: &str) -> Option<Value> {
        let Current { call, uuid } = &*self.current.borrow();
        Some(match name {
            "WorkerID" => {
                Value::text(format!("{}g{}c{}", self.prefix, call.worker, call.connection))
            }
            "RequestNumber" => Value::int64(i64::try_from(call.number).unwrap_or(i64::MAX)),
            "Timestamp" => Value::text(rfc_3339(call.now, &self.zone)),
            "TimestampUnix" => Value::int64(call.now.as_second()),
            "TimestampUnixMilli" => Value::int64(call.now.as_millisecond()),
            "TimestampUnixNano" => {
                Value::int64(i64::try_from(call.now.as_nanosecond()).unwrap_or(i64::MAX))
            }
            "UUID" => Value::text(uuid_text(*uuid)),
            _ => return None,
        })
    }
}

impl Object for Fields {
    fn type_name(&self) -> &'static str {
        "CallData"
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.of_call(name).or_else(|| {
            let constant = self.constants.iter().find(|(other, _)| *other == name);
            constant.map(|(_, value)| value.clone())
        })
    }

    fn print(&self) -> Text {
        Text::from(format!("{:?}", self.current.borrow().call))
    }

    fn plain(&self) -> Value {
        let names = OF_CALL.iter().chain(self.constants.iter().map(|(name, _)| name));
        let fields = names.filter_map(|name| Some((Text::from(*name), self.field(name)?)));
        Value::Map(fields.collect::<Map>())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// As Go prints it: whole seconds, and Z for an offset of zero.
fn rfc_3339(moment: Timestamp, zone: &Zone) -> String {
    let local = moment.to_zoned(zone.clone());
    let date = local.strftime("%Y-%m-%dT%H:%M:%S");
    match local.offset().seconds() {
        0 => format!("{date}Z"),
        _ => format!("{date}{}", local.strftime("%:z")),
    }
}

/// Random bytes as a UUID of version 4 (RFC 9562).
fn uuid_text(bytes: [u8; 16]) -> String {
    let number = u128::from_be_bytes(bytes);
    let number = number & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let mut text = format!("{number:032x}");
    for place in [20, 16, 12, 8] {
        text.insert(place, '-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, zone: &Zone, field: &str) -> Option<String> {
        let constants = vec![("MethodName", Value::text("Check"))];
        let fields =
            Fields::new(constants, Some(name).filter(|name| !name.is_empty()), zone.clone());
        let now = Timestamp::from_nanosecond(1_684_152_000_123_456_789).unwrap();
        fields.begin(Call { number: 7, worker: 2, connection: 1, now }, [0xff; 16]);
        Some(match fields.field(field)? {
            Value::Str(text) => text.to_string(),
            Value::Int(number, kind) => format!("{number} {}", kind.name()),
            Value::Bool(value) => value.to_string(),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn fields_are_those_of_iter8_0_13() {
        let cases = [
            ("WorkerID", "g2c1"),
            ("RequestNumber", "7 int64"),
            ("MethodName", "Check"),
            ("Timestamp", "2023-05-15T12:00:00Z"),
            ("TimestampUnix", "1684152000 int64"),
            ("TimestampUnixMilli", "1684152000123 int64"),
            ("TimestampUnixNano", "1684152000123456789 int64"),
            ("UUID", "ffffffff-ffff-4fff-bfff-ffffffffffff"),
        ];
        for (field, expected) in cases {
            assert_eq!(shown("", &Zone::UTC, field).unwrap(), expected, "{field}");
        }
        assert_eq!(shown("", &Zone::UTC, "Nope"), None);
        assert_eq!(shown("load", &Zone::UTC, "WorkerID").unwrap(), "load:g2c1");
        let zone = Zone::get("Asia/Kolkata").unwrap();
        assert_eq!(shown("", &zone, "Timestamp").unwrap(), "2023-05-15T17:30:00+05:30");
    }
}
