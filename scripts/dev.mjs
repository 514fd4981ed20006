// `npm run dev`: the page reloads as you type, the engine restarts when its build changes.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setup } from './lib/setup.mjs';
import { childEnv, main, ROOT, runtime } from './lib/steps.mjs';

const home = process.env.NETSONDE_HOME ?? path.join(ROOT, '.tmp/dev-home');

/** Restarts the engine after each build of main; resolves with its address and token when it serves. */
function serveEngine(onReady) {
  let engine;
  const start = () => {
    engine = spawn(runtime(), ['out/main/cli.js', 'serve'], {
      cwd: ROOT,
      env: childEnv({ NETSONDE_HOME: home }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    engine.stdout.on('data', chunk => {
      process.stdout.write(chunk);
      if (String(chunk).includes('Open ')) onReady(JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8')));
    });
  };
  return {
    restart() {
      if (!engine || engine.exitCode !== null) return start();
      engine.once('close', start);
      engine.kill('SIGTERM');
    },
    stop: () => engine?.kill('SIGTERM'),
  };
}

await main(async () => {
  await setup();
  const { build, createServer, mergeConfig } = await import('vite');
  const { resolveConfig } = await import('electron-vite');
  const { config } = await resolveConfig({ root: ROOT, mode: 'development' }, 'serve', 'development');

  let page;
  const engine = serveEngine(async ({ url, token }) => {
    if (page) return;
    // The page's own origin is not the engine's: the proxy speaks for it, with the token.
    const proxied = { target: url, ws: true, changeOrigin: true, headers: { origin: url, authorization: `Bearer ${token}` } };
    page = await createServer(
      mergeConfig(config.renderer, {
        configFile: false,
        server: { host: '127.0.0.1', proxy: { '/ws': proxied, '/api': proxied, '/mcp': proxied, '/health': proxied } },
      }),
    );
    await page.listen();
    page.printUrls();
  });
  const watcher = await build(
    mergeConfig(config.main, { configFile: false, build: { watch: {}, outDir: path.join(ROOT, 'out/main') } }),
  );
  watcher.on('event', ({ code, error }) => {
    if (code === 'END') engine.restart();
    if (code === 'ERROR') process.stderr.write(`${error.message}\n`);
  });
  await new Promise(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  engine.stop();
  await Promise.all([watcher.close(), page?.close()]);
});
