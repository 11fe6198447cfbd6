import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chooseSubnet, freePorts, isPortFree } from '../../../src/preflight/choose.ts';
import { calm } from '../support/cluster.ts';
import { fakeEngine } from '../support/fake-engine.ts';

/** What is chosen beside networks of these subnets. */
async function chosen(name: string, ...subnets: (string | undefined)[]): Promise<string> {
  const networks = subnets.map((Subnet) => ({ IPAM: { Config: [{ Subnet }] } }));
  const { engine } = await fakeEngine({
    'GET /networks': { json: [{ IPAM: null }, { IPAM: { Config: null } }, ...networks] },
  });
  return chooseSubnet(name, engine, calm, [], {});
}

describe('chooseSubnet', () => {
  it('gives the same name the same /24 while that is free, and other names others', async () => {
    const first = await chosen('demo');
    expect(first).toMatch(/^10\.117\.\d+$/);
    expect(await chosen('demo', '172.17.0.0/16', 'fd00::/64', undefined)).toBe(first);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const several = await Promise.all(names.map((name) => chosen(name)));
    expect(new Set(several).size).toBeGreaterThan(3);
  });

  it('goes on to the next when a network overlaps, whole, in part or around it', async () => {
    const first = await chosen('demo');
    const third = Number(first.split('.')[2]);
    const next = `10.117.${String((third + 1) % 256)}`;
    for (const subnet of [`${first}.0/24`, `${first}.128/25`, `${first}.255/32`]) {
      expect(await chosen('demo', subnet)).toBe(next);
    }
    const pair = await chosen('demo', `${first}.0/24`, `${next}.0/26`);
    expect(pair).toBe(`10.117.${String((third + 2) % 256)}`);
  });

  it('minds no neighbours', async () => {
    const first = await chosen('demo');
    const third = Number(first.split('.')[2]);
    const neighbours = [third - 1, third + 1].map((n) => `10.117.${String((n + 256) % 256)}.0/24`);
    expect(await chosen('demo', ...neighbours, '10.116.0.0/16', '10.118.0.0/16')).toBe(first);
  });

  it('finds the only one that is left, and fails when none is', async () => {
    const all = Array.from({ length: 256 }, (_, third) => `10.117.${String(third)}.0/24`);
    expect(await chosen('demo', ...all.filter((subnet) => subnet !== '10.117.9.0/24'))).toBe(
      '10.117.9',
    );
    // A machine whose VPN takes all of 10/8 gets another range.
    for (const subnets of [all, ['10.0.0.0/8'], ['10.116.0.0/15']]) {
      expect(await chosen('demo', ...subnets)).toMatch(/^192\.168\.\d+$/);
    }
    await expect(chosen('demo', '0.0.0.0/0')).rejects.toMatchObject({ code: 'PREFLIGHT' });
  });

  it("keeps away from this machine's own networks", async () => {
    const first = await chosen('demo');
    const { engine } = await fakeEngine({ 'GET /networks': { json: [] } });
    const address = { address: `${first}.1`, netmask: '', mac: '', internal: false };
    const own = { eth0: [{ ...address, family: 'IPv4' as const, cidr: `${first}.1/24` }] };
    expect(await chooseSubnet('demo', engine, calm, [], own)).not.toBe(first);
  });

  it('reads a subnet whose address is not its first', async () => {
    const first = await chosen('demo');
    expect(await chosen('demo', `${first}.77/24`)).not.toBe(first);
  });
});

describe('ports', () => {
  it('are free, and all different', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    expect(await Promise.all(ports.map(isPortFree))).toEqual(ports.map(() => true));
  });

  it('that are taken are not free', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    expect(await isPortFree((server.address() as AddressInfo).port)).toBe(false);
  });

  it('that were asked about can be had', async () => {
    const [port = 0] = await freePorts(1);
    expect(await isPortFree(port)).toBe(true);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });
});
