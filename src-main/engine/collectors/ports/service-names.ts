import { WELL_KNOWN } from '@shared/well-known-ports';
import type { Host } from '../../hosts/host';

type Transport = 'TCP' | 'UDP';

/** Names by "80/TCP" and ports by "http/TCP". */
interface ServiceNames {
  names: Map<string, string>;
  ports: Map<string, number>;
}

const wellKnown = readWellKnown();

function readWellKnown(): ServiceNames {
  const table: ServiceNames = { names: new Map(), ports: new Map() };
  for (const entry of WELL_KNOWN.split(',')) {
    const [name = '', port = ''] = entry.trim().split(' ');
    const [number = '', only] = port.split('/');
    for (const transport of only ? [only.toUpperCase()] : ['TCP', 'UDP']) add(table, name, Number(number), transport);
  }
  return table;
}

function add({ names, ports }: ServiceNames, name: string, port: number, transport: string): void {
  const byPort = `${port}/${transport}`;
  if (!names.has(byPort)) names.set(byPort, name);
  const byName = `${name}/${transport}`;
  if (!ports.has(byName)) ports.set(byName, port);
}

/** The port of a registered name, from the bundled table; null when it has none. */
export function portNumber(name: string, transport: Transport): number | null {
  return wellKnown.ports.get(`${name}/${transport}`) ?? null;
}

/** Parses /etc/services: `name port/protocol aliases # comment`. The first name of a port counts. */
export function parseServices(text: string): Map<string, string> {
  const table: ServiceNames = { names: new Map(), ports: new Map() };
  for (const line of text.split('\n')) {
    const entry = /^([A-Za-z0-9_.+*-]+)\s+(\d{1,5})\/(tcp|udp)\b/.exec(line);
    if (entry?.[1] && entry[3]) add(table, entry[1], Number(entry[2]), entry[3].toUpperCase());
  }
  return table.names;
}

const read = new WeakMap<Host, Promise<Map<string, string>>>();

/** The registered name of a port: as /etc/services of that host says, else from the bundled table; null without one. */
export async function serviceName(host: Host, port: number, transport: Transport): Promise<string | null> {
  const own = read.get(host) ?? host.readFile('/etc/services').then(parseServices, () => new Map<string, string>());
  read.set(host, own);
  return (await own).get(`${port}/${transport}`) ?? wellKnown.names.get(`${port}/${transport}`) ?? null;
}
