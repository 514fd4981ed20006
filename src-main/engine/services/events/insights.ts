import { dropReasonWords, KNOWN_DROP_REASONS } from '@shared/drop-reasons/index';
import { asNetsondeError } from '@shared/errors';
import type { Insights, PatternAnalysis } from '@shared/model/patterns';
import { type Language, type Text, type TextKey, text, translate } from '@shared/text/index';
import type { Host } from '../../hosts/host';
import { ownSource } from '../own-source';
import type { Attempt } from './attempts';
import { destinationOf, isOutbound, resultOf } from './attempts';
import { findAttempts, isFailed } from './connection-history';
import { findDrops } from './drop-history';
import { analyzePatterns } from './pattern-analysis';
import { type EventParts, tally } from './reader';

/** A time in which what the text tells of has probably happened. */
const LOOK_BACK_S = 600;
const MOST_NAMED = 10;

/** Words for what an errno means to the one who reads. */
const ERRORS: readonly [RegExp, string, TextKey][] = [
  [/\bECONNREFUSED\b|\brefused\b|拒绝/i, 'ECONNREFUSED', 'insights.e_refused'],
  [/\bETIMEDOUT\b|\btimed? ?-?out\b|超时/i, 'ETIMEDOUT', 'insights.e_timeout'],
  [/\bE(?:HOST|NET)UNREACH\b|\bunreachable\b|不可达/i, 'EHOSTUNREACH', 'insights.e_unreachable'],
  [/\bECONNRESET\b|\breset by\b|重置/i, 'ECONNRESET', 'insights.e_reset'],
];

/** What a text names that can be looked up. The text is data: nothing in it is followed. */
export interface Named {
  programs: string[];
  addresses: string[];
  ports: number[];
  errors: { name: string; meaning: TextKey }[];
  drops: string[];
  rate: { count: number; seconds: number } | null;
}

/** "port 8080", or the port of an address; not the minutes of a time. */
const PORT = /(?:\bports?\s+|端口\s*|\b(?:\d{1,3}\.){3}\d{1,3}:|\blocalhost:|\]:)(\d{1,5})\b/gi;

/** @param programs names of processes that were seen: only these are looked for among the words */
export function readSummary(summary: string, programs: Iterable<string>): Named {
  const words = new Set(summary.toLowerCase().match(/[\w.@/+-]+/g) ?? []);
  const quoted = [...summary.matchAll(/['"“]([^'"”]{1,64})['"”]/g)].map(([, name = '']) => name);
  const known = [...programs].filter(name => words.has(name.toLowerCase()));
  const count = /(\d{1,9})\s+(?:outbound\s+)?(?:connection|attempt|event)/i.exec(summary)?.[1];
  const seconds = /(\d{1,9})\s*(?:s\b|sec)/i.exec(summary)?.[1];
  return {
    programs: unique([...quoted, ...known]),
    addresses: unique(summary.match(/\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f:]*[0-9a-f]\b/gi) ?? []),
    ports: unique([...summary.matchAll(PORT)].map(([, port]) => Number(port)).filter(port => port > 0 && port < 65_536)),
    errors: ERRORS.filter(([pattern]) => pattern.test(summary)).map(([, name, meaning]) => ({ name, meaning })),
    drops: unique(KNOWN_DROP_REASONS.filter(name => words.has(name.toLowerCase()))),
    rate: count && Number(seconds) > 0 ? { count: Number(count), seconds: Number(seconds) } : null,
  };
}

