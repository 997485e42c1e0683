//! What templates know of a call besides what they know of requests of any kind.

use iter8_load::SplitMix64;
use iter8_template::calls::{Evaluator, Fields};
use iter8_template::{Value, Zone};

use crate::method::Method;

/// Evaluates templates for the calls of a method, with random choices that follow from the seed.
pub(crate) fn evaluator(method: &Method, name: Option<&str>, zone: Zone, seed: u64) -> Evaluator {
    let mut random = SplitMix64::new(seed);
    Evaluator::new(Fields::new(fields(method), name, zone), move || random.next_u64())
}

/// Fields that are the same in each call.
fn fields(method: &Method) -> Vec<(&'static str, Value)> {
    let method = method.descriptor();
    vec![
        ("FullyQualifiedName", Value::text(method.full_name())),
        ("MethodName", Value::text(method.name())),
        ("ServiceName", Value::text(method.parent_service().name())),
        ("InputName", Value::text(method.input().name())),
        ("OutputName", Value::text(method.output().name())),
        ("IsClientStreaming", Value::Bool(method.is_client_streaming())),
        ("IsServerStreaming", Value::Bool(method.is_server_streaming())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::{HEALTH_CHECK, health};

    #[test]
    fn fields_are_those_of_iter8_0_13() {
        let method = Method::find(&health(), &HEALTH_CHECK.parse().unwrap()).unwrap();
        let shown = fields(&method).into_iter().map(|(name, value)| match value {
            Value::Str(text) => format!("{name}={text}"),
            other => format!("{name}={other:?}"),
        });
        let expected = [
            "FullyQualifiedName=grpc.health.v1.Health.Check",
            "MethodName=Check",
            "ServiceName=Health",
            "InputName=HealthCheckRequest",
            "OutputName=HealthCheckResponse",
            "IsClientStreaming=Bool(false)",
            "IsServerStreaming=Bool(false)",
        ];
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }
}
