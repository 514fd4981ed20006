import { isDeepStrictEqual } from 'node:util';
import { NetsondeError } from '@shared/errors';
import type { HostImportFormat } from '@shared/model/host-import-formats';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import { parse as parseToml, stringify as stringifyToml, TomlError } from 'smol-toml';
import { isMap, parseDocument } from 'yaml';
import { checkSize, createCollection, type Imported, problemOf } from './imported';

export type RemoteHostsFormat = Exclude<HostImportFormat, 'ssh_config'>;

export interface ImportedRemoteHosts extends Imported {
  /** How many passwords the text holds. */
  passwords: number;
  /** The same text without them; null when it could not be written without losing something else. */
  rest: string | null;
}

/** Where the tools of the seeds keep their hosts. */
const SECTIONS = ['IftopConfig', 'NetstatConfig'] as const;
const LIST = 'remote_hosts';
const REFUSED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_DEPTH = 500;
/** A shorter one is found in any text. */
const MIN_SOUGHT_PASSWORD = 6;

type Entry = Record<string, unknown>;

/**
 * Hosts of a configuration with `IftopConfig.remote_hosts` or `NetstatConfig.remote_hosts`, a list of
 * { host, name, port = 22, username, password }.
 * @throws NetsondeError invalid_argument; its message never quotes the text, which holds passwords
 */
export function importRemoteHosts(content: string, format: RemoteHostsFormat): ImportedRemoteHosts {
  checkSize(content);
  const root = parse(content, format);
  refuseKeys(root);
  const lists = listsOf(root);
  if (lists.length === 0) {
    throw new NetsondeError('invalid_argument', text('hosts.import_no_list'), { hint: text('hosts.import_no_list_hint') });
  }
  const collection = createCollection();
  const passwords: string[] = [];
  for (const entry of lists.flat()) {
    const password = wordOf(entry, 'password');
    if (password !== null) passwords.push(password);
    const address = wordOf(entry, 'host') ?? '';
    const wanted = wordOf(entry, 'name') ?? address;
    const profile = { name: wanted, address, port: portOf(entry), username: wordOf(entry, 'username') ?? 'root' };
    const isTypable = problemOf({ ...profile, address: 'a', port: 22, username: 'root' }) === null;
    if (!isTypable && wanted !== address) {
      collection.notes.push(
        text('hosts.note_name', { name: JSON.stringify(sanitizeUntrusted(wanted, 64)), address: sanitizeUntrusted(address, 64) }),
      );
    }
    collection.add({ ...profile, name: isTypable ? wanted : address }, password);
  }
  const rest = passwords.length === 0 ? content : withoutPasswords(content, format);
  for (const [index, line] of (rest ?? '').split('\n').entries()) {
    if (passwords.some(password => password.length >= MIN_SOUGHT_PASSWORD && line.includes(password))) {
      collection.notes.push(text('hosts.import_left', { line: index + 1 }));
    }
  }
  const { hosts, skipped, notes } = collection;
  return { hosts, skipped, notes, passwords: passwords.length, rest };
}

function parse(content: string, format: RemoteHostsFormat): unknown {
  try {
    checkDepth(content);
    if (format === 'json') return JSON.parse(content);
    if (format === 'toml') return parseToml(content);
    return parseYaml(content).toJS();
  } catch (thrown) {
    // Without a cause: what parsers say quotes the text.
    const line = lineOf(thrown, content);
    throw new NetsondeError(
      'invalid_argument',
      line === null ? text('hosts.import_form', { format }) : text('hosts.import_form_at', { format, line }),
    );
  }
}

/** Parsers call themselves for each level: half a million take seconds. Brackets within texts count, which takes many to matter. */
function checkDepth(content: string): void {
  let depth = 0;
  for (const [bracket] of content.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (depth > MAX_DEPTH) throw new RangeError('too deep');
  }
}

/** Every value a text as it is written: a password of digits keeps its zeros. */
function parseYaml(content: string): ReturnType<typeof parseDocument> {
  const document = parseDocument(content, { schema: 'failsafe', merge: true });
  const [error] = document.errors;
  if (error) throw error;
  return document;
}

