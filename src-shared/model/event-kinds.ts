/** What the kernel tells, one name a kind of event; resources/bpf/records.h says when each is made. */
export const EVENT_KINDS = [
  'connect',
  'connected',
  'connect_failed',
  'accepted',
  'closed',
  'drop',
  'retransmit',
  'reset_sent',
  'reset_received',
  'udp_flow',
  'unix_connect',
  'not_sent',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
