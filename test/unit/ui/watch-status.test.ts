import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { watchView } from '../../../src/ui/watch-status.ts';

function view(live: boolean) {
  const stream = new PassThrough();
  const now = () => new Date('2026-11-28T06:00:00.000Z');
  return { view: watchView(stream, live, now), written: () => String(stream.read() ?? '') };
}

describe('watching without a terminal', () => {
  it('writes what differs, once, with its time', () => {
    const { view: plain, written } = view(false);
    plain.show({ problem: 'there is no cluster etcd' });
    expect(written()).toBe('2026-11-28T06:00:00Z\nthere is no cluster etcd\n\n');
    plain.show({ problem: 'there is no cluster etcd' });
    plain.close();
    expect(written()).toBe('');
  });
});

describe('watching on a terminal', () => {
  it('overwrites line by line, and gives the terminal back', () => {
    const { view: live, written } = view(true);
    expect(written()).toBe('\u001b[?1049h\u001b[?25l');
    live.show({ problem: 'one' });
    expect(written()).toBe(
      '\u001b[Hone\u001b[K\r\n\u001b[K\r\n2026-11-28T06:00:00Z  Ctrl-C ends\u001b[K\u001b[J',
    );
    live.close();
    expect(written()).toMatch(/^\u001b\[\?1049l\u001b\[\?25hone\n/);
  });
});
