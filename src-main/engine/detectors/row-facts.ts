// What the dissectors found, as detectors see it. Text is safe to show; values of credentials are never there.

export interface DnsFacts {
  /** Number of the flow. */
  readonly stream: number;
  readonly transport: 'udp' | 'tcp';
  readonly proto: 'dns' | 'mdns' | 'llmnr';
  readonly id: number;
  readonly name: string;
  /** null when the name could not be told apart from its record. */
  readonly type: string | null;
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly time: number;
  readonly query_frame: number | null;
  readonly response_frame: number | null;
  readonly rcode: string | null;
  readonly response_ms: number | null;
  readonly repeated: boolean;
  readonly unsolicited: boolean;
  readonly question_differs: boolean;
  readonly truncated: boolean;
  readonly checking_disabled: boolean;
  readonly query_edns_bytes: number | null;
  readonly response_edns_bytes: number | null;
  readonly response_bytes: number | null;
  readonly answers: number | null;
  readonly addresses: readonly string[];
  readonly cnames: readonly string[];
  readonly soa: string | null;
  readonly negative_ttl_s: number | null;
  readonly referral: boolean;
  readonly ede: { readonly code: number; readonly text: string } | null;
  readonly second_answers: readonly {
    readonly frame: number;
    readonly ts: number;
    readonly rcode: string;
    readonly addresses: readonly string[];
    readonly ip_ttl: number | null;
  }[];
  /** TTL of the packet of the answer; null without one, and over TCP. */
  readonly ip_ttl: number | null;
}

export interface HttpFacts {
  /** Number of the flow. */
  readonly stream: number;
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly method: string | null;
  readonly host: string | null;
  readonly path: string | null;
  readonly time: number;
  readonly request_frame: number | null;
  readonly request_end: number | null;
  readonly request_complete: boolean;
  readonly status: number | null;
  readonly response_frame: number | null;
  readonly response_time: number | null;
  readonly response_end: number | null;
  readonly response_complete: boolean;
  readonly ttfb_ms: number | null;
  readonly response_only: boolean;
  readonly content_type: string | null;
  readonly response_length: number | null;
  readonly chunked: boolean;
  readonly retry_after: string | null;
  readonly location: { readonly host: string | null; readonly path: string } | null;
  readonly smuggling_shape: boolean;
  readonly upgrade: string | null;
}

export interface CertificateFacts {
  readonly subject_cn: string | null;
  readonly issuer_cn: string | null;
  readonly self_issued: boolean;
  readonly not_before: number | null;
  readonly not_after: number | null;
  readonly dns_names: readonly string[];
  readonly ip_addresses: readonly string[];
  readonly key_algorithm: string | null;
  readonly key_bits: number | null;
  readonly signature_algorithm: string;
}

export interface TlsAlertFacts {
  readonly frame: number;
  readonly time: number;
  readonly by_client: boolean;
  readonly level: 'warning' | 'fatal';
  readonly code: number;
  readonly description: string;
}

export interface TlsFacts {
  /** Number of the flow. */
  readonly stream: number;
  readonly transport: 'tcp' | 'dtls' | 'quic';
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly time: number;
  readonly client_hello_frame: number | null;
  readonly client_hello_bytes: number | null;
  readonly server_hello_frame: number | null;
  readonly server_hello_ms: number | null;
  readonly sni: string | null;
  readonly ech: boolean;
  readonly suites_offered: number | null;
  readonly versions_offered: readonly string[];
  readonly version: string | null;
  readonly version_number: number | null;
  readonly suite: string | null;
  readonly downgrade: boolean;
  readonly certificate: CertificateFacts | null;
  readonly certificate_frame: number | null;
  readonly certificates: number | null;
  readonly alerts: readonly TlsAlertFacts[];
  /** Sent before the handshake was over, and not to be read. */
  readonly encrypted_alert: { readonly frame: number; readonly time: number; readonly by_client: boolean } | null;
  readonly established_ms: number | null;
  readonly established_frame: number | null;
  readonly clear_text_answer: string | null;
}

export interface CredentialFacts {
  /** Number of the flow. */
  readonly stream: number;
  readonly frame: number;
  readonly time: number;
  readonly protocol: string;
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly name: string;
  readonly scheme: string | null;
  readonly length: number;
}

export interface DhcpFacts {
  readonly frame: number;
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  readonly from_client: boolean;
  /** DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, …; null for BOOTP. */
  readonly type: string | null;
  readonly transaction: number;
  readonly client_mac: string;
  readonly client_ip: string;
  readonly your_ip: string;
  readonly requested_ip: string | null;
  readonly server_id: string | null;
  readonly routers: readonly string[];
  readonly dns_servers: readonly string[];
}

export interface Dhcpv6Facts {
  readonly frame: number;
  readonly time: number;
  readonly type: string;
  readonly transaction: number;
  readonly client_duid: string | null;
  readonly server_duid: string | null;
}

export interface NtpFacts {
  /** Number of the flow. */
  readonly stream: number;
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly time: number;
  readonly request_frame: number | null;
  readonly response_frame: number | null;
  readonly response_ms: number | null;
  readonly leap: number | null;
  readonly stratum: number | null;
  /** Kiss code of stratum 0, name of stratum 1, address above. */
  readonly reference: string | null;
  /** How far the clock of the capture is behind the server's. */
  readonly offset_ms: number | null;
}

export interface QuicFacts {
  /** Number of the flow. */
  readonly stream: number;
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly time: number;
  readonly frame: number;
  readonly version: string;
  readonly client_initials: number;
  readonly first_initial_frames: readonly number[];
  readonly last_initial_time: number;
  readonly server_packets: number;
  readonly server_frame: number | null;
  readonly retry_frames: readonly number[];
  readonly version_negotiation_frames: readonly number[];
  readonly close: { readonly frame: number; readonly by_client: boolean; readonly code: number; readonly reason: string } | null;
  readonly sni: string | null;
}

export interface RtpFacts {
  /** Number of the flow. */
  readonly stream: number;
  readonly source: string;
  readonly source_port: number;
  readonly destination: string;
  readonly destination_port: number;
  readonly ssrc: number;
  readonly payload_type: number;
  readonly first_frame: number;
  readonly last_frame: number;
  readonly time: number;
  readonly last_time: number;
  readonly packets: number;
  /** Repeats make it smaller, even negative. */
  readonly lost: number;
  readonly out_of_order: number;
  /** RFC 3550 section 6.4.1; null when the clock rate is not known. */
  readonly jitter_ms: number | null;
  readonly max_jitter_ms: number | null;
}
