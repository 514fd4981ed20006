import type { PatternAnalysis, PatternFinding } from '@shared/model/patterns';
import { text, translate } from '@shared/text/index';
import { EVENT, KIND, protocolName, readEvent, readU64 } from '../../collectors/events/read-event';
import type { Host } from '../../hosts/host';
import { type Attempt, collectAttempts, destinationOf, isOutbound, resultOf } from './attempts';
import { findAttempts, isFailed, type SummaryQuestion, topProcesses } from './connection-history';
import { catchUp, type EventParts, tally, tellSource } from './reader';
import { rules } from './rules/index';
import type { PatternAttempt, PatternInput, Resent, UnwantedPacket } from './rules/rule';
import { THRESHOLDS } from './rules/thresholds';

const TOP = 10;
/** How far back the time before is looked at. */
const BASELINE_MS = 24 * 3_600_000;

/** What stands out in what processes tried. */
export async function analyzePatterns(parts: EventParts, host: Host, question: SummaryQuestion): Promise<PatternAnalysis> {
  const startedMs = parts.clock.wallMs();
  await catchUp(parts, host, 'connections');
  const sinceMs = startedMs - question.duration * 1_000;
  const attempts = findAttempts(parts, question, sinceMs, false);
  const outbound = attempts.filter(isOutbound);
  const input = patternInput(parts, question, attempts, sinceMs);
  const caveats =
    input.earlier_s < THRESHOLDS.new_destinations.baseline_s
      ? [
          translate(
            text('patterns.baseline_short', {
              seconds: Math.floor(input.earlier_s),
              needed: THRESHOLDS.new_destinations.baseline_s,
            }),
            question.language,
          ),
        ]
      : [];
  return {
    host: host.name,
    pid: question.pid ?? null,
    process_name: question.process_name ?? null,
    duration: question.duration,
    count: outbound.length,
    top_destinations: tally(outbound, destinationOf)
      .slice(0, TOP)
      .map(([destination, count]) => ({ destination, count })),
    protocols: Object.fromEntries(tally(outbound, ({ began }) => protocolName(began))),
    top_processes: topProcesses(outbound),
    rate_per_minute: Math.round((outbound.length / question.duration) * 60 * 100) / 100,
    failures: Object.fromEntries(tally(outbound.filter(isFailed), resultOf)),
    findings: findPatterns(input, question),
    query_time: new Date(startedMs).toISOString(),
    ...tellSource(parts, 'connections', startedMs, sinceMs, question.language, caveats),
  };
}

function findPatterns(input: PatternInput, { language }: SummaryQuestion): PatternFinding[] {
  return rules.flatMap(rule =>
    rule.find(input).map(({ summary, ...found }) => ({
      rule: rule.id,
      severity: rule.severity,
      ...found,
      summary: translate(summary, language),
      threshold: translate(rule.threshold, language),
    })),
  );
}

function patternInput(parts: EventParts, question: SummaryQuestion, attempts: readonly Attempt[], sinceMs: number): PatternInput {
  const { store, watch } = parts;
  const sinceBootMs = sinceMs - watch.bootToWallMs;
  const before = collectAttempts(store, {
    sinceBootMs: sinceBootMs - BASELINE_MS,
    pid: question.pid,
    program: question.process_name?.toLowerCase(),
    local: false,
  }).filter(({ atMs }) => atMs < sinceBootMs);
  const keptBootMs = store.keptSinceBootMs('connections');
  const watchedMs = Math.max(watch.sinceMs ?? sinceMs, keptBootMs === null ? 0 : keptBootMs + watch.bootToWallMs);
  const forProcess = question.pid !== undefined || question.process_name !== undefined;
  return {
    attempts: attempts.map(attempt => patternAttempt(attempt, watch.bootToWallMs)).reverse(),
    earlier: before.map(attempt => patternAttempt(attempt, watch.bootToWallMs)).reverse(),
    // What found no socket belongs to no process.
    unwanted: forProcess ? [] : unwantedPackets(parts, sinceBootMs),
    resent: resentBySocket(parts, sinceBootMs),
    duration_s: question.duration,
    earlier_s: Math.max(0, (sinceMs - watchedMs) / 1_000),
  };
}

function patternAttempt(attempt: Attempt, bootToWallMs: number): PatternAttempt {
  const { id, began, outcome, closed } = attempt;
  return {
    id: String(id),
    at_ms: began.at_ms + bootToWallMs,
    pid: began.pid || null,
    program: began.comm || '-',
    protocol: protocolName(began),
    inbound: !isOutbound(attempt),
    ip: began.remote,
    port: began.remote_port,
    destination: destinationOf(attempt),
    result: resultOf(attempt),
    latency_ms: outcome?.latency_ms || null,
    bytes_sent: closed?.bytes_sent ?? null,
    socket: began.cookie,
  };
}

/** Packets from outside for ports on which nothing listens; oldest first. */
function unwantedPackets({ store, describer, watch }: EventParts, sinceBootMs: number): UnwantedPacket[] {
  const packets: UnwantedPacket[] = [];
  store.newestFirst('packets', sinceBootMs, (bytes, at, id) => {
    if (bytes[at + EVENT.kind] !== KIND.drop || describer.reasonName(bytes.readUInt32LE(at + EVENT.reason)) !== 'NO_SOCKET')
      return;
    const event = readEvent(bytes, at);
    if (event.direction !== 'inbound' || event.remote_port === 0) return;
    packets.push({
      id: String(id),
      at_ms: event.at_ms + watch.bootToWallMs,
      source: event.local, // a drop tells the packet's source first
      port: event.remote_port,
      protocol: protocolName(event),
    });
  });
  return packets.reverse();
}

function resentBySocket({ store }: EventParts, sinceBootMs: number): Map<number, Resent> {
  const resent = new Map<number, Resent>();
  store.newestFirst('packets', sinceBootMs, (bytes, at) => {
    if (bytes[at + EVENT.kind] !== KIND.retransmit) return;
    const socket = readU64(bytes, at + EVENT.cookie);
    const known = resent.get(socket) ?? { segments: 0, bytes: 0 };
    known.segments++;
    known.bytes += bytes.readUInt32LE(at + EVENT.length);
    resent.set(socket, known);
  });
  return resent;
}
