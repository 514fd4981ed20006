import { readdir, readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.woff', 'font/woff'],
]);
/** What the bundler names by its content never changes. */
const HASHED = /-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;

export interface StaticFile {
  file: string;
  type: string;
  immutable: boolean;
}

/**
 * Every file of the built interface by its URL path, read from the directory once: a request can only name what is
 * in this map, so no path is ever made from input. Links are left out.
 */
export async function listStaticFiles(directory: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  let entries: Awaited<ReturnType<typeof readEntries>>;
  try {
    entries = await readEntries(directory);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return files; // not built: `/` says so
    throw thrown;
  }
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const url = `/${path.relative(directory, file).split(path.sep).map(encodeURIComponent).join('/')}`;
    const type = TYPES.get(path.extname(entry.name)) ?? 'application/octet-stream';
    files.set(url === '/index.html' ? '/' : url, { file, type, immutable: HASHED.test(entry.name) });
  }
  return files;
}

function readEntries(directory: string) {
  return readdir(directory, { recursive: true, withFileTypes: true });
}

export async function sendStaticFile(
  response: ServerResponse,
  { file, type, immutable }: StaticFile,
  csp: string,
): Promise<void> {
  const content = await readFile(file);
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': content.length,
    // private: other users of a shared proxy have no business with it.
    'Cache-Control': immutable ? 'private, max-age=31536000, immutable' : 'no-store',
    ...(type.startsWith('text/html') && { 'Content-Security-Policy': csp }),
  });
  response.end(content);
}

/**
 * Scripts and styles only from files of this server. React's style attributes are set through the CSSOM, which this
 * allows; a component that injects a style element (a modal menu of radix) would break, and the console says so.
 * @param sockets ws: origins, spelled out because older WebKit does not take them for 'self'
 */
export function pageCsp(sockets: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${sockets.join(' ')}`,
    "manifest-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ');
}
