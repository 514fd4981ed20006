import { expect, type Page } from '@playwright/test';

/** A pcap of refused connects, each to a port and a host of its own, byte by byte: Ethernet, IPv4, TCP. */
export function refusedPcap(connects = 1): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  const client = [192, 0, 2, 7];
  const packet = (
    from: readonly number[],
    to: readonly number[],
    ports: readonly [number, number],
    seq: number,
    ack: number,
    flags: number,
  ) => {
    const frame = Buffer.alloc(54);
    frame.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0], 0);
    frame.writeUInt16BE(40, 16);
    frame.set([0x40, 0, 64, 6], 20);
    frame.set([...from, ...to], 26);
    frame.writeUInt16BE(ports[0], 34);
    frame.writeUInt16BE(ports[1], 36);
    frame.writeUInt32BE(seq, 38);
    frame.writeUInt32BE(ack, 42);
    frame.set([0x50, flags], 46);
    frame.writeUInt16BE(flags === 2 ? 64_240 : 0, 48);
    return frame;
  };
  const [SYN, RST_ACK] = [0x02, 0x14];
  const frames = Array.from({ length: connects }, (_, at) => {
    const host = [198, 51, 100, 9 + at];
    const [from, to] = [49_200 + at, 8_443 + at];
    return [packet(client, host, [from, to], 1_000, 0, SYN), packet(host, client, [to, from], 0, 1_001, RST_ACK)];
  }).flat();
  const records = frames.map((frame, at) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_790_000_000, 0);
    record.writeUInt32LE(at * 400, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return Buffer.concat([record, frame]);
  });
  return Buffer.concat([header, ...records]);
}

/** Drops a file on the page as a file manager does. */
export async function dropFile(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([called, content]) => {
      const carried = new DataTransfer();
      carried.items.add(new File([Uint8Array.from(atob(content), letter => letter.charCodeAt(0))], called));
      return carried;
    },
    [name, bytes.toString('base64')] as const,
  );
  const target = page.locator('#main');
  await target.dispatchEvent('dragover', { dataTransfer: transfer });
  await expect(page.getByText('Drop the capture file to analyse it')).toBeVisible();
  await target.dispatchEvent('drop', { dataTransfer: transfer });
}
