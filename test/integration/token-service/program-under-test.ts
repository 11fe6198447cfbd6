import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../../unit/support/temporary-folder.ts';
import { ask, credentialFolder } from '../../unit/token-service/live-service.ts';

const BUILT = path.resolve(import.meta.dirname, '../../../dist/token-service.mjs');
const START_DEADLINE = 10_000;

/** The built file in a folder where nothing else of swarmctl is. */
export async function copyOfProgram(): Promise<string> {
  const file = path.join(await temporaryFolder(), 'token-service.mjs');
  await copyFile(BUILT, file);
  return file;
}

/** Flags for a free port, a data folder of its own and, in `credentials`, PEM files. */
export async function flagsFor(dataFolder?: string) {
  const credentials = await credentialFolder();
  const data = dataFolder ?? path.join(await temporaryFolder(), 'data');
  const flags = [
    '--listen=127.0.0.1:0',
    `--data-dir=${data}`,
    `--tls-cert=${credentials}/cert.pem`,
    `--tls-key=${credentials}/key.pem`,
  ];
  return { flags, credentials, data };
}

/** Runs the program to its end. */
export async function run(program: string, flags: readonly string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...flags], {
    reject: false,
    stdin: 'ignore',
    timeout: START_DEADLINE,
  });
  return { exitCode, stdout, stderr };
}

/** Runs the program until the test has ended or ends it; resolves when it listens. */
export async function startProgram(program: string, flags: readonly string[]) {
  const child = execa(process.execPath, [program, ...flags], {
    ...{ reject: false, stdin: 'ignore', buffer: { stdout: false } },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      const [, found] = / listens on [^ ]+:(\d+) /.exec(line) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    void child.then(({ stderr }) => {
      reject(new Error(`the token service ended: ${stderr}`));
    });
  });
  return {
    port,
    lines,
    ask: (method: string, target: string, body?: string) => ask(port, method, target, { body }),
    send: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves with how it ended. */
    ended: async () => {
      const { exitCode, signal } = await child;
      return { exitCode, signal };
    },
  };
}
