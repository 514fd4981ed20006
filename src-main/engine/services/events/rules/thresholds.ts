/** Every number a rule decides by. */
export const THRESHOLDS = {
  /** Attempts of one process in so many seconds, and how many times its rate of the rest. */
  burst: { attempts: 50, within_s: 10, times: 5 },
  /** Different hosts one process turned to. */
  fan_out: { hosts: 50, within_s: 60 },
  /** Different ports of one host. */
  port_scan_out: { ports: 20, within_s: 60 },
  /** Different ports of ours that one host tried in vain. */
  port_scan_in: { ports: 20, within_s: 60 },
  /** Contacts of one process with one destination at even times: median deviation of the period at most `jitter` of it. */
  beaconing: { contacts: 6, period_s: 2, jitter: 0.1 },
  /** Attempts at one destination that ended that way, and their share of all at it. */
  refused: { failures: 5, share: 0.5 },
  timed_out: { failures: 3, share: 0.5 },
  unreachable: { failures: 3, share: 0.5 },
  /** Median time to connect to one host. */
  slow_handshakes: { handshakes: 5, median_ms: 300 },
  /** Segments sent again to one host, and their share of the payload. */
  retransmissions: { segments: 20, share: 0.02 },
  /** A destination port and host no process of that name spoke to in the time before, which must be this long. */
  new_destinations: { baseline_s: 600, baseline_attempts: 20 },
} as const;
