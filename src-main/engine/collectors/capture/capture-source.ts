/** Counters of what captures, as libpcap has them; null where it does not say. */
export interface CaptureCounters {
  /** Packets that passed the filter. */
  received: number | null;
  dropped_by_kernel: number | null;
  dropped_by_interface: number | null;
}

export interface CaptureRequest {
  /** Checked by the service: in the list of the host's interfaces, or `any`. */
  interface: { name: string; index: number | null };
  /** pcap-filter(7), compiled before it comes here; '' takes everything. */
  filter: string;
  /** Bytes kept of a packet. */
  snaplen: number;
  /** Of the kernel's ring. */
  buffer_bytes: number;
  /** The bytes of a pcap file as they come, header first; only valid during the call. */
  onBytes: (bytes: Uint8Array) => void;
  /** Counters so far; not every source tells them before the end. */
  onCounters: (counters: CaptureCounters) => void;
  /** How to make it wait: what reads is behind, and the kernel's ring is to fill. Told before the first bytes. */
  onControl: (control: { pause(): void; resume(): void }) => void;
  /** Ends the capture; what is still in the ring is delivered first. */
  stop: AbortSignal;
}

/** Why a capture ended that nobody stopped. */
export type CaptureEnd =
  | { why: 'stopped'; counters: CaptureCounters }
  | { why: 'interface_removed' | 'helper_lost' | 'ssh_lost' | 'failed'; counters: CaptureCounters; problem: string };

/** A capture that has begun. */
export interface RunningCapture {
  end: Promise<CaptureEnd>;
}

export const NO_COUNTERS: CaptureCounters = { received: null, dropped_by_kernel: null, dropped_by_interface: null };
