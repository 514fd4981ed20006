import type { Tool } from '../tool';
import { addHost } from './add-host';
import { aiInsights } from './ai-insights';
import { analyzeCaptureFile } from './analyze-capture-file';
import { analyzePatterns } from './analyze-patterns';
import { changeSettings } from './change-settings';
import { checkPortOccupation } from './check-port-occupation';
import { createToken } from './create-token';
import { describeAddresses } from './describe-addresses';
import { getCaptureReport } from './get-capture-report';
import { getCaptureStatus } from './get-capture-status';
import { getInterfaceTraffic } from './get-interface-traffic';
import { getNetworkSummary } from './get-network-summary';
import { getPacketDropSummary } from './get-packet-drop-summary';
import { getSettings } from './get-settings';
import { getStatus } from './get-status';
import { importHosts } from './import-hosts';
import { installHelper } from './install-helper';
import { listConnections } from './list-connections';
import { listHostProfiles } from './list-host-profiles';
import { listHosts } from './list-hosts';
import { listNetworkInterfaces } from './list-network-interfaces';
import { listPacketDrops } from './list-packet-drops';
import { listTokens } from './list-tokens';
import { networkMonitor } from './network-monitor';
import { queryNetworkConnections } from './query-network-connections';
import { removeCapture } from './remove-capture';
import { removeHost } from './remove-host';
import { resolveAddress } from './resolve-address';
import { revokeToken } from './revoke-token';
import { startPacketCapture } from './start-packet-capture';
import { stopPacketCapture } from './stop-packet-capture';
import { testHost } from './test-host';
import { testMcp } from './test-mcp';
import { trustHost } from './trust-host';
import { updateHost } from './update-host';

/** Every tool, in the order they are listed. A tool is a file beside this one and a line here. */
export const tools: readonly Tool[] = [
  listNetworkInterfaces,
  getInterfaceTraffic,
  queryNetworkConnections,
  checkPortOccupation,
  getNetworkSummary,
  listConnections,
  analyzePatterns,
  getPacketDropSummary,
  listPacketDrops,
  networkMonitor,
  startPacketCapture,
  stopPacketCapture,
  getCaptureStatus,
  analyzeCaptureFile,
  getCaptureReport,
  removeCapture,
  aiInsights,
  getStatus,
  listHosts,
  describeAddresses,
  resolveAddress,
  getSettings,
  changeSettings,
  listTokens,
  createToken,
  revokeToken,
  testMcp,
  installHelper,
  listHostProfiles,
  addHost,
  updateHost,
  removeHost,
  importHosts,
  testHost,
  trustHost,
];