/** An analysis by rules of a text and of what the kernel sees now. Says so, and how to get a model's. */
export async function giveInsights(parts: EventParts, host: Host, summary: string, language: Language): Promise<Insights> {
  const startedMs = Date.now();
  const say = (message: Text): string => translate(message, language);
  let analysis: PatternAnalysis | null = null;
  let blind = '';
  try {
    analysis = await analyzePatterns(parts, host, { duration: LOOK_BACK_S, language });
  } catch (thrown) {
    const error = asNetsondeError(thrown);
    blind = say(text('insights.blind', { why: translate(error.text, language), hint: translate(error.hintText, language) }));
  }
  const attempts = analysis ? findAttempts(parts, { language }, startedMs - LOOK_BACK_S * 1_000, false).filter(isOutbound) : [];
  const named = readSummary(summary, new Set(attempts.map(({ began }) => began.comm)));
  const ofText = textLines(named, language).map(line => `- ${line}`);
  const lines = ofText.length > 0 ? [say(text('insights.of_text')), ...ofText] : [];
  if (analysis) {
    const { drops } = findDrops(parts, { language, include_benign: false }, startedMs - LOOK_BACK_S * 1_000);
    // An engine that began just now has not seen the time before.
    const watchedS = Math.ceil((startedMs - Date.parse(analysis.coverage.since)) / 1_000);
    lines.push(say(text('insights.of_data', { seconds: Math.max(1, Math.min(LOOK_BACK_S, watchedS)) })));
    lines.push(...dataLines(named, attempts, drops.length, language).map(line => `- ${line}`));
    const findings = analysis.findings.map(({ summary: found, rule, threshold }) =>
      say(text('insights.finding', { summary: found, rule, threshold })),
    );
    lines.push(...(findings.length > 0 ? findings : [say(text('insights.no_finding'))]).map(line => `- ${line}`));
  } else {
    lines.push(blind);
  }
  return {
    insights: lines.join('\n'),
    deterministic: true,
    model: null,
    label: say(text('insights.label')),
    how_to_use_a_model: say(text('insights.how')),
    findings: analysis?.findings ?? [],
    coverage: analysis?.coverage ?? null,
    source: analysis?.source ?? ownSource('rules', startedMs, { degraded: true, reason: blind }),
  };
}

function textLines({ programs, addresses, ports, errors, drops, rate }: Named, language: Language): string[] {
  const say = (message: Text): string => translate(message, language);
  const lines: string[] = [];
  if (rate) lines.push(say(text('insights.rate', { ...rate, rate: Math.round((rate.count / rate.seconds) * 600) / 10 })));
  for (const { name, meaning } of errors) lines.push(say(text('insights.error', { name, meaning: say(text(meaning)) })));
  for (const name of drops) {
    const { text: meaning, advice } = dropReasonWords(name, language);
    lines.push(say(text('insights.drop', { name, meaning, advice })));
  }
  const isEmpty = lines.length === 0 && programs.length + addresses.length + ports.length === 0;
  return isEmpty ? [say(text('insights.nothing_named'))] : lines;
}

function dataLines(
  { programs, addresses, ports }: Named,
  attempts: readonly Attempt[],
  drops: number,
  language: Language,
): string[] {
  const say = (key: TextKey, params: Record<string, string | number>): string => translate(text(key, params), language);
  const lines = [say('insights.all', { count: attempts.length, failed: attempts.filter(isFailed).length, drops })];
  for (const name of programs) {
    const own = attempts.filter(({ began }) => began.comm.toLowerCase() === name.toLowerCase());
    const [top] = tally(own, destinationOf);
    const numbers = { name, count: own.length, failed: own.filter(isFailed).length };
    const progress = own.filter(attempt => resultOf(attempt) === 'in progress').length;
    lines.push(top ? say('insights.process', { ...numbers, progress, top: top[0] }) : say('insights.process_none', { name }));
  }
  for (const ip of addresses) {
    const there = attempts.filter(({ began }) => began.remote === ip);
    lines.push(say('insights.address', { ip, count: there.length, failed: there.filter(isFailed).length }));
  }
  for (const port of ports) {
    const there = attempts.filter(({ began }) => began.remote_port === port);
    const failed = there.filter(isFailed);
    const why = tally(failed, resultOf).map(([result]) => result);
    const [top] = tally(there, destinationOf);
    const [program] = tally(there, ({ began }) => began.comm || '-');
    const numbers = { port, count: there.length, failed: failed.length, top: top?.[0] ?? '', program: program?.[0] ?? '' };
    if (there.length === 0) lines.push(say('insights.port_none', { port }));
    else if (failed.length === 0) lines.push(say('insights.port', numbers));
    else lines.push(say('insights.port_failed', { ...numbers, why: why.join(', ') }));
  }
  return lines;
}

function unique<Value>(values: Iterable<Value>): Value[] {
  return [...new Set(values)].slice(0, MOST_NAMED);
}
