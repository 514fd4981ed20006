import type { ToolReply } from '@shared/bridge';
import type { HostBookView, HostEntry, HostImport, HostProfileInput, HostTest } from '@shared/model/host';
import type { HostImportFormat } from '@shared/model/host-import-formats';
import { callTool } from '../../store/use-tool';

/** What is kept apart from a profile. Left out: as before; empty: forgotten. */
export interface HostSecrets {
  password?: string;
  passphrase?: string;
}

export const LIST_TOOL = 'list_host_profiles';

export const addHost = (profile: HostProfileInput & HostSecrets): Promise<ToolReply<unknown>> => callTool('add_host', profile);

/** @param host the name it had */
export const updateHost = (host: string, profile: HostProfileInput & HostSecrets): Promise<ToolReply<unknown>> =>
  callTool('update_host', { host, ...profile });

export const removeHost = (host: string): Promise<ToolReply<unknown>> => callTool('remove_host', { host });

export const importHosts = (format: HostImportFormat, text: string): Promise<ToolReply<HostImport>> =>
  callTool('import_hosts', { format, text });

export const testHost = (host: string, signal: AbortSignal, onStep: (message: string) => void): Promise<ToolReply<HostTest>> =>
  callTool('test_host', { host }, signal, ({ message }) => onStep(message));

/** Notes the key of a host, or of one on the way to it, if it still is the one that was compared. */
export const trustHost = (host: string, fingerprint: string): Promise<ToolReply<unknown>> =>
  callTool('trust_host', { host, fingerprint });

export type { HostBookView, HostEntry };
