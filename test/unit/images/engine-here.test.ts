import { describe, expect, it } from 'vitest';
import { engineHere } from '../../../src/images/engine-here.ts';
import { calm } from '../support/cluster.ts';
import { fakeEngine } from '../support/fake-engine.ts';

describe("the person's engine on this machine", () => {
  it.each([
    ['is it when it answers', '28.5.2', true],
    ['is none when it is a manager', 'swarm/1.2.9', false],
  ])('%s', async (_, Version, expected) => {
    const { socket } = await fakeEngine({ 'GET /version': { json: { Version } } });
    const found = await engineHere({ DOCKER_HOST: `unix://${socket}` }, '/nonexistent', calm);
    expect(found !== undefined).toBe(expected);
    found?.close();
  });

  it.each(['unix:///nonexistent/docker.sock', 'ssh://root@a'])('is none at %s', async (host) => {
    expect(await engineHere({ DOCKER_HOST: host }, '/nonexistent', calm)).toBeUndefined();
  });
});
