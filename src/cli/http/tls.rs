//! TLS of the server, from PEM files.
use mediarec::error::{Error, Result};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Reads certificate chain and private key.
///
/// # Errors
/// `NotReadable` if one cannot be read; `Type` if they do not fit.
pub fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| unreadable("certificate", certificate, &error))?;
    let private =
        PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable("private key", key, &error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
    let mut config = config.map_err(|error| Error::Type {
        message: format!(
            "{} and {} cannot be used for TLS: {error}",
            certificate.display(),
            key.display()
        ),
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unreadable(what: &str, path: &Path, error: &dyn Display) -> Error {
    Error::NotReadable {
        message: format!("the {what} cannot be read from {}: {error}", path.display()),
        source: None,
    }
}
