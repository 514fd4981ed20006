import type { DnsFacts } from '../row-facts';

/** A question of a client: its repetitions and the servers it was sent to. */
export interface Question {
  readonly client: string;
  readonly name: string;
  readonly type: string | null;
  readonly rows: readonly DnsFacts[];
}

/** Questions over unicast DNS; to groups of machines (mDNS, LLMNR) no answer is normal. */
export function unicast(rows: readonly DnsFacts[]): DnsFacts[] {
  return rows.filter(({ proto }) => proto === 'dns');
}

/** Queries with the same name and type of one client. */
export function questionsOf(rows: readonly DnsFacts[]): Question[] {
  const groups = Map.groupBy(rows, ({ client, name, type }) => `${client} ${type} ${name.toLowerCase()}`);
  return [...groups.values()].flatMap(same => {
    const [first] = same;
    return first ? [{ client: first.client, name: first.name.toLowerCase(), type: first.type, rows: same }] : [];
  });
}

/** The query and its answer as evidence. */
export function ofRow({ query_frame, response_frame, time, response_ms, id, name, rcode }: DnsFacts) {
  const fields = { 'dns.id': `0x${id.toString(16).padStart(4, '0')}`, 'dns.qry.name': name };
  return [
    ...(query_frame === null ? [] : [{ packet: query_frame, ts: time, role: 'query', fields }]),
    ...(response_frame === null
      ? []
      : [
          {
            packet: response_frame,
            ts: time + (response_ms ?? 0) / 1000,
            role: 'response',
            fields: { 'dns.flags.rcode': rcode },
          },
        ]),
  ];
}

/** Questions browsers and systems ask on purpose without expecting an answer. */
export function isExpectedMiss(name: string): boolean {
  const lower = name.toLowerCase();
  const labels = lower.split('.');
  // Chrome looks for captive portals and hijacked answers by random words.
  if (labels.length === 1 && /^[a-z]{7,15}$/.test(lower)) return true;
  if (lower === 'wpad' || lower.startsWith('wpad.')) return true;
  if (lower.endsWith('.in-addr.arpa') || lower.endsWith('.ip6.arpa')) return true;
  // Lists of addresses: the answer "unknown" is good news.
  return /^(\d{1,3}\.){4}[a-z]/.test(lower) || /\.(dnsbl|spamhaus|surbl|uribl|barracudacentral)\b/.test(lower);
}

export function isResolved({ rcode, answers }: DnsFacts): boolean {
  return rcode === 'NOERROR' && (answers ?? 0) > 0;
}

/** The name and all it begins with: `a.b.c`, `a.b`. A single label is too little. */
export function beginnings(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_, i) => labels.slice(0, labels.length - i).join('.'));
}
