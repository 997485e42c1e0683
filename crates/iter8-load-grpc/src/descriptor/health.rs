//! The health service, which a test can call without any description of it.

use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    FileDescriptorProto, MethodDescriptorProto, ServiceDescriptorProto,
};

/// The call that asks a server for its health.
pub const HEALTH_CHECK: &str = "grpc.health.v1.Health/Check";

const PACKAGE: &str = "grpc.health.v1";

/// The descriptors of the gRPC Health Checking Protocol, version 1.
pub fn health() -> DescriptorPool {
    let mut pool = DescriptorPool::new();
    pool.add_file_descriptor_proto(file()).expect("the file is complete, as a test shows");
    pool
}

fn file() -> FileDescriptorProto {
    FileDescriptorProto {
        name: Some("grpc/health/v1/health.proto".to_owned()),
        package: Some(PACKAGE.to_owned()),
        syntax: Some("proto3".to_owned()),
        message_type: vec![
            message("HealthCheckRequest", field("service", Type::String)),
            DescriptorProto {
                enum_type: vec![serving_status()],
                ..message("HealthCheckResponse", field("status", Type::Enum))
            },
        ],
        service: vec![ServiceDescriptorProto {
            name: Some("Health".to_owned()),
            method: vec![method("Check", false), method("Watch", true)],
            options: None,
        }],
        ..FileDescriptorProto::default()
    }
}

fn message(name: &str, field: FieldDescriptorProto) -> DescriptorProto {
    let name = Some(name.to_owned());
    DescriptorProto { name, field: vec![field], ..DescriptorProto::default() }
}

fn field(name: &str, kind: Type) -> FieldDescriptorProto {
    let of = (kind == Type::Enum).then(|| format!(".{PACKAGE}.HealthCheckResponse.ServingStatus"));
    FieldDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(1),
        label: Some(Label::Optional.into()),
        r#type: Some(kind.into()),
        type_name: of,
        ..FieldDescriptorProto::default()
    }
}

fn serving_status() -> EnumDescriptorProto {
    let names = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
    let values = (0..).zip(names).map(|(number, name)| EnumValueDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(number),
        options: None,
    });
    EnumDescriptorProto {
        name: Some("ServingStatus".to_owned()),
        value: values.collect(),
        ..EnumDescriptorProto::default()
    }
}

fn method(name: &str, streams: bool) -> MethodDescriptorProto {
    MethodDescriptorProto {
        name: Some(name.to_owned()),
        input_type: Some(format!(".{PACKAGE}.HealthCheckRequest")),
        output_type: Some(format!(".{PACKAGE}.HealthCheckResponse")),
        server_streaming: Some(streams),
        ..MethodDescriptorProto::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Method, Streaming};

    #[test]
    fn both_methods_are_there() {
        let check = Method::find(&health(), &HEALTH_CHECK.parse().unwrap()).unwrap();
        assert_eq!(check.path(), "/grpc.health.v1.Health/Check");
        assert_eq!(check.streaming(), Streaming::Unary);
        let watch = "grpc.health.v1.Health.Watch".parse().unwrap();
        assert_eq!(Method::find(&health(), &watch).unwrap().streaming(), Streaming::Server);
    }
}
