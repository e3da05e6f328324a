//! The servers' configuration files.

use super::{LabOptions, Ports};

/// What `postfix start` ends in; its checks of the system's own files are of no use here.
pub const POSTFIX_MASTER: &str = "/usr/lib/postfix/sbin/master";

pub fn dovecot(base: &str, ports: Ports, uid: u32, options: LabOptions) -> String {
    let Ports { imap, imaps, .. } = ports;
    let capability = options.imap_capability.map(|c| format!("imap_capability = {c}")).unwrap_or_default();
    format!(
        "protocols = imap lmtp
listen = 127.0.0.1
base_dir = {base}/dovecot/run
state_dir = {base}/dovecot/state
log_path = {base}/dovecot/dovecot.log
instance_name = passerelle-{imap}
default_vsz_limit = 0
ssl = yes
ssl_cert = <{base}/tls/server.pem
ssl_key = <{base}/tls/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Lu
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/dovecot/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {base}/dovecot/users
}}
userdb {{
  driver = passwd-file
  args = username_format=@%d {base}/dovecot/catchall
}}
mail_uid = {uid}
mail_gid = {uid}
first_valid_uid = {uid}
first_valid_gid = {uid}
mail_location = maildir:~/Maildir
mail_fsync = never
recipient_delimiter = +
namespace inbox {{
  inbox = yes
}}
protocol imap {{
  mail_max_userip_connections = 0
  {capability}
}}
protocol lmtp {{
  postmaster_address = postmaster@lycee.test
  hostname = mail.lycee.test
  lmtp_hdr_delivery_address = final
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener {base}/postfix/queue/private/dovecot-lmtp {{
    mode = 0600
    user = postfix
    group = postfix
  }}
}}
service auth {{
  unix_listener {base}/postfix/queue/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service anvil {{
  # No growing delays after failed log-ins.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"
    )
}

pub fn main_cf(base: &str, domains: &[&str], policy: u16, options: LabOptions) -> String {
    let tls = if options.no_starttls { "none" } else { "may" };
    let domains = domains.join(", ");
    format!(
        "compatibility_level = 3.6
queue_directory = {base}/postfix/queue
data_directory = {base}/postfix/data
maillog_file = {base}/postfix/mail.log
maillog_file_prefixes = {base}/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.lycee.test
mydomain = lycee.test
myorigin = lycee.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
notify_classes =
biff = no
append_dot_mydomain = no
recipient_delimiter = +
message_size_limit = 5000000
virtual_mailbox_limit = 0
mailbox_size_limit = 0
virtual_mailbox_domains = {domains}
virtual_mailbox_maps =
virtual_transport = lmtp:unix:private/dovecot-lmtp
relay_domains =
default_transport = error:5.1.2 no such domain here
relay_transport = error:5.1.2 no such domain here
local_transport = error:5.1.2 no local users here
transport_maps = regexp:{base}/postfix/etc/transport
smtpd_reject_unlisted_recipient = no
smtpd_reject_unlisted_sender = no
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:{policy}
smtpd_end_of_data_restrictions = check_policy_service inet:127.0.0.1:{policy}
smtpd_policy_service_default_action = DUNNO
local_header_rewrite_clients =
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_auth_enable = no
smtpd_tls_security_level = may
submission_tls = {tls}
smtpd_tls_cert_file = {base}/tls/server.pem
smtpd_tls_key_file = {base}/tls/server.key
tls_random_source = dev:/dev/urandom
in_flow_delay = 0s
smtpd_error_sleep_time = 0s
smtpd_client_event_limit_exceptions = 127.0.0.0/8
queue_run_delay = 3s
minimal_backoff_time = 3s
maximal_backoff_time = 9s
lmtp_destination_recipient_limit = 1
"
    )
}

pub fn master_cf(ports: Ports) -> String {
    let Ports { mx, submission, smtps, .. } = ports;
    let auth = "  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject\n";
    format!(
        "127.0.0.1:{mx} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=$submission_tls
{auth}127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
{auth}pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp flags=OX
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"
    )
}
