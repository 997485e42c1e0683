//! gRPC load tests, all but the network.
