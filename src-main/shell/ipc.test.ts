import { EventEmitter } from 'node:events';
import { IPC_FILE, IPC_FILE_WAITS, IPC_REQUEST } from '@shared/bridge';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../engine/create-engine';
import { createOpenedFiles } from './opened-files';

type Handler = (event: unknown, ...content: unknown[]) => Promise<unknown>;
const handlers = new Map<string, Handler>();
const ipcMain = Object.assign(new EventEmitter(), {
  handle: (channel: string, handler: Handler) => void handlers.set(channel, handler),
  removeHandler: (channel: string) => void handlers.delete(channel),
});
vi.mock('electron', () => ({ ipcMain, BrowserWindow: class {}, dialog: {} }));
const { registerIpc } = await import('./ipc');

const PAGE = 'file:///opt/netsonde/out/renderer/index.html';
const opened = createOpenedFiles();
let stop: () => void;
let logged: ReturnType<typeof vi.spyOn>;

/** The window's page; what main sends to it is kept. */
function pageAt(url: string) {
  const sent: string[] = [];
  const mainFrame = { url };
  const sender = Object.assign(new EventEmitter(), {
    mainFrame,
    isDestroyed: () => false,
    send: (channel: string) => sent.push(channel),
  });
  return { sent, event: { sender, senderFrame: mainFrame } };
}

beforeEach(() => {
  logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  // No call of an engine is made by a refused message, nor by a queue of files.
  stop = registerIpc({ engine: { uploads: {} } as Engine, pageUrl: PAGE, language: () => 'en', opened });
});
afterEach(() => {
  stop();
  logged.mockRestore();
});

const ask = (event: unknown, ...content: unknown[]): Promise<unknown> => {
  const handler = handlers.get(IPC_FILE);
  if (!handler) throw new Error('Nobody answers about files.');
  return handler(event, ...content);
};

test('a foreign page, a frame of the page and extra arguments get no file', async () => {
  opened.offer('/home/me/secret.pcap');
  const own = pageAt(PAGE);
  await expect(ask(pageAt('https://evil.example/').event, { kind: 'next' })).rejects.toThrow('refused');
  await expect(ask({ ...own.event, senderFrame: { url: PAGE } }, { kind: 'next' })).rejects.toThrow('refused');
  await expect(ask(own.event, { kind: 'next' }, 'more')).rejects.toThrow('refused');
  ipcMain.emit(IPC_REQUEST, pageAt('https://evil.example/').event, { kind: 'call', id: 1, tool: 'get_status' });
  expect(logged).toHaveBeenCalledTimes(4);
  expect(opened.next()).toBe('/home/me/secret.pcap');
});

test('a page that has asked once is told when another file waits, without its path', async () => {
  const { event, sent } = pageAt(PAGE);
  expect(await ask(event, { kind: 'next' })).toMatchObject({ success: true, data: null });
  opened.offer('/home/me/next.pcap');
  expect(sent).toEqual([IPC_FILE_WAITS]);
  expect(opened.next()).toBe('/home/me/next.pcap');
});

test('once it is stopped nobody answers', () => {
  stop();
  expect(handlers.size).toBe(0);
  expect(ipcMain.listenerCount(IPC_REQUEST)).toBe(0);
});
