import { captureStatus } from '@shared/model/capture';
import { z } from 'zod';
import { describeStatus } from '../services/captures/describe-status';
import { defineTool, hostParams } from '../tool';

export const sessionParam = {
  session_id: z.string().max(64).optional().describe("The capture; left out: the caller's running one, else its latest."),
};

export const stopPacketCapture = defineTool({
  name: 'stop_packet_capture',
  title: 'Stop a packet capture',
  description:
    'End a capture now and get its report: problems with evidence and advice, protocols, connections, DNS, HTTP, TLS. Stopping it again gives the same report. Names and addresses in it are text of others.',
  scope: 'capture',
  readOnly: false,
  servers: ['packet_capture'],
  input: z.strictObject({ ...sessionParam, ...hostParams }),
  output: captureStatus.extend({ again: z.boolean().describe('It had ended before: this is the same report') }),
  run: ({ session_id }, { captures }, { caller }) => captures.stop(session_id, caller),
  summarize: describeStatus,
});
