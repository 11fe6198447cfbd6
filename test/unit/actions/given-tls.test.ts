import { describe, expect, it } from 'vitest';
import { givenTls } from '../../../src/actions/given-tls.ts';
import { calm, hostOf } from '../support/cluster.ts';
import type { Routes } from '../support/fake-engine.ts';
import { tarOf } from '../support/image-archive.ts';
import { worldOf } from '../support/world.ts';

const MASTER = 'GET /containers/swarmctl-demo-m/archive';

async function ask(routes: Routes, files: Readonly<Record<string, string>> = {}) {
  const { world, record, outer } = await worldOf({ discovery: 'etcd://a:1' }, routes);
  for (const [name, text] of Object.entries(files)) {
    await world.folder.write(`discovery/${name}`, text);
  }
  const tls = await givenTls(world.folder, world.hosts, hostOf(record, 'demo-m'), calm);
  return { tls, requests: outer.requests };
}

describe('what a person gave to reach a store', () => {
  it('is read from this machine, without asking the master', async () => {
    const { tls, requests } = await ask(
      {},
      { 'ca.pem': 'CA', 'cert.pem': 'CERT', 'key.pem': 'KEY' },
    );
    expect(tls).toEqual({ ca: 'CA', cert: 'CERT', key: 'KEY' });
    expect(requests).toEqual([]);
  });

  it('may be a CA alone', async () => {
    const { tls } = await ask({}, { 'ca.pem': 'CA' });
    expect(tls).toEqual({ ca: 'CA', cert: undefined, key: undefined });
  });

  it('is read from the master when the state of this machine is lost', async () => {
    const body = await tarOf({
      'discovery/ca.pem': 'CA',
      'discovery/cert.pem': 'CERT',
      'discovery/key.pem': 'KEY',
    });
    const { tls, requests } = await ask({ [MASTER]: { body } });
    expect(tls).toEqual({ ca: 'CA', cert: 'CERT', key: 'KEY' });
    expect(requests[0]?.query.get('path')).toBe('/etc/swarmctl/tls/discovery');
  });

  it('is unknown when it is nowhere', async () => {
    expect((await ask({})).tls).toBeUndefined();
    expect((await ask({ [MASTER]: { body: await tarOf({}) } })).tls).toBeUndefined();
  });
});
