import { captureStatus } from '@shared/model/capture';
import { z } from 'zod';
import { describeStatus } from '../services/captures/describe-status';
import { defineTool, hostParams } from '../tool';
import { sessionParam } from './stop-packet-capture';

export const getCaptureStatus = defineTool({
  name: 'get_capture_status',
  title: 'Status of a packet capture',
  description:
    'How far a capture is, with the analysis so far: problems, protocols, connections, DNS, HTTP, TLS, what was lost. Lists are cut; get_capture_report pages through them.',
  scope: 'capture',
  servers: ['packet_capture'],
  input: z.strictObject({ ...sessionParam, ...hostParams }),
  output: captureStatus,
  run: ({ session_id }, { captures }, { caller }) => Promise.resolve(captures.status(session_id, caller)),
  summarize: describeStatus,
});
