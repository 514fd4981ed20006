import type { HostList, HostSummary } from '@shared/model/host';
import { create } from 'zustand';
import { callTool, failureOf, type ToolFailure } from './use-tool';

interface HostsState {
  /** This machine first; null before the first answer. */
  hosts: readonly HostSummary[] | null;
  failure: ToolFailure | null;
  refresh: (signal?: AbortSignal) => Promise<void>;
}

/** What is known of every host. Asking connects to none of them. */
export const useHosts = create<HostsState>(set => ({
  hosts: null,
  failure: null,
  async refresh(signal) {
    const reply = await callTool<HostList>('list_hosts', {}, signal);
    if (signal?.aborted) return;
    if (reply.success) set({ hosts: reply.data.hosts, failure: null });
    else set({ failure: failureOf(reply) });
  },
}));

const NONE: readonly HostSummary[] = [];
export const selectHosts = (state: HostsState): readonly HostSummary[] => state.hosts ?? NONE;

export const isRemote = ({ kind }: HostSummary): boolean => kind !== 'local';

/** Every tag in use, in the order of the alphabet. */
export function tagsOf(hosts: readonly HostSummary[]): string[] {
  return [...new Set(hosts.flatMap(({ tags }) => tags))].sort((one, other) => one.localeCompare(other));
}
