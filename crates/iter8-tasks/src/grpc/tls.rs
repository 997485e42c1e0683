//! Certificates from files.

use std::path::Path;

use iter8_load_grpc::settings::Tls as Named;
use iter8_model::task::InputError;
use iter8_tls::{Identity, Tls};

use crate::access;

/// Reads the files that the inputs name.
pub(super) fn read(named: Option<&Named>, path: &str) -> Result<Tls, InputError> {
    let Some(named) = named else { return Ok(Tls::default()) };
    let file =
        |file: &Path, name: &str| access::read(&file.to_string_lossy(), &format!("{path}.{name}"));
    let ca = named.ca_file.as_deref().map(|ca| file(ca, "cacert")).transpose()?;
    let identity = named.identity.as_ref().map(|identity| {
        let key = file(&identity.key_file, "key")?;
        Ok(Identity {
            certificates: file(&identity.cert_file, "cert")?,
            key: String::from_utf8_lossy(&key).into_owned().into(),
        })
    });
    Ok(Tls {
        ca,
        identity: identity.transpose()?,
        server_name: named.server_name.clone(),
        skip_verify: named.skip_verify,
    })
}
