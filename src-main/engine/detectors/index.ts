import { asymmetricCapture } from './capture/asymmetric-capture';
import { beaconSuspected } from './capture/beacon-suspected';
import { broadcastStorm } from './capture/broadcast-storm';
import { captureDrops } from './capture/capture-drops';
import { captureDuplicates } from './capture/capture-duplicates';
import { captureTimeDisorder } from './capture/capture-time-disorder';
import { captureTruncated } from './capture/capture-truncated';
import { clearTextProtocol } from './capture/clear-text-protocol';
import { scanArp } from './capture/scan-arp';
import { scanHost } from './capture/scan-host';
import { scanSyn } from './capture/scan-syn';
import { scanUdp } from './capture/scan-udp';
import { stpTopologyChange } from './capture/stp-topology-change';
import { synFloodSuspected } from './capture/syn-flood-suspected';
import type { Detector } from './detector';
import { dnsFormerrNotimp } from './dns/dns-formerr-notimp';
import { dnsIpv6FirstDelay } from './dns/dns-ipv6-first-delay';
import { dnsLargeFragmented } from './dns/dns-large-fragmented';
import { dnsMismatchedAnswer } from './dns/dns-mismatched-answer';
import { dnsNodata } from './dns/dns-nodata';
import { dnsNxdomain } from './dns/dns-nxdomain';
import { dnsPrivateAnswer } from './dns/dns-private-answer';
import { dnsRefused } from './dns/dns-refused';
import { dnsRetryStorm } from './dns/dns-retry-storm';
import { dnsSearchDomainStorm } from './dns/dns-search-domain-storm';
import { dnsServfail } from './dns/dns-servfail';
import { dnsSlow } from './dns/dns-slow';
import { dnsTcpBlocked } from './dns/dns-tcp-blocked';
import { dnsTimeout } from './dns/dns-timeout';
import { dnsTruncated } from './dns/dns-truncated';
import { httpCleartextCredentials } from './http/http-cleartext-credentials';
import { httpClientError } from './http/http-client-error';
import { httpContentLengthMismatch } from './http/http-content-length-mismatch';
import { httpNoResponse } from './http/http-no-response';
import { httpRedirectLoop } from './http/http-redirect-loop';
import { httpServerError } from './http/http-server-error';
import { httpSlowTtfb } from './http/http-slow-ttfb';
import { httpSmugglingShape } from './http/http-smuggling-shape';
import { checksumBad } from './ip/checksum-bad';
import { icmpEchoUnanswered } from './ip/icmp-echo-unanswered';
import { icmpFragNeeded } from './ip/icmp-frag-needed';
import { icmpRedirect } from './ip/icmp-redirect';
import { icmpTtlExceeded } from './ip/icmp-ttl-exceeded';
import { icmpUnreachable } from './ip/icmp-unreachable';
import { ipFragmentsMissing } from './ip/ip-fragments-missing';
import { ipTtlLow } from './ip/ip-ttl-low';
import { mtuBlackhole } from './ip/mtu-blackhole';
import { offloadDetected } from './ip/offload-detected';
import { routingLoop } from './ip/routing-loop';
import { arpAddressMoved } from './link/arp-address-moved';
import { arpDuplicateIp } from './link/arp-duplicate-ip';
import { arpGratuitousStorm } from './link/arp-gratuitous-storm';
import { arpSpoofingSuspected } from './link/arp-spoofing-suspected';
import { arpStorm } from './link/arp-storm';
import { arpUnanswered } from './link/arp-unanswered';
import { dhcpDecline } from './link/dhcp-decline';
import { dhcpLeaseRenewFailing } from './link/dhcp-lease-renew-failing';
import { dhcpNak } from './link/dhcp-nak';
import { dhcpNoOffer } from './link/dhcp-no-offer';
import { dhcpRogueServer } from './link/dhcp-rogue-server';
import { ipv6DadConflict } from './link/ipv6-dad-conflict';
import { ipv6FallbackDelay } from './link/ipv6-fallback-delay';
import { ipv6MultipleRouters } from './link/ipv6-multiple-routers';
import { ipv6NdFailed } from './link/ipv6-nd-failed';
import { ipv6NoRouter } from './link/ipv6-no-router';
import { ipv6RogueRa } from './link/ipv6-rogue-ra';
import { ntpKod } from './service/ntp-kod';
import { ntpOffset } from './service/ntp-offset';
import { ntpUnanswered } from './service/ntp-unanswered';
import { ntpUnsynchronised } from './service/ntp-unsynchronised';
import { quicBlockedFallback } from './service/quic-blocked-fallback';
import { quicConnectionClose } from './service/quic-connection-close';
import { quicHandshakeFailed } from './service/quic-handshake-failed';
import { quicRetry } from './service/quic-retry';
import { quicVersionNegotiation } from './service/quic-version-negotiation';
import { rtpJitter } from './service/rtp-jitter';
import { rtpLoss } from './service/rtp-loss';
import { udpLoss } from './service/udp-loss';
import { udpOneWay } from './service/udp-one-way';
import { udpStall } from './service/udp-stall';
import { tcpAckedUnseen } from './tcp/tcp-acked-unseen';
import { tcpBufferbloat } from './tcp/tcp-bufferbloat';
import { tcpConnectionRefused } from './tcp/tcp-connection-refused';
import { tcpDataAfterClose } from './tcp/tcp-data-after-close';
import { tcpDelayedAckNagle } from './tcp/tcp-delayed-ack-nagle';
import { tcpDuplicateAcks } from './tcp/tcp-duplicate-acks';
import { tcpFastRetransmission } from './tcp/tcp-fast-retransmission';
import { tcpFinUnanswered } from './tcp/tcp-fin-unanswered';
import { tcpHalfCloseStuck } from './tcp/tcp-half-close-stuck';
import { tcpHalfOpen } from './tcp/tcp-half-open';
import { tcpHandshakeSlow } from './tcp/tcp-handshake-slow';
import { tcpKeepaliveFailing } from './tcp/tcp-keepalive-failing';
import { tcpLowThroughputCause } from './tcp/tcp-low-throughput-cause';
import { tcpMssExceeded } from './tcp/tcp-mss-exceeded';
import { tcpNoWindowScaling } from './tcp/tcp-no-window-scaling';
import { tcpOutOfOrder } from './tcp/tcp-out-of-order';
import { tcpPortReuse } from './tcp/tcp-port-reuse';
import { tcpPreviousSegmentLost } from './tcp/tcp-previous-segment-lost';
import { tcpRefusedIcmp } from './tcp/tcp-refused-icmp';
import { tcpResetMidstream } from './tcp/tcp-reset-midstream';
import { tcpRetransmission } from './tcp/tcp-retransmission';
import { tcpSlowStartStall } from './tcp/tcp-slow-start-stall';
import { tcpSmallMss } from './tcp/tcp-small-mss';
import { tcpSpuriousRetransmission } from './tcp/tcp-spurious-retransmission';
import { tcpSynRetransmission } from './tcp/tcp-syn-retransmission';
import { tcpSynUnanswered } from './tcp/tcp-syn-unanswered';
import { tcpWindowFull } from './tcp/tcp-window-full';
import { tcpZeroWindow } from './tcp/tcp-zero-window';
import { tlsAlert } from './tls/tls-alert';
import { tlsCertChainIncomplete } from './tls/tls-cert-chain-incomplete';
import { tlsCertExpired } from './tls/tls-cert-expired';
import { tlsCertExpiring } from './tls/tls-cert-expiring';
import { tlsCertSelfSigned } from './tls/tls-cert-self-signed';
import { tlsCertWeakKey } from './tls/tls-cert-weak-key';
import { tlsHandshakeFailed } from './tls/tls-handshake-failed';
import { tlsOldVersion } from './tls/tls-old-version';
import { tlsOnPlaintextPort } from './tls/tls-on-plaintext-port';
import { tlsPlaintextOnTlsPort } from './tls/tls-plaintext-on-tls-port';
import { tlsSlowHandshake } from './tls/tls-slow-handshake';
import { tlsSniMismatch } from './tls/tls-sni-mismatch';
import { tlsWeakCipher } from './tls/tls-weak-cipher';

