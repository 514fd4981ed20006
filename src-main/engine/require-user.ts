import { PRIMARY_ID } from './services/tokens';
import { type Caller, requireScope } from './tool';

/**
 * New targets are the user's to choose: a token made for an agent needs the scope for them. The main token lies in a file only
 * the user can read.
 */
export function requireUser(caller: Caller, tool: string): void {
  if (caller.door === 'cli' || caller.isAtDesktop || caller.id === PRIMARY_ID) return;
  requireScope(caller, 'remote', tool);
}
