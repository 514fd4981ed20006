import { existsSync } from 'node:fs';
import { asNetsondeError, type NetsondeError } from '@shared/errors';
import type { MeasuredSource } from '@shared/model/source';
import type { Ability } from '@shared/model/status';
import { type Language, type TextKey, type TextParams, text, translate } from '@shared/text/index';
import { collectWithFallback } from '../collectors/backend';
import { counterBackends } from '../collectors/counters/index';
import { readDropCounters } from '../collectors/events/netstat-statistics';
import { interfaceBackends } from '../collectors/interfaces/index';
import { listenerBackends } from '../collectors/ports/listeners';
import { runTool } from '../collectors/run-tool';
import type { Host } from '../hosts/host';
import { COUNTRY_FILE } from './country';
import { ownSource } from './own-source';
import type { SocketOwners } from './socket-owners';

/** Tries each thing for real and says how it went; the words are in the reader's language. */
export async function probeAbilities(
  host: Host,
  owners: SocketOwners,
  privileged: boolean,
  language: Language,
): Promise<Ability[]> {
  const say: Say = (key, params = {}) => translate(text(key, params), language);
  const title = (id: string): string => say(`abilities.${id}` as TextKey); // ids below all have their title in the texts
  const missing = (id: string, reason: string): Ability => ({
    id,
    title: title(id),
    state: 'unavailable',
    backend: null,
    reason,
    code: 'unsupported',
    remedy: null,
  });
  const tried = async (id: string, work: () => Promise<{ source: MeasuredSource }>): Promise<Ability> => {
    try {
      const { source } = await work();
      const [remedy] = source.remedies;
      return {
        id,
        title: title(id),
        state: source.degraded ? 'degraded' : 'good',
        backend: source.backend,
        reason: source.reason && translate(source.reason, language),
        code: remedy?.code ?? null,
        remedy: (remedy && translate(remedy.hint, language)) || null,
      };
    } catch (thrown) {
      const error = asNetsondeError(thrown);
      return {
        id,
        title: title(id),
        state: 'unavailable',
        backend: null,
        reason: translate(error.text, language),
        code: error.code,
        remedy: translate(error.hintText, language) || null,
      };
    }
  };
  return Promise.all([
    tried('interfaces', () => collectWithFallback(interfaceBackends, host, undefined)),
    tried('counters', () => collectWithFallback(counterBackends, host, undefined)),
    tried('sockets', () => collectWithFallback(listenerBackends, host, undefined)),
    processNames(host, owners, title('process_names'), privileged, say),
    flows(host, title('flows'), privileged, language),
    Promise.resolve(
      existsSync(COUNTRY_FILE)
        ? good('country', title('country'), 'geo-whois-asn-country')
        : missing('country', say('abilities.no_country')),
    ),
    host.platform === 'darwin'
      ? tried('kernel_events', () => sampledEvents(host))
      : Promise.resolve(kernelAbility('kernel_events', title('kernel_events'), host, EVENT_FEATURES, language)),
    Promise.resolve(kernelAbility('packet_rates', title('packet_rates'), host, RATE_FEATURES, language)),
    captures(host, title('capture'), privileged, language),
  ]);
}

function good(id: string, title: string, backend: string): Ability {
  return { id, title, state: 'good', backend, reason: null, code: null, remedy: null };
}

type Say = (key: TextKey, params?: TextParams) => string;

/** How to get rights: by the helper where there can be one, else as root. */
function rightsRemedy({ helper }: Host, say: Say): string {
  return helper && helper.state.state === 'unavailable' && helper.state.code === 'permission_denied'
    ? say('helper.install_hint')
    : say('abilities.run_as_root');
}

/** Programs of the helper that the history of events rests on. */
const EVENT_FEATURES = ['tcp_events', 'drops', 'retransmits', 'resets', 'connects', 'udp_flows'];
const RATE_FEATURES = ['rate_xdp', 'rate_tc'];

