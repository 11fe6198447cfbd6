import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { createAuthority, issueCertificate, type KeyPair } from '../../../src/pki/index.ts';
import type { Limits } from '../../../src/token-service/limits.ts';
import { startService, type Service } from '../../../src/token-service/service.ts';
import { once } from '../../../src/util/once.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What the service and its clients show; the stranger's certificate is of another CA. */
interface Identities {
  readonly authority: KeyPair;
  readonly server: KeyPair;
  readonly client: KeyPair;
  readonly stranger: KeyPair;
}

export const identities = once(async (): Promise<Identities> => {
  const [authority, other] = await Promise.all([
    createAuthority('CA'),
    createAuthority('other CA'),
  ]);
  const [server, client, stranger] = await Promise.all([
    issueCertificate(authority, {
      ...{ commonName: 'token service', usages: ['server'], names: ['127.0.0.1'] },
    }),
    issueCertificate(authority, { commonName: 'alice', usages: ['client'], names: [] }),
    issueCertificate(other, { commonName: 'mallory', usages: ['client'], names: [] }),
  ]);
  return { authority, server, client, stranger };
});

/** A folder with ca.pem, cert.pem and key.pem. */
export async function credentialFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const { authority, server } = await identities();
  await Promise.all([
    writeFile(path.join(folder, 'ca.pem'), authority.certificate),
    writeFile(path.join(folder, 'cert.pem'), server.certificate),
    writeFile(path.join(folder, 'key.pem'), server.privateKey),
  ]);
  return folder;
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

interface Question {
  readonly body?: string | undefined;
  /** Shown as the client's certificate. */
  readonly as?: KeyPair | undefined;
}

/** One request on a connection of its own, or on those that an agent keeps. */
export async function ask(
  port: number,
  method: string,
  target: string,
  { body, as }: Question = {},
  agent?: https.Agent,
): Promise<Reply> {
  const { authority } = await identities();
  const options: https.RequestOptions = {
    ...{ host: '127.0.0.1', port, method, path: target, ca: authority.certificate },
    agent: agent ?? false,
    ...(as && { cert: as.certificate, key: as.privateKey }),
    ...(body !== undefined && { headers: { 'content-type': 'application/json' } }),
  };
  return new Promise((resolve, reject) => {
    https
      .request(options, (response) => {
        text(response).then((answer) => {
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, text: answer, headers });
        }, reject);
      })
      .on('error', reject)
      .end(body);
  });
}

interface LiveOptions {
  readonly limits?: Partial<Limits>;
  readonly clientCa?: boolean;
  /** Contents of the token file. */
  readonly tokens?: readonly string[];
  /** Where the data are; a folder of its own when left out. */
  readonly dataFolder?: string;
}

interface Live {
  readonly service: Service;
  readonly port: number;
  readonly dataFolder: string;
  /** Folder of the PEM files. */
  readonly credentials: string;
  /** Lines of the log. */
  readonly lines: string[];
  readonly ask: (method: string, target: string, question?: Question) => Promise<Reply>;
}

/** The service in this process, on a free port; stopped when the test has ended. */
export async function live(options: LiveOptions = {}): Promise<Live> {
  const { limits, clientCa = false, tokens } = options;
  const credentials = await credentialFolder();
  const dataFolder = options.dataFolder ?? path.join(await temporaryFolder(), 'data');
  const tokenFile = tokens && path.join(credentials, 'tokens');
  if (tokenFile !== undefined) await writeFile(tokenFile, `${tokens?.join('\n') ?? ''}\n`);
  const lines: string[] = [];
  const service = await startService(
    {
      listen: { host: '127.0.0.1', port: 0 },
      dataFolder,
      tls: {
        certificate: path.join(credentials, 'cert.pem'),
        key: path.join(credentials, 'key.pem'),
        clientCa: clientCa ? path.join(credentials, 'ca.pem') : undefined,
      },
      tokenFile,
      ...(limits && { limits }),
      version: '1.2.3',
    },
    (line) => lines.push(line),
  );
  onTestFinished(() => service.stop());
  const { port } = service.address;
  return {
    ...{ service, port, dataFolder, credentials, lines },
    ask: (method, target, question) => ask(port, method, target, question),
  };
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
