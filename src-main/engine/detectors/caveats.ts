import type { Language } from '@shared/text/index';
import type { Confidence } from './detector';

/** What speaks against a finding, in words, and how sure it may still be. */
const CAVEATS = {
  capture_drops: {
    at_most: 'low',
    en: 'The capture itself lost packets: what looks lost may only not have been captured.',
    'zh-CN': '抓包自身丢失了数据包：看似丢失的数据可能只是没有被抓到。',
  },
  capture_duplicates: {
    at_most: 'medium',
    en: 'The capture holds packets twice: a copy may look like a retransmission.',
    'zh-CN': '抓包中有重复的数据包：副本可能看起来像重传。',
  },
  time_disorder: {
    at_most: 'medium',
    en: 'Time stamps of the capture go backwards: delays and order are doubtful.',
    'zh-CN': '抓包的时间戳有倒退：时延和顺序不可靠。',
  },
  offload: {
    at_most: 'medium',
    en: 'The network card joins or splits segments: counts are those of larger segments.',
    'zh-CN': '网卡合并或拆分了报文段：计数以合并后的大段为准。',
  },
  one_direction: {
    at_most: 'low',
    en: 'Only one direction of the traffic is in the capture.',
    'zh-CN': '抓包中只有一个方向的流量。',
  },
  no_handshake: {
    at_most: 'medium',
    en: 'The beginning of the connection is not in the capture: who is the client is a guess.',
    'zh-CN': '抓包中没有连接的开头：客户端一方是推测的。',
  },
  truncated: {
    at_most: 'medium',
    en: 'Packets were cut by the snap length.',
    'zh-CN': '数据包被抓包长度截断。',
  },
  switched: {
    at_most: 'low',
    en: 'On a switched port answers to other machines are not seen.',
    'zh-CN': '在交换端口上看不到发给其他机器的应答。',
  },
  port_filter: {
    at_most: 'low',
    en: 'The capture filter names ports: fragments without ports did not pass it.',
    'zh-CN': '抓包过滤器指定了端口：不带端口的分片未通过过滤。',
  },
  expected: {
    at_most: 'high',
    en: 'This is usual for such names.',
    'zh-CN': '对这类名称而言这是正常现象。',
  },
  near_receiver: {
    at_most: 'medium',
    en: 'Captured far from the sender: quick retransmissions look like slow ones here.',
    'zh-CN': '抓包点离发送方较远：快速重传在这里看起来像普通重传。',
  },
  delayed_acks: {
    at_most: 'medium',
    en: 'Power saving of Wi-Fi and delayed ACKs also lengthen round trips.',
    'zh-CN': 'Wi-Fi 省电和延迟确认也会拉长往返时间。',
  },
  late_start: {
    at_most: 'medium',
    en: 'The query may have been sent before the capture began.',
    'zh-CN': '查询可能在抓包开始之前已发出。',
  },
  many_reasons: {
    at_most: 'medium',
    en: 'Proxies, hypervisors and failover do this on purpose too.',
    'zh-CN': '代理、虚拟化平台和故障切换也会有意这样做。',
  },
  own_tool: {
    at_most: 'high',
    en: 'It comes from the capturing machine: a tool of your own may run.',
    'zh-CN': '来自抓包的机器自身：可能是您自己运行的工具。',
  },
  sampled: {
    at_most: 'high',
    en: 'Verified on a sample of the packets.',
    'zh-CN': '仅对部分数据包做了校验。',
  },
  clock_here: {
    at_most: 'medium',
    en: "True only if the capture was made on the client itself, with the client's clock.",
    'zh-CN': '仅当在客户端本机、以其时钟抓包时成立。',
  },
  last_byte: {
    at_most: 'medium',
    en: 'A retransmission of the last byte looks the same.',
    'zh-CN': '最后一个字节的重传看起来相同。',
  },
  self_made: {
    at_most: 'medium',
    en: 'Some servers end every connection so, to be done sooner.',
    'zh-CN': '有些服务器会有意以此方式更快地结束连接。',
  },
  not_all_frames: {
    at_most: 'medium',
    en: 'Silence of one side may be deliberate: a half-closed connection can still be used.',
    'zh-CN': '一方的静默可能是有意的：半关闭的连接仍可使用。',
  },
} as const satisfies Record<string, { at_most: Confidence; en: string; 'zh-CN': string }>;

export type CaveatId = keyof typeof CAVEATS;

export function caveatText(id: CaveatId, language: Language): string {
  return CAVEATS[id][language];
}

const ORDER = { high: 2, medium: 1, low: 0 };

/** The confidence that is left when these speak against it. */
export function confidenceWith(confidence: Confidence, caveats: readonly CaveatId[]): Confidence {
  return caveats.reduce<Confidence>(
    (left, id) => (ORDER[CAVEATS[id].at_most] < ORDER[left] ? CAVEATS[id].at_most : left),
    confidence,
  );
}
