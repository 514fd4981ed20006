/** What an MCP client must be told, in the form that client reads. */
export const CLIENTS = [
  { id: 'claude', name: 'Claude' },
  { id: 'vscode', name: 'VS Code' },
  { id: 'cursor', name: 'Cursor' },
  { id: 'codex', name: 'Codex' },
  { id: 'opencode', name: 'opencode' },
] as const;
export type ClientId = (typeof CLIENTS)[number]['id'];
/** wsl: the client runs on Windows, Netsonde inside WSL. */
export type Transport = 'http' | 'stdio' | 'wsl';

export interface ClientConfig {
  /** Where the text goes; null: it is a command to run. */
  file: string | null;
  text: string;
  /** Whether the client has a limit for calls, which is then set to 60 s. */
  timeout: boolean;
}

const TIMEOUT_S = 60;
const STDIO = { stdio: ['netsonde', 'mcp'], wsl: ['wsl.exe', 'bash', '-lc', 'netsonde mcp'] } as const;

const json = (value: unknown): string => JSON.stringify(value, null, 2);
/** A TOML basic string: its escapes are those of JSON. */
const toml = (value: string): string => JSON.stringify(value);
/** For sh and PowerShell alike; addresses and tokens have no quotes. */
const quoted = (value: string): string => (/^[\w./:=-]+$/.test(value) ? value : `"${value}"`);

export function clientConfig(client: ClientId, transport: Transport, url: string, token: string): ClientConfig {
  const authorization = `Bearer ${token}`;
  const [command = '', ...args] = transport === 'http' ? [] : STDIO[transport];
  const http = transport === 'http';
  switch (client) {
    case 'claude':
      return {
        file: null,
        timeout: false,
        text: http
          ? `claude mcp add --transport http netsonde ${url} --header "Authorization: ${authorization}"`
          : `claude mcp add netsonde -- ${[command, ...args].map(quoted).join(' ')}`,
      };
    case 'vscode':
      return {
        file: '.vscode/mcp.json',
        timeout: false,
        text: json({
          servers: {
            netsonde: http ? { type: 'http', url, headers: { Authorization: authorization } } : { type: 'stdio', command, args },
          },
        }),
      };
    case 'cursor':
      return {
        file: '~/.cursor/mcp.json',
        timeout: false,
        text: json({ mcpServers: { netsonde: http ? { url, headers: { Authorization: authorization } } : { command, args } } }),
      };
    case 'codex':
      return {
        file: '~/.codex/config.toml',
        timeout: true,
        text: [
          '[mcp_servers.netsonde]',
          ...(http
            ? [`url = ${toml(url)}`, `http_headers = { "Authorization" = ${toml(authorization)} }`]
            : [`command = ${toml(command)}`, `args = [${args.map(toml).join(', ')}]`]),
          `tool_timeout_sec = ${TIMEOUT_S}`,
        ].join('\n'),
      };
    case 'opencode':
      return {
        file: 'opencode.json',
        timeout: true,
        text: json({
          mcp: {
            netsonde: http
              ? { type: 'remote', url, headers: { Authorization: authorization }, enabled: true, timeout: TIMEOUT_S * 1000 }
              : { type: 'local', command: [command, ...args], enabled: true, timeout: TIMEOUT_S * 1000 },
          },
        }),
      };
  }
}

/** Enough to tell tokens apart, not enough to use one. */
export function maskSecret(secret: string): string {
  return `${'•'.repeat(16)}${secret.slice(-4)}`;
}
