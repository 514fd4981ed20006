import type { Tool } from '../tool';
import { changeSettings } from './change-settings';
import { createToken } from './create-token';
import { getInterfaceTraffic } from './get-interface-traffic';
import { getSettings } from './get-settings';
import { listNetworkInterfaces } from './list-network-interfaces';
import { listTokens } from './list-tokens';
import { revokeToken } from './revoke-token';
import { testMcp } from './test-mcp';

/** Every tool, in the order they are listed. A tool is a file beside this one and a line here. */
export const tools: readonly Tool[] = [
  listNetworkInterfaces,
  getInterfaceTraffic,
  getSettings,
  changeSettings,
  listTokens,
  createToken,
  revokeToken,
  testMcp,
];
