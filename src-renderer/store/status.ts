import type { Ability, Status } from '@shared/model/status';
import { create } from 'zustand';

interface StatusState {
  status: Status | null;
  receive: (status: Status) => void;
}

/** Which backend reads the counters of interfaces. */
export const selectCounterBackend = (state: StatusState): string =>
  state.status?.abilities.find(({ id }) => id === 'counters')?.backend ?? '–';

/** Why the processes of some sockets are not known here; null when all can be. */
export const selectProcessLimit = (state: StatusState): Ability | null =>
  state.status?.abilities.find(({ id, state: ability }) => id === 'process_names' && ability !== 'good') ?? null;

/** What the engine says about itself and about what can be seen here. */
export const useStatus = create<StatusState>(set => ({
  status: null,
  receive: status => set({ status }),
}));
