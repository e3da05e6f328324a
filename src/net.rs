//! TCP and TLS, the same for IMAP and SMTP: names, connections without Nagle's delay, rustls with
//! the public authorities and, where one is configured, a private one. Every step has a time limit
//! and an error that says what to do.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// A connection, encrypted or not.
pub trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> Stream for T {}

/// A connection whose kind does not matter any more.
pub type BoxStream = Box<dyn Stream>;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// DNS.
    #[error("the name `{host}` was not found: {text}; check its spelling and this machine's DNS")]
    Name {
        /// The name asked for.
        host: String,
        /// The system's words.
        text: String,
    },
    /// TCP.
    #[error("{server} does not take connections: {text}; check the port, and the firewalls in between")]
    Connect {
        /// host:port
        server: String,
        /// The system's words.
        text: String,
    },
    /// The private authority's file.
    #[error("ca_file {path}: {text}")]
    Ca {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        text: String,
    },
    /// TLS.
    #[error("{server}: no TLS: {text}")]
    Tls {
        /// host:port
        server: String,
        /// What went wrong, and what to do.
        text: String,
    },
    /// A step took too long.
    #[error("{server}: {what}: no answer within {seconds} s")]
    TimeLimit {
        /// host:port
        server: String,
        /// What was waited for.
        what: &'static str,
        /// How long, in seconds.
        seconds: u64,
    },
}

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Name or address, as configured; what its certificate must be valid for.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl Endpoint {
    fn late(&self, what: &'static str, limit: Duration) -> NetError {
        NetError::TimeLimit { server: self.to_string(), what, seconds: limit.as_secs() }
    }

    async fn within<T>(
        &self,
        what: &'static str,
        limit: Duration,
        step: impl Future<Output = Result<T, NetError>>,
    ) -> Result<T, NetError> {
        tokio::time::timeout(limit, step).await.unwrap_or_else(|_| Err(self.late(what, limit)))
    }

    /// The addresses of the host.
    ///
    /// # Errors
    /// [`NetError::Name`], [`NetError::TimeLimit`].
    pub async fn resolve(&self, limit: Duration) -> Result<Vec<SocketAddr>, NetError> {
        let name = |text: String| NetError::Name { host: self.host.clone(), text };
        self.within("DNS", limit, async {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((self.host.as_str(), self.port))
                .await
                .map_err(|e| name(e.to_string()))?
                .collect();
            if found.is_empty() { Err(name("no address".to_owned())) } else { Ok(found) }
        })
        .await
    }

    /// Connects to the first of `addresses` that answers; all of them within `limit`.
    ///
    /// TCP_NODELAY is set: both protocols are dialogues of small writes, and Nagle's algorithm
    /// costs 40 ms at each.
    ///
    /// # Errors
    /// [`NetError::Connect`] with the last address's reason, [`NetError::TimeLimit`].
    pub async fn connect(&self, addresses: &[SocketAddr], limit: Duration) -> Result<TcpStream, NetError> {
        self.within("TCP", limit, async {
            let mut last = "no address".to_owned();
            // Each address has its share of the time, so that a silent first one does not use it up.
            let share = limit / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
            for address in addresses {
                match tokio::time::timeout(share, TcpStream::connect(address)).await {
                    Ok(Ok(tcp)) => {
                        tcp.set_nodelay(true).map_err(|e| self.refused(e.to_string()))?;
                        return Ok(tcp);
                    }
                    Ok(Err(e)) => last = e.to_string(),
                    Err(_) => last = format!("no answer within {} s", share.as_secs()),
                }
            }
            Err(self.refused(last))
        })
        .await
    }

    fn refused(&self, text: String) -> NetError {
        NetError::Connect { server: self.to_string(), text }
    }

    /// TLS over `stream`, the certificate checked for the configured host.
    ///
    /// # Errors
    /// [`NetError::Tls`], [`NetError::TimeLimit`].
    pub async fn tls(
        &self,
        stream: impl Stream + 'static,
        config: Arc<ClientConfig>,
        limit: Duration,
    ) -> Result<BoxStream, NetError> {
        let tls = |text: String| NetError::Tls { server: self.to_string(), text };
        let name = ServerName::try_from(self.host.clone())
            .map_err(|_| tls(format!("`{}` is no name a certificate could bear", self.host)))?;
        self.within("TLS", limit, async {
            let stream = TlsConnector::from(config).connect(name, stream).await.map_err(|e| tls(advice(&e)))?;
            Ok(Box::new(stream) as BoxStream)
        })
        .await
    }
}

/// A TLS failure in words that say what to do.
fn advice(error: &std::io::Error) -> String {
    let inner = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>());
    let hint = match inner {
        Some(rustls::Error::InvalidCertificate(why)) => match why {
            rustls::CertificateError::UnknownIssuer => {
                "; if the school has an authority of its own, name its certificate in ca_file"
            }
            rustls::CertificateError::Expired | rustls::CertificateError::ExpiredContext { .. } => {
                "; the server's certificate must be renewed"
            }
            rustls::CertificateError::NotValidForName | rustls::CertificateError::NotValidForNameContext { .. } => {
                "; use in the url the name that the certificate bears"
            }
            _ => "",
        },
        Some(rustls::Error::InvalidMessage(_)) => "; is this port one for STARTTLS?",
        _ if error.kind() == std::io::ErrorKind::UnexpectedEof => "; is this port one for STARTTLS?",
        _ => "",
    };
    format!("{error}{hint}")
}

/// rustls with ring, the public authorities and those in `ca_file` (PEM).
///
/// # Errors
/// [`NetError::Ca`] where the file cannot be read or holds no certificate.
pub fn tls_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, NetError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        let wrong = |text: String| NetError::Ca { path: path.to_owned(), text };
        let pem = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
        let mut found = 0_usize;
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|e| wrong(format!("not PEM: {e}")))?;
            roots.add(certificate).map_err(|e| wrong(e.to_string()))?;
            found += 1;
        }
        if found == 0 {
            return Err(wrong("no certificate in it (PEM expected)".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| NetError::Tls { server: String::new(), text: e.to_string() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Whether the other end is this very machine, so that nobody listens in between.
pub fn is_loopback(stream: &TcpStream) -> bool {
    stream.peer_addr().is_ok_and(|a| a.ip().to_canonical().is_loopback())
}
