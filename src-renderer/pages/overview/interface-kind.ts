import type { Translate, UiKey } from '../../i18n';

/** The kinds that have a word of their own; of the others the kernel's name is shown. */
const NAMED = new Map<string, UiKey>([
  ['ethernet', 'interface.kind.ethernet'],
  ['wifi', 'interface.kind.wifi'],
  ['loopback', 'interface.kind.loopback'],
  ['bridge', 'interface.kind.bridge'],
  ['bond', 'interface.kind.bond'],
  ['tun', 'interface.kind.tun'],
  ['veth', 'interface.kind.veth'],
  ['dummy', 'interface.kind.dummy'],
  ['ppp', 'interface.kind.ppp'],
  ['unknown', 'interface.kind.unknown'],
]);

export function kindInWords(t: Translate, kind: string): string {
  const key = NAMED.get(kind);
  return key ? t(key) : kind;
}
