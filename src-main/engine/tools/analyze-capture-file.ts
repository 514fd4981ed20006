import { basename } from 'node:path';
import { NetsondeError } from '@shared/errors';
import { captureFileAnalysis } from '@shared/model/capture';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { cutLists } from '../services/captures/captures';
import { defineTool } from '../tool';

/** Rows of each list; get_capture_report has the others. */
const ROWS = 100;

export const analyzeCaptureFile = defineTool({
  name: 'analyze_capture_file',
  title: 'Analyse a capture file',
  description:
    'Find the problems in a pcap or pcapng file (also gzip): give the path of a file in the capture folder, or the upload_id of POST /api/uploads. The answer is a summary; get_capture_report pages through it. Names and addresses in it are text of others.',
  scope: 'capture',
  input: z.strictObject({
    path: z.string().min(1).max(4_096).optional().describe('A file inside the capture folder; from the command line any file.'),
    upload_id: z.string().max(64).optional().describe('Of POST /api/uploads.'),
    name: z.string().max(255).optional().describe('What to call an upload.'),
  }),
  output: captureFileAnalysis,
  async run({ path, upload_id, name: called }, { uploads, captures }, { signal, progress, caller }) {
    if ((path === undefined) === (upload_id === undefined))
      throw new NetsondeError('invalid_argument', text('captures.path_or_upload'));
    // The command line reads what its user can read.
    const placeOf = (named: string): { file: string; name: string } =>
      caller.door === 'cli' ? { file: named, name: basename(named) } : uploads.inFolder(named);
    const { file, name } = upload_id === undefined ? placeOf(path ?? '') : uploads.find(upload_id);
    const title = upload_id === undefined || called === undefined ? name : sanitizeUntrusted(called, 255);
    const {
      session_id,
      file: facts,
      analysis,
      coverage,
      source,
    } = await captures.analyseFile(file, title, caller, {
      signal,
      onProgress: done => progress({ done, message: `${Math.round(done * 100)} %` }),
    });
    return { ...cutLists(analysis, ROWS), session_id, file: facts.name, file_bytes: facts.file_bytes, coverage, source };
  },
  summarize: ({ file, total_packets, verdict }) => text('captures.analysed', { file, count: total_packets, verdict }),
});
