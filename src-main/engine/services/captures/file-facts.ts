import type { CaptureInput } from '../../packets/readers/capture-input';
import type { CaptureFileFacts } from '../../packets/truth-report';

export type { CaptureFileFacts };

/** What was found out about a capture as a file. @param size bytes on the disk, 0 for what never was a file */
export function fileFactsOf({ reader, damage }: CaptureInput, name: string, size: number): CaptureFileFacts {
  return {
    name,
    type: reader?.type ?? 'unknown',
    byte_order: reader?.byte_order ?? null,
    resolution: reader?.resolution ?? null,
    link_type: reader?.interfaces[0]?.link_type ?? null,
    // Only what is told of them: a reader keeps more.
    interfaces: (reader?.interfaces ?? []).map(
      ({ name: called, link_type, snaplen, received, dropped_by_interface, dropped_by_kernel }) => ({
        name: called,
        link_type,
        snaplen,
        received,
        dropped_by_interface,
        dropped_by_kernel,
      }),
    ),
    comments: reader?.comments ?? [],
    file_bytes: size,
    damage,
  };
}
