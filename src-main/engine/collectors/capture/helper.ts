import { asNetsondeError, NetsondeError } from '@shared/errors';
import { PCAP_HEADER, PCAP_MAGIC_NANOS, PCAP_RECORD_HEADER } from '@shared/pcap-format';
import { text } from '@shared/text/index';
import { type CapturedPacket, type CaptureStats, capturePackets } from '../../../helper/capture';
import type { Backend } from '../backend';
import { helperOf } from '../helper-session';
import type { CaptureCounters, CaptureEnd, CaptureRequest, RunningCapture } from './capture-source';
import { NO_COUNTERS } from './capture-source';

const NANOS = 1_000_000_000n;
/** Packets are passed on in pieces of this size, or when the helper's frame is over. */
const PIECE = 256 * 1024;

/** libpcap in the helper: the app itself needs no rights. */
export const helperCapture: Backend<CaptureRequest, RunningCapture> = {
  name: 'helper',
  privileged: true,
  platforms: ['linux'],
  isOffered: host => host.helper !== null,
  async collect(host, request) {
    await helperOf(host); // says why there is none
    const place = host.helper?.place();
    const { index, name } = request.interface;
    if (!place || (index === null && name !== 'any')) throw new NetsondeError('unsupported', text('helper.not_started'));
    let counters: CaptureCounters = NO_COUNTERS;
    let delivered = 0;
    return new Promise<RunningCapture[]>((started, refused) => {
      const writer = createWriter(request.onBytes);
      const end = capturePackets(place, {
        ifindex: index ?? 0,
        snaplen: request.snaplen,
        buffer_bytes: request.buffer_bytes,
        promiscuous: false,
        filter: request.filter,
        onControl: request.onControl,
        until({ link_type, snaplen }) {
          writer.begin(link_type, snaplen);
          started([{ end }]);
          return new Promise(resolve => {
            if (request.stop.aborted) resolve();
            else request.stop.addEventListener('abort', () => resolve(), { once: true });
          });
        },
        onPacket(packet) {
          delivered++;
          writer.add(packet);
        },
        onFrameEnd: () => writer.flush(),
        onStats(stats) {
          counters = countersOf(stats, delivered);
          request.onCounters(counters);
        },
      }).then(
        (stats): CaptureEnd => ({ why: 'stopped', counters: countersOf(stats, delivered) }),
        (thrown: unknown): CaptureEnd => {
          refused(thrown); // without effect once it has begun
          const error = asNetsondeError(thrown);
          return { why: whyOf(error), counters, problem: error.message };
        },
      );
    });
  },
};

/** On the loopback interface libpcap counts what it leaves out, the outgoing copy of each packet: delivered ones are counted here. */
function countersOf(stats: CaptureStats, delivered: number): CaptureCounters {
  return { ...stats, received: delivered + stats.dropped_by_kernel };
}

function whyOf({ code, message }: NetsondeError): 'interface_removed' | 'helper_lost' | 'failed' {
  if (code === 'helper_lost') return 'helper_lost';
  return /disappeared|No such device|went down|not up|removed/i.test(message) ? 'interface_removed' : 'failed';
}

/** Puts packets into the form of a pcap file with nanoseconds. */
function createWriter(onBytes: (bytes: Uint8Array) => void): {
  begin(linkType: number, snaplen: number): void;
  add(packet: CapturedPacket): void;
  flush(): void;
} {
  const piece = Buffer.alloc(PIECE + 66_000);
  let filled = 0;
  const flush = (): void => {
    if (filled > 0) onBytes(piece.subarray(0, filled));
    filled = 0;
  };
  return {
    begin(linkType, snaplen) {
      const header = Buffer.alloc(PCAP_HEADER);
      header.writeUInt32LE(PCAP_MAGIC_NANOS, 0);
      header.writeUInt16LE(2, 4);
      header.writeUInt16LE(4, 6);
      header.writeUInt32LE(snaplen, 16);
      header.writeUInt32LE(linkType, 20);
      onBytes(header);
    },
    add({ at_ns, length, bytes }) {
      if (filled + PCAP_RECORD_HEADER + bytes.length > piece.length || filled > PIECE) flush();
      piece.writeUInt32LE(Number(at_ns / NANOS), filled);
      piece.writeUInt32LE(Number(at_ns % NANOS), filled + 4);
      piece.writeUInt32LE(bytes.length, filled + 8);
      piece.writeUInt32LE(length, filled + 12);
      bytes.copy(piece, filled + PCAP_RECORD_HEADER);
      filled += PCAP_RECORD_HEADER + bytes.length;
    },
    flush,
  };
}
