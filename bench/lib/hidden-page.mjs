import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHROMIUM, CHROMIUM_ARGS } from '../../e2e/chromium.mjs';

/**
 * A page in a tab of its own Chromium, over bare DevTools: Playwright keeps every page visible and switches off what
 * Chromium does to hidden ones.
 */
export async function openPageToHide() {
  const profile = mkdtempSync(path.join(tmpdir(), 'netsonde-bench-'));
  const child = spawn(
    CHROMIUM,
    [...CHROMIUM_ARGS, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const address = await new Promise((resolve, reject) => {
    let output = '';
    child.stderr.on('data', chunk => {
      output += chunk;
      const found = /DevTools listening on (\S+)/.exec(output)?.[1];
      if (found) resolve(found);
    });
    child.once('close', code => reject(new Error(`Chromium ended with ${code}: ${output}`)));
  });
  const socket = new WebSocket(address);
  await once(socket, 'open');

  const waiting = new Map();
  const listeners = new Set();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(data);
    if (message.id === undefined) for (const listener of listeners) listener(message);
    else waiting.get(message.id)?.(message);
  });
  const send = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
      socket.send(JSON.stringify({ id, method, params, sessionId }));
    });

  const { targetInfos } = await send('Target.getTargets');
  const { targetId } = targetInfos.find(({ type }) => type === 'page');
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  await send('Page.enable', {}, sessionId);

  return {
    async goto(url) {
      const loaded = new Promise(resolve => {
        const listener = ({ method, sessionId: of }) => {
          if (method !== 'Page.loadEventFired' || of !== sessionId) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      });
      await send('Page.navigate', { url }, sessionId);
      await loaded;
    },
    async evaluate(expression) {
      const { result } = await send('Runtime.evaluate', { expression, awaitPromise: true }, sessionId);
      return result.value;
    },
    /** Another tab comes in front. */
    hide: () => send('Target.createTarget', { url: 'about:blank' }),
    /** CPU seconds of the processes that run pages: besides this one there are blank tabs alone. */
    async cpuSeconds() {
      const { processInfo } = await send('SystemInfo.getProcessInfo');
      return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    },
    async close() {
      socket.close();
      child.kill('SIGTERM');
      await once(child, 'close');
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