function lineOf(thrown: unknown, content: string): number | null {
  if (thrown instanceof TomlError) return thrown.line;
  if (!(thrown instanceof Error)) return null;
  if ('linePos' in thrown && Array.isArray(thrown.linePos)) return Number(thrown.linePos[0]?.line);
  const position = /at position (\d+)/.exec(thrown.message)?.[1]; // V8, for JSON
  return position === undefined ? null : content.slice(0, Number(position)).split('\n').length;
}

/** Without recursion: the text may be nested as deep as it is long. */
function refuseKeys(root: unknown): void {
  const waiting = [root];
  for (let value = waiting.pop(); waiting.length > 0 || value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, below] of Object.entries(value)) {
      if (REFUSED_KEYS.has(key)) throw new NetsondeError('invalid_argument', text('hosts.import_bad_key', { key }));
      waiting.push(below);
    }
  }
}

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value);

function listsOf(root: unknown): Entry[][] {
  if (!isEntry(root)) return [];
  return SECTIONS.flatMap(name => {
    const section = Object.hasOwn(root, name) ? root[name] : null;
    const list = isEntry(section) && Object.hasOwn(section, LIST) ? section[LIST] : null;
    return Array.isArray(list) ? [list.filter(isEntry)] : [];
  });
}

/** Null for what is not there or empty; YAML's ways to say nothing included. */
function wordOf(entry: Entry, key: string): string | null {
  const value = Object.hasOwn(entry, key) ? entry[key] : null;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value !== '~' && value !== 'null' ? value : null;
}

function portOf(entry: Entry): number {
  const port = wordOf(entry, 'port');
  if (port === null) return 22;
  return /^[0-9]{1,5}$/.test(port) ? Number(port) : Number.NaN;
}

function withoutPasswords(content: string, format: RemoteHostsFormat): string | null {
  const wanted = parse(content, format);
  for (const entry of listsOf(wanted).flat()) delete entry.password;
  const candidates: (() => string)[] =
    format === 'json'
      ? [() => rewriteJson(content)]
      : format === 'yaml'
        ? [() => rewriteYaml(content)]
        : [() => rewriteToml(content), () => stringifyToml(wanted as Entry)]; // a root with lists is a table
  for (const rewrite of candidates) {
    const rest = rewrite();
    try {
      if (isDeepStrictEqual(parse(rest, format), wanted)) return rest;
    } catch {
      // It is no text of that format any more: the next way.
    }
  }
  return null;
}

/** Numbers stay as they are written, and so does the indentation. */
function rewriteJson(content: string): string {
  const written = JSON.parse(content, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? rawJson(context.source) : value,
  );
  for (const entry of listsOf(written).flat()) delete entry.password;
  const indent = /\n([ \t]+)"/.exec(content)?.[1];
  return `${JSON.stringify(written, null, indent)}${content.endsWith('\n') ? '\n' : ''}`;
}

/** ES2026, in Node since 21; TypeScript's library does not have it yet. */
const rawJson = (source: string): unknown => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source);

function rewriteYaml(content: string): string {
  const document = parseYaml(content);
  for (const section of SECTIONS) {
    const list = document.getIn([section, LIST]);
    const items = typeof list === 'object' && list !== null && 'items' in list && Array.isArray(list.items) ? list.items : [];
    for (const item of items) if (isMap(item)) item.delete('password');
  }
  return document.toString({ lineWidth: 0 });
}

/** Line by line, so that comments stay; what is written in another way is written anew by the caller. */
function rewriteToml(content: string): string {
  const VALUE = String.raw`\s*=\s*(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[0-9]+)`;
  const ownLine = new RegExp(String.raw`^\s*(?:password|"password"|'password')${VALUE}\s*(?:#.*)?$`);
  let inList = false;
  const kept: string[] = [];
  for (const line of content.split('\n')) {
    const table = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?/.exec(line)?.[1]?.replaceAll(/["'\s]/g, '');
    if (table !== undefined) inList = SECTIONS.some(section => table === `${section}.${LIST}`);
    if (inList && ownLine.test(line.replace(/\r$/, ''))) continue;
    const withoutInline = line.replaceAll(new RegExp(String.raw`,\s*password${VALUE}|password${VALUE}\s*,\s*`, 'g'), '');
    kept.push(/^\s*(remote_hosts\s*=|\{)/.test(line) ? withoutInline : line);
  }
  return kept.join('\n');
}
