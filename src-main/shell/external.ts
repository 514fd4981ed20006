import { shell } from 'electron';

/** Hosts of references that findings and help link to. */
const HOSTS = new Set(['www.rfc-editor.org', 'www.kernel.org', 'docs.kernel.org', 'modelcontextprotocol.io']);

/** True for https links to the hosts above, without user names or ports in them. */
export function mayOpen(link: string): boolean {
  if (!URL.canParse(link)) return false;
  const { protocol, hostname, port, username, password } = new URL(link);
  return protocol === 'https:' && HOSTS.has(hostname) && port === '' && username === '' && password === '';
}

/** Opens a link in the user's browser, or does nothing when it leads elsewhere. */
export function openExternal(link: string): void {
  if (mayOpen(link)) void shell.openExternal(link);
}
