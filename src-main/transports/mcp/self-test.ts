import type { McpTest } from '../../engine/tools/test-mcp';

/**
 * What an agent does first, over the real listener with the real token: agree on a revision (the newest of both sides),
 * then list the tools.
 */
export async function testMcp(url: string, token: string, version: string, signal: AbortSignal): Promise<McpTest> {
  const startedMs = performance.now();
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const client = new Client({ name: 'netsonde-test', version }, { versionNegotiation: { mode: 'auto' } });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${token}` }, signal },
  });
  try {
    await client.connect(transport, { signal });
    const { tools } = await client.listTools(undefined, { signal });
    await transport.terminateSession(); // revisions up to 2025-11-25 have one
    return {
      ok: true,
      duration_ms: elapsed(startedMs),
      tools: tools.length,
      revision: client.getNegotiatedProtocolVersion() ?? null,
      problem: null,
    };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, duration_ms: elapsed(startedMs), tools: null, revision: null, problem };
  } finally {
    await client.close();
  }
}

function elapsed(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 10) / 10;
}
