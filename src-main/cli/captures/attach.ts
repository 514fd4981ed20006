import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHome } from '../../home';
import { rendererFolder } from '../../places';
import { VERSION } from '../../version';
import { type CommandOptions, printer } from '../run-tool';

/**
 * Serves the pages with the live analysis of what comes through a pipe, until a signal comes: the report stays when the pipe
 * ends. It has a home of its own, so that it disturbs no Netsonde that runs.
 */
export async function attach(source: string, options: CommandOptions): Promise<number> {
  const { startNetsonde } = await import('../../server');
  const print = printer(options.language);
  const stream = source === '-' ? process.stdin : createReadStream(source);
  const home = mkdtempSync(path.join(tmpdir(), 'netsonde-attach-'));
  const asked = new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve()); // the launcher sends a Ctrl-C once more
  });
  try {
    const server = await startNetsonde({
      home: createHome({ ...process.env, NETSONDE_HOME: home }),
      rendererDir: rendererFolder(),
      version: VERSION,
    });
    const name = source === '-' ? 'stdin' : path.basename(source);
    const { session_id, ended } = await server.engine.attach(stream, name);
    print.line(print.say('cli.attached', { name }));
    // Browsers keep the fragment over the redirect of the sign-in.
    print.line(print.say('cli.open_link', { link: `${server.signInUrl}#/report?session=${session_id}` }));
    void ended.then(() => print.line(print.say('cli.attach_over', { name })));
    await asked;
    await server.close();
    return 0;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
