//! What templates may not read: names of the network and the program's environment.
//!
//! The functions are known, so that a template which calls one in a branch that is never taken
//! parses and renders as in Go.

use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

/// Functions that are refused.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("env", &[Param::Text], refuse_environment),
    Function::new("expandenv", &[Param::Text], refuse_environment),
    Function::new("getHostByName", &[Param::Text], refuse_network),
];

/// Differs from Iter8 0.13: its templates could read the environment, and with it credentials.
fn refuse_environment(_: &mut Call<'_>) -> Result<Value, Failure> {
    Err("a template may not read the environment: pass the value in".into())
}

/// Differs from Iter8 0.13: its templates could ask name servers.
fn refuse_network(_: &mut Call<'_>) -> Result<Value, Failure> {
    Err("a template may not use the network: pass the address in".into())
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn refusals_say_what_to_do() {
        for (function, what) in [
            ("env", "read the environment: pass the value in"),
            ("expandenv", "read the environment: pass the value in"),
            ("getHostByName", "use the network: pass the address in"),
        ] {
            let message = call(function, &["HOME".into()]).unwrap_err();
            assert_eq!(message, format!("a template may not {what}"));
        }
    }
}
