import { readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../unit/support/temporary-folder.ts';
import { live, until } from '../../unit/token-service/live-service.ts';

const FIXED = '00112233445566778899aabbccddeeff';
const STATUS = await readFile('/proc/self/status', 'utf8').catch(() => '');
/** CAP_SYS_ADMIN, which mounting takes. */
const mayMount = (BigInt(`0x${/CapEff:\s*(\w+)/.exec(STATUS)?.[1] ?? '0'}`) & (1n << 21n)) > 0n;

/** A file system of 256 KiB and a way to fill it. */
async function smallDisk() {
  const folder = await temporaryFolder();
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'swarmctl-test', folder]);
  // Lazily: what still runs may have files there.
  onTestFinished(async () => {
    await execa('umount', ['--lazy', folder]);
  });
  const ballast = path.join(folder, 'ballast');
  return {
    data: path.join(folder, 'data'),
    /** Leaves so many bytes free, in pages of 4096. */
    fill: async (free: number) => {
      await writeFile(ballast, Buffer.alloc(1024 * 1024)).catch(() => undefined);
      const { size } = await stat(ballast);
      await truncate(ballast, size - free);
    },
    free: () => rm(ballast, { force: true }),
  };
}

// Skipped where file systems cannot be mounted: only a real one fills up as real ones do.
describe.skipIf(!mayMount)('a full disk', () => {
  let disk: Awaited<ReturnType<typeof smallDisk>>;
  beforeEach(async () => {
    disk = await smallDisk();
  });

  it('refuses new nodes with 507, serves the rest, and recovers by itself', async () => {
    const { ask, lines } = await live({ dataFolder: disk.data, tokens: [FIXED] });
    const register = async (body: string, ttl = 60) =>
      ask('POST', `/v1/clusters/${FIXED}?ttl=${ttl}`, { body });
    expect((await register('known:1')).status).toBe(200);
    await disk.fill(0);
    const long = `${'x'.repeat(60)}.`.repeat(3);
    let accepted = 0;
    for (; accepted < 1000; accepted++) {
      const { status, text } = await register(`${long}n${accepted}:1`);
      if (status === 200) continue;
      expect([status, text]).toEqual([507, expect.stringMatching(/disk .* is full.*\n$/)]);
      break;
    }
    // What was left of the last page of the journal.
    expect(accepted).toBeLessThan(30);
    expect((await register('known:1')).status).toBe(200);
    let changed = 70;
    while ((await register('known:1', changed)).status === 200) changed += 1;
    expect((await register('known:1', changed)).status).toBe(507);
    expect((await register('known:1', changed - 1)).status).toBe(200);
    const listed = JSON.parse((await ask('GET', `/v1/clusters/${FIXED}`)).text) as string[];
    expect(listed).toHaveLength(accepted + 1);
    expect(JSON.parse((await ask('GET', '/healthz')).text)).toMatchObject({
      ...{ status: 'degraded', reason: expect.stringContaining('full') as string },
    });
    const before = lines.length;
    await disk.free();
    // Nobody has to ask for it.
    await until(() => lines.slice(before).some((line) => line.endsWith('can be written again')));
    expect(JSON.parse((await ask('GET', '/healthz')).text)).toMatchObject({ status: 'ok' });
    expect((await register('new:1')).status).toBe(200);
  });

  it('never makes what is on it unreadable, wherever the end comes', async () => {
    const started = await live({ dataFolder: disk.data, tokens: [FIXED] });
    const acknowledged: string[] = [];
    let refused = 0;
    for (let round = 0; round < 6; round++) {
      await disk.fill(round % 2 === 0 ? 0 : 4096);
      for (let count = 0; count < 40; count++) {
        const body = `${'y'.repeat(10 + count)}-${round}-${count}:1`;
        const { status } = await started.ask('POST', `/v1/clusters/${FIXED}`, { body });
        if (status === 200) acknowledged.push(body);
        else refused += 1;
      }
      await disk.free();
      const body = `room-${round}:1`;
      expect((await started.ask('POST', `/v1/clusters/${FIXED}`, { body })).status).toBe(200);
      acknowledged.push(body);
    }
    expect(refused).toBeGreaterThan(20);
    await started.service.stop();
    const again = await live({ dataFolder: disk.data, tokens: [FIXED] });
    const listed = JSON.parse((await again.ask('GET', `/v1/clusters/${FIXED}`)).text) as string[];
    expect(listed).toEqual(acknowledged.sort());
    expect(again.lines.filter((line) => line.includes('cut'))).toEqual([]);
  });

  it('can be started on, unless it has nothing on it yet', async () => {
    const first = await live({ dataFolder: disk.data, tokens: [FIXED] });
    await first.ask('POST', `/v1/clusters/${FIXED}`, { body: 'a:1' });
    await first.service.stop();
    await disk.fill(0);
    const second = await live({ dataFolder: disk.data, tokens: [FIXED] });
    expect((await second.ask('GET', `/v1/clusters/${FIXED}`)).text).toBe('["a:1"]');
    await second.service.stop();
    await rm(disk.data, { recursive: true });
    await disk.fill(0);
    await expect(live({ dataFolder: disk.data, tokens: [FIXED] })).rejects.toThrow(/ENOSPC/);
  });

  it('gets rid of a node that expired meanwhile when there is room again', async () => {
    const { ask, lines, service } = await live({ dataFolder: disk.data, tokens: [FIXED] });
    await ask('POST', `/v1/clusters/${FIXED}?ttl=2`, { body: 'short:1' });
    await ask('POST', `/v1/clusters/${FIXED}?ttl=600`, { body: 'long:1' });
    await disk.fill(0);
    const long = `${'x'.repeat(60)}.`.repeat(3);
    for (let count = 0, status = 200; status === 200 && count < 100; count++) {
      ({ status } = await ask('POST', `/v1/clusters/${FIXED}?ttl=1`, {
        body: `${long}n${count}:1`,
      }));
    }
    await until(() => lines.some((line) => line.includes('expired short:1')));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await disk.free();
    await until(() => lines.some((line) => line.endsWith('the disk can be written again')));
    await service.stop();
    const again = await live({ dataFolder: disk.data, tokens: [FIXED] });
    expect((await again.ask('GET', `/v1/clusters/${FIXED}`)).text).toBe('["long:1"]');
  });
});
