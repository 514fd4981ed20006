import { CAPTURE_MODES, captureStarted } from '@shared/model/capture';
import { text, translate } from '@shared/text/index';
import { z } from 'zod';
import { describePlan } from '../services/captures/plan';
import { defineTool, hostParams, integer } from '../tool';

export const startPacketCapture = defineTool({
  name: 'start_packet_capture',
  title: 'Start a packet capture',
  description:
    'Capture packets and look for problems in them: the filter is chosen by mode and target. Returns at once with a session_id; it ends by itself after `duration`. Ask get_capture_status for the running analysis, stop_packet_capture for the report. Payload is kept only with save.',
  scope: 'capture',
  readOnly: false,
  servers: ['packet_capture'],
  aliases: { capture_type: 'mode' },
  input: z.strictObject({
    target: z
      .string()
      .max(2_048)
      .describe('Name, address, URL, port or interface; "web"; or "auto" for a look at everything usual.'),
    mode: z
      .preprocess(value => (value === 'diagnostic' ? 'diagnosis' : value), z.enum(CAPTURE_MODES))
      .default('auto')
      .describe('domain, port, web, diagnosis or auto (default): auto picks by the target.'),
    duration: integer(1, 3_600).default(30).describe('Seconds, 1 to 3,600, default 30.'),
    interface: z.string().max(64).optional().describe('Interface name or any; left out: where the target is reached.'),
    save: z.boolean().default(false).describe('Keep whole packets in a pcapng file; default false: nothing but the report.'),
    max_packets: integer(1, 10_000_000).default(10_000_000).describe('Ends after so many packets.'),
    filter: z.string().max(4_096).optional().describe('Narrows it further, as pcap-filter(7) has it.'),
    trigger: z
      .string()
      .max(100)
      .optional()
      .describe('Wait for it, keeping the last 10 s: refused, drop, drop:REASON or rate>PACKETS_A_SECOND.'),
    ...hostParams,
  }),
  output: captureStarted,
  async run({ host, port, ssh_port, interface: iface, ...request }, { hosts, captures }, { signal, caller }) {
    const target = await hosts.open({ host, ssh_port: ssh_port ?? port }, signal);
    const { plan, ...started } = await captures.start(target, { ...request, interface: iface }, caller, signal);
    const params = {
      what: describePlan(plan, request.target),
      iface: started.interface,
      seconds: request.duration,
      target: JSON.stringify(request.target),
    };
    const note = plan.ignored ? translate(text('captures.ignored_target', params), caller.language) : null;
    return { ...started, note };
  },
  summarize({ interface: iface, target, resolved_mode, trigger, note }, { duration }) {
    if (note !== null) return note;
    if (trigger !== null) return text('captures.started_armed', { iface, trigger });
    const what = describePlan({ mode: resolved_mode === 'auto' ? 'diagnosis' : resolved_mode, port: Number(target) }, target);
    return text('captures.started', { what, iface, seconds: duration });
  },
});