/** Every problem that is looked for. One file each; a test compares the folders with this list. */
export const DETECTORS: readonly Detector[] = [
  tcpAckedUnseen,
  tcpBufferbloat,
  tcpConnectionRefused,
  tcpDataAfterClose,
  tcpDelayedAckNagle,
  tcpDuplicateAcks,
  tcpFastRetransmission,
  tcpFinUnanswered,
  tcpHalfCloseStuck,
  tcpHalfOpen,
  tcpHandshakeSlow,
  tcpKeepaliveFailing,
  tcpLowThroughputCause,
  tcpMssExceeded,
  tcpNoWindowScaling,
  tcpOutOfOrder,
  tcpPortReuse,
  tcpPreviousSegmentLost,
  tcpRefusedIcmp,
  tcpResetMidstream,
  tcpRetransmission,
  tcpSlowStartStall,
  tcpSmallMss,
  tcpSpuriousRetransmission,
  tcpSynRetransmission,
  tcpSynUnanswered,
  tcpWindowFull,
  tcpZeroWindow,
  dnsFormerrNotimp,
  dnsIpv6FirstDelay,
  dnsLargeFragmented,
  dnsMismatchedAnswer,
  dnsNodata,
  dnsNxdomain,
  dnsPrivateAnswer,
  dnsRefused,
  dnsRetryStorm,
  dnsSearchDomainStorm,
  dnsServfail,
  dnsSlow,
  dnsTcpBlocked,
  dnsTimeout,
  dnsTruncated,
  tlsAlert,
  tlsCertChainIncomplete,
  tlsCertExpired,
  tlsCertExpiring,
  tlsCertSelfSigned,
  tlsCertWeakKey,
  tlsHandshakeFailed,
  tlsOldVersion,
  tlsOnPlaintextPort,
  tlsPlaintextOnTlsPort,
  tlsSlowHandshake,
  tlsSniMismatch,
  tlsWeakCipher,
  httpCleartextCredentials,
  httpClientError,
  httpContentLengthMismatch,
  httpNoResponse,
  httpRedirectLoop,
  httpServerError,
  httpSlowTtfb,
  httpSmugglingShape,
  checksumBad,
  icmpEchoUnanswered,
  icmpFragNeeded,
  icmpRedirect,
  icmpTtlExceeded,
  icmpUnreachable,
  ipFragmentsMissing,
  ipTtlLow,
  mtuBlackhole,
  offloadDetected,
  routingLoop,
  arpAddressMoved,
  arpDuplicateIp,
  arpGratuitousStorm,
  arpSpoofingSuspected,
  arpStorm,
  arpUnanswered,
  dhcpDecline,
  dhcpLeaseRenewFailing,
  dhcpNak,
  dhcpNoOffer,
  dhcpRogueServer,
  ipv6DadConflict,
  ipv6FallbackDelay,
  ipv6MultipleRouters,
  ipv6NdFailed,
  ipv6NoRouter,
  ipv6RogueRa,
  ntpKod,
  ntpOffset,
  ntpUnanswered,
  ntpUnsynchronised,
  quicBlockedFallback,
  quicConnectionClose,
  quicHandshakeFailed,
  quicRetry,
  quicVersionNegotiation,
  rtpJitter,
  rtpLoss,
  udpLoss,
  udpOneWay,
  udpStall,
  asymmetricCapture,
  beaconSuspected,
  broadcastStorm,
  captureDrops,
  captureDuplicates,
  captureTimeDisorder,
  captureTruncated,
  clearTextProtocol,
  scanArp,
  scanHost,
  scanSyn,
  scanUdp,
  stpTopologyChange,
  synFloodSuspected,
];
