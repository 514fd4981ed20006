import type { ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { StreamSources, ToolContext } from './context';
import type { Stop } from './services/stream';
import { type Caller, type CallOptions, callTool, type Tool } from './tool';
import { tools } from './tools/index';

/** What every door uses: call a tool, listen to a stream. */
export interface Engine {
  readonly tools: ReadonlyMap<string, Tool>;
  call(name: string, input: unknown, caller: Caller, options?: CallOptions): Promise<ToolReply<unknown>>;
  /** @throws NetsondeError not_found for an unknown stream, invalid_argument for wrong params */
  subscribe(stream: string, params: unknown, onEvent: (event: unknown) => void): Stop;
  /** Ends every loop and child process. */
  stop(): Promise<void>;
}
