import { defineDetector } from '../detector';
import type { ChecksumFacts } from '../packet-facts';
import { plural } from '../words';

/** The largest TCP payload of an Ethernet frame. */
const ETHERNET_PAYLOAD = 1460;
const MIN_BAD = 3;

/** Segments larger than any frame, checksums not filled in: captured before the network card did its part. */
export const offloadDetected = defineDetector({
  id: 'offload-detected',
  severity: 'info',
  references: ['ethtool(8)'],
  needs: ['ip'],
  detect({ signs, checksums, startTs, endTs }) {
    const large = signs.large.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { maxLength, maxLengthFrame } = flow.sides[from];
        const mss = flow.sides[from === 0 ? 1 : 0].mss ?? ETHERNET_PAYLOAD;
        return maxLength > mss && maxLength > ETHERNET_PAYLOAD ? [{ frame: maxLengthFrame, length: maxLength }] : [];
      }),
    );
    const unfilled = checksums.sources.filter(isOffloaded);
    if (large.length + unfilled.length === 0) return [];
    return [
      {
        count: large.length + unfilled.length,
        firstTs: startTs,
        lastTs: endTs,
        evidence: [
          ...large.slice(0, 6).map(({ frame, length }) => ({
            packet: frame,
            ts: Number.NaN,
            role: 'large_segment',
            fields: { 'tcp.len': length },
          })),
          ...unfilled
            .flatMap(({ frames }) => frames.slice(0, 2).map(packet => ({ packet, ts: Number.NaN, role: 'partial_checksum' })))
            .slice(0, 6),
        ],
        metrics: {
          directions_with_large_segments: large.length,
          largest_segment_bytes: large.reduce((most, { length }) => Math.max(most, length), 0),
          addresses_with_partial_checksums: unfilled.length,
        },
      },
    ];
  },
  text: {
    en: {
      title: 'Captured with offload',
      summary: ({ directions_with_large_segments, largest_segment_bytes, addresses_with_partial_checksums }) =>
        [
          directions_with_large_segments > 0 && `Segments of up to ${largest_segment_bytes} bytes are larger than any frame`,
          addresses_with_partial_checksums > 0 &&
            `${plural(addresses_with_partial_checksums, 'address', 'addresses')} left checksums to the network card`,
        ]
          .filter(Boolean)
          .join('; ')
          .concat('.'),
      advice: () => [
        'Counts and rates of segments are those of the larger ones. For exact captures: ethtool -K INTERFACE gro off gso off tso off.',
      ],
    },
    'zh-CN': {
      title: '抓包时启用了网卡卸载',
      summary: ({ directions_with_large_segments, largest_segment_bytes, addresses_with_partial_checksums }) =>
        [
          directions_with_large_segments > 0 && `最大 ${largest_segment_bytes} 字节的报文段超过任何帧`,
          addresses_with_partial_checksums > 0 && `${addresses_with_partial_checksums} 个地址的校验和留给网卡计算`,
        ]
          .filter(Boolean)
          .join('；')
          .concat('。'),
      advice: () => ['段的计数和比率以合并后的大段为准。需要精确抓包时：ethtool -K 接口 gro off gso off tso off。'],
    },
  },
});

/** Checksums of this source are filled in after the capture: sums of the pseudo header alone, or wrong in most packets. */
export function isOffloaded({ checked, bad, partial }: ChecksumFacts): boolean {
  return (partial > 0 && partial * 2 >= bad) || (bad >= MIN_BAD && bad * 2 >= checked);
}
