import path from 'node:path';
import { sanitizeUntrusted } from '@shared/sanitize';
import { type Text, text } from '@shared/text/index';
import { matchesPattern } from '../ssh/known-hosts';

/** How files named by Include are found and read. */
export interface ConfigFiles {
  /** Where `~` is. */
  home: string;
  /** @returns null when it cannot be read */
  read(file: string): string | null;
  /** Files a pattern names, in lexical order. */
  glob(pattern: string): readonly string[];
}

/** Lines that count for the hosts whose name fits every list of patterns: those of the block and those around an Include. */
export interface ConfigBlock {
  conditions: readonly (readonly string[])[];
  options: { keyword: string; args: readonly string[] }[];
}

/** As OpenSSH has it. */
const MAX_DEPTH = 16;
const MAX_FILES = 64;
const MAX_NOTES = 100;
const NEVER: readonly string[] = [];

/** Splits an ssh_config (OpenSSH 9.2, ssh_config(5)) into its blocks, in the order of their lines, Include followed. */
export function readBlocks(content: string, files: ConfigFiles, maxBytes: number): { blocks: ConfigBlock[]; notes: Text[] } {
  const blocks: ConfigBlock[] = [];
  const notes: Text[] = [];
  let filesRead = 0;
  let bytesLeft = maxBytes - Buffer.byteLength(content);
  const note = (message: Text): void => {
    if (notes.length < MAX_NOTES) notes.push(message);
  };

  function read(source: string, around: ConfigBlock['conditions'], depth: number, file: string | null): void {
    let block: ConfigBlock = { conditions: around, options: [] };
    const begin = (conditions: ConfigBlock['conditions']): void => {
      block = { conditions, options: [] };
      blocks.push(block);
    };
    begin(around);
    for (const [index, line] of source.split(/\r?\n/).entries()) {
      const found = /^\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+|$)(.*)$/.exec(line);
      if (!found) continue; // empty, or a comment
      const keyword = (found[1] ?? '').toLowerCase();
      const args = splitArguments(found[2] ?? '');
      const where = file === null ? String(index + 1) : `${sanitizeUntrusted(file)}:${index + 1}`;
      if (keyword === 'host') begin([...around, args]);
      else if (keyword === 'match') {
        const isAll = args.length === 1 && args[0]?.toLowerCase() === 'all';
        if (!isAll) note(text('hosts.note_match', { line: where }));
        begin([...around, isAll ? ['*'] : NEVER]);
      } else if (keyword === 'include') {
        for (const pattern of args) include(pattern, block.conditions, depth, where);
        // What follows counts after what was included.
        begin(block.conditions);
      } else block.options.push({ keyword, args });
    }
  }

  function include(pattern: string, around: ConfigBlock['conditions'], depth: number, line: string): void {
    const refuse = (file: string, why: Text | string): void =>
      note(text('hosts.note_include', { line, file: sanitizeUntrusted(file), why }));
    if (depth >= MAX_DEPTH) return refuse(pattern, text('hosts.note_include_deep', { limit: MAX_DEPTH }));
    const absolute = path.resolve(files.home, '.ssh', pattern.replace(/^~(?=\/)/, files.home));
    for (const file of files.glob(absolute)) {
      if (filesRead >= MAX_FILES) return refuse(file, text('hosts.note_include_many', { limit: MAX_FILES }));
      filesRead++;
      const included = files.read(file);
      if (included === null) {
        refuse(file, 'EACCES');
        continue;
      }
      bytesLeft -= Buffer.byteLength(included);
      if (bytesLeft < 0) return refuse(file, text('hosts.import_too_large', { limit: '1 MiB' }));
      read(included, around, depth + 1, file);
    }
  }

  read(content, [], 0, null);
  return { blocks, notes };
}

/** Whether a block counts for a host: one pattern of each list fits, and none of its exclusions does. */
export function applies({ conditions }: ConfigBlock, alias: string): boolean {
  return conditions.every(patterns => {
    const isExcluded = patterns.some(pattern => pattern.startsWith('!') && matchesPattern(pattern.slice(1), alias));
    return !isExcluded && patterns.some(pattern => !pattern.startsWith('!') && matchesPattern(pattern, alias));
  });
}

/** Words of a line: quoted ones may hold blanks, a backslash keeps a quote or a blank, # begins a comment. */
function splitArguments(rest: string): string[] {
  const words: string[] = [];
  const WORD = /\s*(?:(#.*)|((?:"(?:\\["\\]|[^"])*"?|'(?:\\['\\]|[^'])*'?|\\[\s"'\\]|[^\s"'])+))/y;
  for (let found = WORD.exec(rest); found; found = WORD.exec(rest)) {
    const word = found[2];
    if (word === undefined) break;
    words.push(
      word.replace(/"((?:\\["\\]|[^"])*)"?|'((?:\\['\\]|[^'])*)'?|\\([\s"'\\])/g, (_whole, double, single, kept) =>
        String(double ?? single ?? kept).replace(/\\(["'\\])/g, '$1'),
      ),
    );
  }
  return words;
}
