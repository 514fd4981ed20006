import { CaptureAnalysis } from '../../src-main/engine/packets/analysis';
import { CaptureInput } from '../../src-main/engine/packets/readers/capture-input';

/** Reads the bytes of a capture file as the product does. @param piece bytes handed over at once; default all */
export function readCapture(
  file: Uint8Array,
  piece = file.length,
  analysis = new CaptureAnalysis(),
): { analysis: CaptureAnalysis; input: CaptureInput } {
  const input = new CaptureInput(analysis);
  for (let at = 0; at < file.length; at += Math.max(1, piece)) input.push(file.subarray(at, at + Math.max(1, piece)));
  input.end();
  analysis.end();
  return { analysis, input };
}
