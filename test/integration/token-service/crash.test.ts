import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Agent } from 'node:https';
import { expect, it } from 'vitest';
import { ask } from '../../unit/token-service/live-service.ts';
import { copyOfProgram, flagsFor, startProgram } from './program-under-test.ts';

const ROUNDS = 5;
const CONNECTIONS = 20;

/** Registers ever new nodes until the service is gone; fills `acknowledged` as it goes. */
async function registerUntilDeath(
  port: number,
  token: string,
  prefix: string,
  acknowledged: string[],
) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let count = 0;
  const worker = async () => {
    for (;;) {
      const body = `${prefix}-${count++}.example:2376`;
      const reply = await ask(port, 'POST', `/v1/clusters/${token}`, { body }, agent);
      expect(reply.status).toBe(200);
      acknowledged.push(body);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
  return outcomes;
}

it('no acknowledged registration is lost when the process is killed in the middle of writing', async () => {
  const program = await copyOfProgram();
  const { flags, data } = await flagsFor();
  const acknowledged: string[] = [];
  const tokens: string[] = [];
  let token = '';
  for (let round = 0; round < ROUNDS; round++) {
    const service = await startProgram(program, flags);
    for (const made of tokens) {
      expect((await service.ask('GET', `/v1/clusters/${made}`)).status).toBe(200);
    }
    if (token === '') token = (await service.ask('POST', '/v1/clusters')).text;
    else {
      const listed = JSON.parse(
        (await service.ask('GET', `/v1/clusters/${token}`)).text,
      ) as string[];
      expect(listed).toEqual(expect.arrayContaining(acknowledged));
    }
    tokens.push((await service.ask('POST', '/v1/clusters')).text);
    const before = acknowledged.length;
    setTimeout(() => service.send('SIGKILL'), 150 + 90 * round);
    const outcomes = await registerUntilDeath(service.port, token, `r${round}`, acknowledged);
    for (const outcome of outcomes) {
      expect(String((outcome as PromiseRejectedResult).reason)).toMatch(
        /ECONN|socket hang up|aborted/,
      );
    }
    expect(await service.ended()).toMatchObject({ signal: 'SIGKILL' });
    expect(acknowledged.length).toBeGreaterThan(before);
  }
  const last = await startProgram(program, flags);
  const listed = JSON.parse((await last.ask('GET', `/v1/clusters/${token}`)).text) as string[];
  expect(listed).toEqual(expect.arrayContaining(acknowledged));
  // The sockets of the dead do not pile up, and nobody else may read anything.
  const files = await readdir(data);
  expect(files.filter((file) => file.startsWith('lock-'))).toHaveLength(1);
  for (const file of files) expect((await stat(path.join(data, file))).mode & 0o077).toBe(0);
});
