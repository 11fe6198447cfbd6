import { describe, expect, it } from 'vitest';
import { unreachableFromHosts } from '../../../../src/hosts/local/probe.ts';
import { calm, specOf } from '../../support/cluster.ts';
import { fakeEngine, type Routes } from '../../support/fake-engine.ts';
import { saying } from '../../support/throwaway.ts';

const IMAGE = specOf().images.node;
const ADDRESSES = [
  { host: '10.0.0.5', port: 2379 },
  { host: 'fd00::1', port: 2379 },
  { host: 'store.example.org', port: 1 },
];

async function ask(routes: Routes) {
  const outer = await fakeEngine(routes);
  const unreachable = await unreachableFromHosts(outer.engine, IMAGE, ADDRESSES, calm).catch(
    (error: unknown) => error,
  );
  const create = outer.requests.find(({ path }) => path === '/containers/create');
  return { unreachable, paths: outer.paths(), body: create?.body.toString() ?? '{}' };
}

describe('what hosts cannot reach', () => {
  it('is what a container of their image did not connect to', async () => {
    const { unreachable } = await ask(saying('reached 10.0.0.5 2379\nreached fd00::1 2379\n'));
    expect(unreachable).toEqual([{ host: 'store.example.org', port: 1 }]);
    expect((await ask(saying(''))).unreachable).toEqual(ADDRESSES);
  });

  it('is not taken for reached by a part of its name or port', async () => {
    const text = 'reached 10.0.0.5 23790\nreached fd00::1 2379 x\nreached store.example.or 1\n';
    expect((await ask(saying(text))).unreachable).toEqual(ADDRESSES);
  });

  it('is told of by a container with the addresses as arguments, which is removed', async () => {
    const { paths, body } = await ask(saying(''));
    const { Image, Cmd, Entrypoint } = JSON.parse(body) as Record<string, unknown>;
    expect(Image).toBe(IMAGE);
    expect(Cmd).toEqual(['10.0.0.5', '2379', 'fd00::1', '2379', 'store.example.org', '1']);
    // Addresses are what a person wrote: never a part of the script.
    expect(JSON.stringify(Entrypoint)).not.toContain('10.0.0.5');
    expect(paths.at(-1)).toBe('DELETE /containers/once');
  });

  it('fails where the image is not there, and nothing is made to find out', async () => {
    const { unreachable, paths } = await ask({});
    expect(String(unreachable)).toContain('is not there yet');
    expect(paths).toEqual([`GET /images/${IMAGE}/json`]);
  });

  it('fails when the container cannot run, and leaves none behind', async () => {
    const { unreachable, paths } = await ask({
      ...saying(''),
      'POST /containers/once/start': { status: 500, json: { message: 'no more processes' } },
    });
    expect(unreachable).toBeInstanceOf(Error);
    expect(paths.at(-1)).toBe('DELETE /containers/once');
  });
});
