import type { StreamMap, StreamName } from '@shared/bridge';
import { useEffect } from 'react';
import { client } from '../client';
import { useVisible } from './visible';

/**
 * Listens to a stream while the component is there and the window can be seen. A stream begins with a snapshot,
 * so what happened in between is not lost when the window comes back.
 * @param params compared by value; null: do not listen now
 */
export function useStream<Name extends StreamName>(
  stream: Name,
  params: StreamMap[Name]['params'] | null,
  onEvent: (event: StreamMap[Name]['event']) => void,
  { whileHidden = false } = {},
): void {
  const awake = useVisible() || whileHidden;
  const key = params === null ? null : JSON.stringify(params);
  useEffect(() => {
    if (!awake || key === null) return;
    // Parsed from what was a value of this type one line above.
    return client().subscribe(stream, JSON.parse(key) as StreamMap[Name]['params'], onEvent);
  }, [awake, stream, key, onEvent]);
}
