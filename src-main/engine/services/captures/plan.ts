import { isIP } from 'node:net';
import { NetsondeError } from '@shared/errors';
import type { CaptureMode } from '@shared/model/capture';
import { type Text, text } from '@shared/text/index';

/** What a target and a mode ask for, before names are looked up. */
export interface CapturePlan {
  mode: Exclude<CaptureMode, 'auto'>;
  /** To be resolved; every address of it is captured. */
  name: string | null;
  addresses: string[];
  port: number | null;
  /** Named as target. */
  interface: string | null;
  /** The mode does not use the target. */
  ignored: boolean;
}

const WEB = 'port 80 or port 443 or port 8080';
const DIAGNOSIS = 'icmp or icmp6 or arp or tcp port 53 or udp port 53 or tcp port 80 or tcp port 443';

/** RFC 1123; as the host rule of threat-model section 5. Underscores stand in names of services. */
const NAME = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*\.?$/;
const NO_TARGET = new Set(['', 'auto', 'any', '*', 'all']);
/** Words for the wireless interface; "WiFi" is what the seed's example says. */
const WIRELESS = new Set(['wifi', 'wi-fi', 'wlan', 'wireless']);

/**
 * Reads target and mode as tool-contract section 3 says. Nothing of the target reaches a filter as text: only addresses
 * and numbers parsed here do.
 * @throws NetsondeError invalid_argument
 */
export function planCapture(
  rawTarget: string,
  mode: CaptureMode,
  interfaces: readonly { name: string; wireless: boolean | null }[],
): CapturePlan {
  const target = rawTarget.trim();
  const plan: CapturePlan = { mode: 'diagnosis', name: null, addresses: [], port: null, interface: null, ignored: false };
  const named = interfaces.find(({ name }) => name === target);
  const wireless = WIRELESS.has(target.toLowerCase()) ? interfaces.find(each => each.wireless)?.name : undefined;
  const onInterface = named?.name ?? wireless ?? null;
  const isNothing = NO_TARGET.has(target.toLowerCase()) || WIRELESS.has(target.toLowerCase());

  switch (mode) {
    case 'port': {
      const port = portOf(target);
      if (port === null) throw new NetsondeError('invalid_argument', text('captures.bad_port', { target }));
      return { ...plan, mode, port };
    }
    case 'domain': {
      const host = hostOf(target);
      if (!host) throw new NetsondeError('invalid_argument', text('captures.bad_domain', { target }));
      return { ...plan, mode, ...host };
    }
    case 'web':
    case 'diagnosis': {
      if (onInterface !== null || isNothing) return { ...plan, mode, interface: onInterface };
      const host = target === 'web' ? null : hostOf(target);
      return host ? { ...plan, mode, ...host, port: null } : { ...plan, mode, ignored: target !== 'web' };
    }
    case 'auto': {
      if (onInterface !== null || isNothing) return { ...plan, interface: onInterface };
      const port = portOf(target);
      if (port !== null) return { ...plan, mode: 'port', port };
      if (target === 'web') return { ...plan, mode: 'web' };
      const host = hostOf(target);
      if (!host) throw new NetsondeError('invalid_argument', text('captures.bad_target', { target }));
      return { ...plan, mode: 'domain', ...host };
    }
  }
}

/** A port as plain ASCII digits; null otherwise. */
function portOf(target: string): number | null {
  const port = /^[0-9]{1,5}$/.test(target) ? Number(target) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

type HostPart = Pick<CapturePlan, 'name' | 'addresses' | 'port'>;

/** The host of an address, a name, host:port or a URL; null when it is none. */
function hostOf(target: string): HostPart | null {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) {
    if (!URL.canParse(target)) return null;
    const { hostname, port, protocol } = new URL(target);
    const host = plainHost(hostname.replace(/^\[|\]$/g, ''));
    return host && { ...host, port: port === '' ? (SCHEME_PORTS.get(protocol) ?? null) : Number(port) };
  }
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}))?$/.exec(target);
  const split = bracketed ?? /^([^:\s]+):([0-9]{1,5})$/.exec(target);
  if (split) {
    const port = split[2] === undefined ? null : portOf(split[2]);
    const host = plainHost(split[1] ?? '');
    return host && (split[2] === undefined || port !== null) ? { ...host, port } : null;
  }
  return plainHost(target);
}

const SCHEME_PORTS = new Map([
  ['http:', 80],
  ['https:', 443],
  ['ftp:', 21],
  ['ssh:', 22],
  ['ws:', 80],
  ['wss:', 443],
]);

function plainHost(host: string): HostPart | null {
  if (isIP(host) !== 0) return { name: null, addresses: [host], port: null };
  // Digits and dots alone are a mistyped address, no name.
  if (host.length > 253 || !NAME.test(host) || /^[0-9.]+$/.test(host)) return null;
  return { name: host, addresses: [], port: null };
}

/**
 * The capture filter of a plan, made of parsed parts only.
 * @param addresses those of the plan, or what its name resolved to
 * @param ownTraffic what carries the capture itself from another machine: each packet of it would make another
 */
export function filterOf(
  { mode, name, port }: CapturePlan,
  addresses: readonly string[],
  extra: string | undefined,
  ownTraffic: string | null = null,
): string {
  const hosts = addresses.map(address => `host ${address}`).join(' or ');
  const own = ((): string => {
    switch (mode) {
      case 'port':
        return `port ${port}`;
      case 'domain': {
        const traffic = port === null ? hosts : `(${hosts}) and port ${port}`;
        // The look-ups of the name belong to it: they go to another host.
        return name === null ? traffic : port === null ? `${hosts} or port 53` : `(${traffic}) or port 53`;
      }
      case 'web':
        return hosts ? `(${hosts}) and (${WEB})` : WEB;
      case 'diagnosis':
        return hosts ? `(${hosts}) and (${DIAGNOSIS})` : DIAGNOSIS;
    }
  })();
  const narrowed = extra ? `(${own}) and (${extra})` : own;
  return ownTraffic === null ? narrowed : `(${narrowed}) and not (${ownTraffic})`;
}

/** What is captured, in words. */
export function describePlan({ mode, port }: Pick<CapturePlan, 'mode' | 'port'>, target: string): Text {
  if (mode === 'domain') return text('captures.what_domain', { target });
  if (mode === 'port') return text('captures.what_port', { target: port ?? target });
  return text(mode === 'web' ? 'captures.what_web' : 'captures.what_diagnosis');
}
