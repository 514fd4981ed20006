import { text, translate } from '@shared/text/index';
import type { McpTest } from '../../engine/tools/test-mcp';

/** What an agent does first, over the real listener with the real token: connect, then list the tools. */
export async function testMcp(url: string, token: string, version: string, signal: AbortSignal): Promise<McpTest> {
  const startedMs = performance.now();
  const [{ Client }, { StreamableHTTPClientTransport }] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
  ]);
  const client = new Client({ name: 'netsonde-test', version });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${token}` }, signal },
  });
  try {
    await client.connect(transport, { signal });
    const { tools } = await client.listTools(undefined, { signal });
    await transport.terminateSession();
    return {
      ok: true,
      duration_ms: elapsed(startedMs),
      tools: tools.length,
      revision: transport.protocolVersion ?? null,
      problem: null,
    };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      ok: false,
      duration_ms: elapsed(startedMs),
      tools: null,
      revision: null,
      problem: translate(text('server.mcp_fails', { reason }), 'en'),
    };
  } finally {
    await client.close();
  }
}

function elapsed(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 10) / 10;
}