/** What needs the helper: good when all its programs run, degraded when the kernel refuses some. */
function kernelAbility(id: string, title: string, host: Host, needed: readonly string[], language: Language): Ability {
  const { helper } = host;
  const nothing = { id, title, state: 'unavailable', backend: null } as const;
  if (!helper) return { ...nothing, reason: translate(text('helper.not_started'), language), code: 'unsupported', remedy: null };
  const { state } = helper;
  if (state.state === 'unavailable') {
    return {
      ...nothing,
      reason: translate(state.reason, language),
      code: state.code,
      remedy: translate(state.hint, language) || null,
    };
  }
  if (state.state !== 'ready') {
    const why = state.state === 'lost' ? text('helper.lost', { why: state.reason }) : text('helper.starting');
    return {
      ...nothing,
      reason: translate(why, language),
      code: 'helper_lost',
      remedy: translate(text('helper.lost_hint'), language),
    };
  }
  const refused = state.facts.features.filter(({ name, loaded }) => needed.includes(name) && !loaded);
  if (refused.length === 0) return good(id, title, 'eBPF');
  const list = refused.map(({ name, detail }) => `${name} (${detail})`).join(', ');
  return {
    ...nothing,
    state: refused.length < needed.length ? 'degraded' : 'unavailable',
    backend: 'eBPF',
    reason: translate(text('abilities.some_programs', { list }), language),
    code: 'unsupported',
    remedy: null,
  };
}

/** macOS: only what differs between two looks. */
async function sampledEvents(host: Host): Promise<{ source: MeasuredSource }> {
  const startedMs = Date.now();
  await readDropCounters(host);
  return { source: { ...ownSource('sampled', startedMs), degraded: true, reason: text('events.sampled') } };
}

/** Names of other users' processes need root; one's own are always seen. */
async function processNames(host: Host, owners: SocketOwners, title: string, privileged: boolean, say: Say): Promise<Ability> {
  if (host.helper?.state.state === 'ready') return good('process_names', title, 'eBPF');
  const backend = host.platform === 'darwin' ? 'netstat, lsof' : '/proc';
  if (host.kind === 'local' && host.platform === 'linux') await owners.refresh(); // nothing is known of it before a look
  if (privileged && !owners.hidden) return good('process_names', title, backend);
  return {
    id: 'process_names',
    title,
    state: 'degraded',
    backend,
    reason: owners.hidden ? say('abilities.hidden', { count: owners.hidden }) : say('abilities.hidden_unknown'),
    code: 'permission_denied',
    remedy: rightsRemedy(host, say),
  };
}

/** The helper captures without rights of the app; else a program does, where the app itself may. */
async function captures(host: Host, title: string, privileged: boolean, language: Language): Promise<Ability> {
  const say: Say = (key, params = {}) => translate(text(key, params), language);
  if (host.helper?.state.state === 'ready') return good('capture', title, 'helper');
  const nothing = { id: 'capture', title, state: 'unavailable', backend: null } as const;
  if (!privileged) {
    return {
      ...nothing,
      reason: say('abilities.capture_rights'),
      code: 'permission_denied',
      remedy: rightsRemedy(host, say),
    };
  }
  let problem: NetsondeError | null = null;
  for (const program of ['tcpdump', 'dumpcap'] as const) {
    try {
      await runTool(
        host,
        [program, '--version'],
        { apt: program === 'dumpcap' ? 'wireshark-common' : 'tcpdump' },
        { timeoutMs: 2_000 },
      );
      return {
        id: 'capture',
        title,
        state: 'degraded',
        backend: program,
        reason: say('abilities.capture_by_program', { program }),
        code: null,
        remedy: rightsRemedy(host, say),
      };
    } catch (thrown) {
      problem ??= asNetsondeError(thrown); // the smaller package is the one to install
    }
  }
  return {
    ...nothing,
    reason: problem && translate(problem.text, language),
    code: problem?.code ?? 'unsupported',
    remedy: (problem && translate(problem.hintText, language)) || null,
  };
}

async function flows(host: Host, title: string, privileged: boolean, language: Language): Promise<Ability> {
  const say: Say = (key, params = {}) => translate(text(key, params), language);
  if (host.helper?.state.state === 'ready') return good('flows', title, 'eBPF');
  const [program, apt] = host.platform === 'darwin' ? (['nettop', 'nettop'] as const) : (['iftop', 'iftop'] as const);
  const degraded = { id: 'flows', title, state: 'degraded', backend: 'tcp_info' } as const;
  try {
    await runTool(host, [program, '-h'], { apt }, { timeoutMs: 2_000, okExitCodes: [0, 1] });
  } catch (thrown) {
    const error = asNetsondeError(thrown);
    return {
      ...degraded,
      reason: say('abilities.only_tcp', { why: error.text }),
      code: error.code,
      remedy: translate(error.hintText, language) || null,
    };
  }
  if (privileged || program === 'nettop') return good('flows', title, program);
  return {
    ...degraded,
    reason: say('abilities.only_tcp', { why: say('abilities.iftop_rights') }),
    code: 'permission_denied',
    remedy: rightsRemedy(host, say),
  };
}
