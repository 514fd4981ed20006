import { defineDetector } from '../detector';
import { plural } from '../words';

const MIN_MTU = { 4: 576, 6: 1280 } as const;
const IGNORED = 3;

/** A router says that packets are too big: normal once, a problem when the sender does not listen. */
export const icmpFragNeeded = defineDetector({
  id: 'icmp-frag-needed',
  severity: 'info',
  references: ['RFC 1191', 'RFC 8201'],
  needs: ['icmp'],
  detect({ icmpErrors, flow: flowOf }) {
    const errors = icmpErrors.filter(({ mtu, quote }) => mtu !== null && quote !== null);
    const groups = Map.groupBy(errors, ({ reporter, quote }) => `${reporter} ${quote?.src} ${quote?.dst}`);
    return [...groups].flatMap(([about, same]) => {
      const [first] = same;
      const last = same.at(-1);
      if (!first?.quote || !last || first.mtu === null) return [];
      const { family, mtu, reporter, quote } = first;
      const isTooSmall = mtu < (family === 6 ? MIN_MTU[6] : MIN_MTU[4]);
      // Told again long after the first time: it did not listen.
      const again = same.filter(error => error.ts - first.ts > 1 && (error.quote?.length ?? 0) > mtu).length;
      const flow = first.flow === null ? undefined : flowOf(first.flow);
      return {
        about,
        flow: same.every(error => error.flow === first.flow) ? flow : undefined,
        source: quote.src,
        count: same.length,
        severity: isTooSmall || again >= IGNORED ? ('warning' as const) : ('info' as const),
        evidence: same.slice(0, 10).map(({ frame, ts, quote: inner, mtu: told }) => ({
          packet: frame,
          ts,
          role: 'icmp',
          fields: { mtu: told, quoted_length: inner?.length },
        })),
        metrics: {
          reporter,
          sender: quote.src,
          target: quote.dst,
          mtu,
          packet_bytes: quote.length,
          times: same.length,
          ignored: again,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Packets too big for the path',
      summary: ({ reporter, sender, target, mtu, packet_bytes, ignored }) =>
        `${reporter} told ${sender} that packets to ${target} may have ${mtu} bytes (one had ${packet_bytes})${ignored > 0 ? `, and ${plural(ignored, 'packet')} later were still too big` : ''}.`,
      advice: ({ mtu, ignored }) => [
        ignored > 0 || mtu < 576
          ? 'The sender does not listen, or the number makes no sense: clamp the MSS on the router, or set the MTU of the interface.'
          : 'Path MTU discovery works; nothing to do.',
      ],
    },
    'zh-CN': {
      title: '数据包对路径而言过大',
      summary: ({ reporter, sender, target, mtu, packet_bytes, ignored }) =>
        `${reporter} 告知 ${sender}：到 ${target} 的数据包最大 ${mtu} 字节（实际 ${packet_bytes}）${ignored > 0 ? `，之后仍有 ${ignored} 个数据包过大` : ''}。`,
      advice: ({ mtu, ignored }) => [
        ignored > 0 || mtu < 576
          ? '发送方未遵从，或该数值不合理：在路由器上钳制 MSS，或设置接口 MTU。'
          : '路径 MTU 发现工作正常，无需处理。',
      ],
    },
  },
});
